import { describe, expect, test } from "bun:test";
import type { z } from "zod";
import * as fields from "#src/auth/fields.ts";
import { loadConfig, VARIABLES } from "#src/config.ts";
import { AUDIT_EVENTS, AUDIT_TOPICS, topicOf } from "#src/store/audit-log.ts";
import { search, sourceFiles } from "./lint/search.ts";
import { openApp } from "./support/app.ts";
import { projectFiles, read } from "./support/files.ts";
import { matrix, writtenMatrix } from "./support/matrix.ts";

/*
 * SECURITY.md says what the code does, number by number: whoever changes one finds the other here.
 */
const text = read("SECURITY.md");
/** The cells of every table below a heading, without the lines below their heads. */
const rowsOf = (heading: string): string[][] =>
  [...sectionOf(heading).matchAll(/^\|(.*)\|$/gm)]
    .map(([, row = ""]) => row.split("|").map((cell) => cell.trim()))
    .filter((cells) => !/^-+$/.test(cells[0] ?? ""));
const sectionOf = (heading: string): string => {
  const start = text.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new Error(`SECURITY.md has no section "${heading}"`);
  const end = text.indexOf("\n## ", start + 1);
  return text.slice(start, end < 0 ? undefined : end);
};
const codeIn = (cell = ""): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

describe("every number", () => {
  const SOURCE = /^`(?:(src\/[\w/.-]+) )?([A-Z][A-Z_]+)(?:\.(\w+))?`$/;
  const tables = ["Limits", "Throttling", "Times"].flatMap((heading) => rowsOf(heading).slice(1));
  const numbered = tables.filter(([, , from = ""]) => SOURCE.test(from));

  test("is found", () => {
    expect(tables.filter((row) => !numbered.includes(row))).toEqual([]);
    expect(numbered.length).toBeGreaterThan(40);
  });

  for (const [what = "", value = "", from = ""] of numbered) {
    test(`${what}: ${value}`, () => {
      const [, file, name = "", key] = SOURCE.exec(from)!;
      const actual = file === undefined ? defaultOf(name) : constantIn(file, name, key);
      expect([actual].flat()).toEqual(value.split(", ").map((part) => inUnitsOf(part, file === undefined ? "" : name)));
    });
  }

  /** Durations in seconds where the name does not say milliseconds. */
  function inUnitsOf(value: string, name: string): number {
    const [, digits = "", unit = ""] = /^([\d.]+)(?: (\w+))?$/.exec(value) ?? [];
    const seconds = { s: 1, min: 60, h: 3600, days: 86_400 }[unit];
    if (seconds !== undefined) return Number(digits) * seconds * (/_MS$/.test(name) ? 1000 : 1);
    return Number(digits) * ({ KiB: 1024, MiB: 1024 ** 2 }[unit] ?? 1);
  }

  function defaultOf(name: string): number {
    return Number(VARIABLES[name as keyof typeof VARIABLES].schema.parse(undefined));
  }
});

/** The value of a constant, exported or not: whatever in its file can be worked out without anything else is. */
function constantIn(file: string, name: string, key: string | undefined): unknown {
  const code = new Bun.Transpiler({ loader: file.endsWith("x") ? "tsx" : "ts" }).transformSync(read(file));
  const declarations = [...code.matchAll(/^(?:export )?const ([A-Z][A-Z_0-9]*) = ([\s\S]*?);$/gm)];
  const known: Record<string, unknown> = {};
  for (const [, constant = "", expression = ""] of declarations) {
    try {
      known[constant] = new Function(...Object.keys(known), `return (${expression});`)(...Object.values(known));
    } catch {
      // Needs more than numbers; only a missing one is a mistake, and shows below.
    }
  }
  const value = known[name];
  return key === undefined ? value : (value as Record<string, unknown> | undefined)?.[key];
}

describe("input rules", () => {
  const rules = rowsOf("Input rules").slice(1);
  const documented = new Set(rules.flatMap(([names]) => codeIn(names)));

  test("have a row for every field of a form or address there is", () => {
    const schemas = search({ schema: "or { `z.object($_)`, `$_.extend($_)` }" }, routeFiles()).map(({ text }) => text);
    const inSchemas = schemas.flatMap((schema) =>
      [...topLevel(schema).matchAll(/[{,]\s*(\w+):/g)].map(([, key]) => key),
    );
    const asked = routeFiles().flatMap((file) => [
      ...[...read(file).matchAll(/req\.query\("(\w+)"\)/g)].map(([, key]) => key),
      ...[...read(file).matchAll(/const \{([^}]*)\} = c\.req\.query\(\)/g)].flatMap(([, keys = ""]) =>
        [...keys.matchAll(/(\w+)(?: = [^,]*)?(?:,|$)/g)].map(([, key]) => key),
      ),
    ]);
    expect(inSchemas.length + asked.length).toBeGreaterThan(40);
    // Chosen from a list of ours, and only for what is shown.
    const shown = new Set(["notice", "done", "use", "again", "boot"]);
    const missing = [...inSchemas, ...asked].filter((key) => !documented.has(key!) && !shown.has(key!));
    expect([...new Set(missing)]).toEqual([]);
  });

  test("have a row for every schema of src/auth/fields.ts, and no other", () => {
    const named = rules.flatMap(([, schema]) => codeIn(schema)).sort();
    expect(named).toEqual(Object.keys(fields).sort());
  });

  const schemas = new Map<string, z.ZodType>(Object.entries(fields));
  for (const [name = "", schema = "", longest = ""] of rules.filter((cells) => cells[1] !== "" && cells[2] !== "")) {
    test(`${name}: ${longest} characters, and not one more`, () => {
      const field = schemas.get(codeIn(schema)[0]!)!;
      expect(field.safeParse("1".repeat(Number(longest))).success).toBe(true);
      expect(field.safeParse("1".repeat(Number(longest) + 1)).success).toBe(false);
    });
  }

  /** The routes of the house; panels decide about their own fields. */
  function routeFiles(): string[] {
    return sourceFiles().filter((file) => file.startsWith("src/routes/"));
  }

  /** A schema's own keys: what stands in deeper brackets is blanked. */
  function topLevel(schema: string): string {
    let depth = 0;
    const own = [...schema.slice(schema.indexOf("{"))].map((letter) => {
      if (/[)\]}]/.test(letter)) depth--;
      const shown = depth <= 1 ? letter : "";
      if (/[([{]/.test(letter)) depth++;
      return shown;
    });
    return own.join("");
  }
});

