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

test("packages are new enough: below these versions they had holes that matter here", async () => {
  const floors = {
    mysql2: "3.23.1",
    hono: "4.12.25",
    bcryptjs: "3.0.2",
    otplib: "13.0.0",
    "htmx.org": "4.0.0",
    bun: "1.4.0",
  };
  for (const [name, floor] of Object.entries(floors)) {
    const { version } = JSON.parse(await Bun.file(`node_modules/${name}/package.json`).text());
    expect(`${name} ${version}: ${Bun.semver.order(version, floor) >= 0}`).toBe(`${name} ${version}: true`);
  }
});

const sources = projectFiles().filter((file) => /^src\/.*\.tsx?$/.test(file));

test("one program hashes passwords, in one place", () => {
  const using = (pattern: RegExp) => sources.filter((file) => pattern.test(read(file)));
  expect(using(/Bun\.password|@node-rs|argon2|scrypt/i)).toEqual([]);
  expect(using(/from "bcryptjs"/)).toEqual(["src/auth/bcrypt-worker.ts", "src/auth/password.ts"]);
  expect(using(/\b(hashSync|compareSync)\(/)).toEqual(["src/auth/bcrypt-worker.ts"]);
});

describe("our own pages", () => {
  const views = projectFiles().filter((file) => /^(src|views|static)\/.*\.tsx?$/.test(file));
  const using = (pattern: RegExp) =>
    views.filter((file) => pattern.test(read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")));

  test("put no markup together by hand, and nothing into them that runs", () => {
    expect(using(/dangerouslySetInnerHTML|innerHTML\s*=|insertAdjacentHTML|document\.write|outerHTML\s*=/)).toEqual([]);
    // What a fragment made: JSX that is rendered, and so escaped, already.
    expect(using(/\braw\(/)).toEqual(["src/routes/fragments/run.tsx"]);
    expect(using(/\bhx-on|["'`]js:|javascript:|\beval\(|new Function\(/)).toEqual([]);
    expect(using(/\bon[A-Z]\w+=\{/)).toEqual([]);
    // The line before <html> is the one template that is not JSX.
    const templates = views.flatMap((file) => read(file).match(/\bhtml`[^`]*`/g) ?? []);
    expect(templates).toHaveLength(1);
    expect(templates[0]).toMatch(/^html`<!DOCTYPE html>\$\{\w+\}`$/);
  });

  test("never spread what was typed over an element", () => {
    expect(using(/\{\.\.\.(posted|query|params|body|fields|values)\b/)).toEqual([]);
  });

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
