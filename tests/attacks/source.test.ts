import { describe, expect, test } from "bun:test";
import { connectionOptions } from "#src/db/mysql-connection.ts";
import { projectFiles, read } from "../support/files.ts";

/* What our own sources must not contain, whatever runs. */

describe("the line to MySQL", () => {
  const options = connectionOptions({
    ...{ host: "db.example.org", port: 3306, user: "u", password: "p", database: "d" },
    ...{ ssl: "on", pool: 1 },
  });

  test("takes one statement at a time, no files of ours, and a certificate that bears the host's name", () => {
    expect(options).toMatchObject({
      multipleStatements: false,
      ssl: { rejectUnauthorized: true, verifyIdentity: true, minVersion: "TLSv1.2" },
    });
    expect(options.flags).toContain("-LOCAL_FILES");
    expect(options).not.toHaveProperty("authPlugins");
    expect(options).not.toHaveProperty("compress");
  });

  test("is spoken by prepared statements only, with a text that nothing was put into", () => {
    const drivers = projectFiles().filter((file) => /^src\/db\/.*\.ts$/.test(file));
    // `command` runs fixed texts without parameters; everything else goes through `execute`.
    const queries = drivers.flatMap((file) => read(file).match(/connection\.query\([^)]*\)/g) ?? []);
    expect(queries).toEqual(["connection.query(sql, (error)"]);
    expect(drivers.filter((file) => /SET \?|escape\(|format\(|namedPlaceholders/.test(read(file)))).toEqual([]);
  });
});

test("one program hashes passwords, in one place", () => {
  const sources = projectFiles().filter((file) => /^src\/.*\.tsx?$/.test(file));
  const using = (pattern: RegExp) => sources.filter((file) => pattern.test(read(file)));
  expect(using(/Bun\.password|@node-rs|argon2|scrypt/i)).toEqual([]);
  expect(using(/from "bcryptjs"/)).toEqual(["src/auth/bcrypt-worker.ts", "src/auth/password.ts"]);
  expect(using(/\b(hashSync|compareSync)\(/)).toEqual(["src/auth/bcrypt-worker.ts"]);
});

describe("our own pages", () => {
  const views = projectFiles().filter((file) => /^(src|views|static)\/.*\.tsx?$/.test(file));
  const using = (pattern: RegExp) =>
    views.filter((file) => pattern.test(read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")));

  test("change nothing by methods whose fields htmx would put into the address", () => {
    expect(using(/hx-(delete|put|patch)/)).toEqual([]);
    const secrets = /name="(password|new_password|code|recovery_code)"/;
    for (const file of views) {
      const forms = read(file).match(/<form[\s\S]*?<\/form>/g) ?? [];
      for (const form of forms.filter((text) => secrets.test(text)))
        expect([file, form.includes('method="post"')]).toEqual([file, true]);
    }
  });
});