test("who may do what is as the program answers: bun tests/support/matrix.ts", async () => {
  expect(cellsOf(writtenMatrix())).toEqual(cellsOf(await matrix()));
}, 60_000);

/** Without the spaces a formatter puts in. */
const cellsOf = (table: string): string[] =>
  table
    .split("\n")
    .map((row) => row.replaceAll(/\s*\|\s*/g, "|").replaceAll(/-+/g, "-"))
    .filter((row) => row !== "");

test("every column of the database has its class", () => {
  const sql = projectFiles()
    .filter((file) => /^sql\/sqlite\/.*\.sql$/.test(file))
    .map(read)
    .join("\n");
  const inDatabase = [...sql.matchAll(/CREATE TABLE (\w+) \(\n([\s\S]*?)\n\)/g)].flatMap(([, table, body = ""]) =>
    [...body.matchAll(/^ {2}([a-z_]+) /gm)].map(([, column]) => `${table}.${column}`),
  );
  const added = [...sql.matchAll(/^ALTER TABLE (\w+)\s+ADD COLUMN (\w+)/gm)];
  inDatabase.push(...added.map(([, table, column]) => `${table}.${column}`));
  const tables = new Set(inDatabase.map((column) => column.split(".")[0]));
  const inText = rowsOf("Data")
    .filter(([table]) => tables.has(codeIn(table)[0]))
    .flatMap(([table, columns]) => codeIn(columns).map((column) => `${codeIn(table)[0]}.${column}`));
  expect(inText.sort()).toEqual(inDatabase.sort());
});

test("every audit event stands under its topic", () => {
  for (const topic of AUDIT_TOPICS) {
    const [, events] = rowsOf("Logs").find(([first]) => first === topic) ?? [];
    expect(codeIn(events).sort()).toEqual(AUDIT_EVENTS.filter((event) => topicOf(event) === topic).sort());
  }
});

test("every file that uses cryptography is in the list of what is used where", () => {
  const uses =
    /(from|import\()\s*"(node:crypto|otplib|bcryptjs)"|CryptoHasher|crypto\.(subtle|getRandomValues)|minVersion: "TLS/;
  const users = sourceFiles().filter((file) => uses.test(read(file)));
  const listed = codeIn(sectionOf("Keys and cryptography")).filter((code) => /^src\/\S+\.tsx?$/.test(code));
  expect(users.filter((file) => !listed.includes(file))).toEqual([]);
  expect(listed.filter((file) => !users.includes(file))).toEqual([]);
});

test("a request's line in the log holds what is written, and nothing more", async () => {
  const t = await openApp();
  const ann = await t.signIn(await t.addUser("annann"));
  await ann.get("/account?secret=canary");
  await t.close();
  const line = t
    .logged()
    .trim()
    .split("\n")
    .map((one) => JSON.parse(one) as Record<string, unknown>)
    .findLast(({ msg }) => msg === "request")!;
  const sentence = /A request's line holds ([\s\S]*?);/.exec(text)?.[1] ?? "";
  expect(codeIn(sentence).sort()).toEqual(Object.keys(line).sort());
  expect(JSON.stringify(line)).not.toContain("canary");
});

test("the words a password may not consist of are those of the code", () => {
  const sentence = /\*\*Words a password may not consist of:\*\* ([\s\S]*?), the username/.exec(text)?.[1] ?? "";
  const words = constantIn("src/auth/password-policy.ts", "CONTEXT_WORDS", undefined) as string[];
  expect(sentence.split(/,\s+/)).toEqual(words);
});

test("every secret variable is in the list of secrets", () => {
  const secrets = Object.keys(VARIABLES).filter((name) => /SECRET|PASSWORD/.test(name));
  const listed = rowsOf("Keys and cryptography").flatMap(([name]) => codeIn(name));
  expect(secrets.filter((name) => !listed.includes(name))).toEqual([]);
});

test("what is listened to without being told is this machine alone", () => {
  const { host, publicOrigin } = loadConfig({});
  expect([host, publicOrigin]).toEqual(["127.0.0.1", null]);
});

test("README.md leads here", () => {
  expect(read("README.md")).toContain("](SECURITY.md)");
});
