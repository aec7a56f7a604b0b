import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Db } from "#src/db/db.ts";
import { splitStatements } from "#src/db/migrations.ts";
import { dialect, freshDb } from "#tests/support/database.ts";

/** Both dialects have the same files, tables, columns and NULLs: from the texts in every run, from the database itself too. */
const SQL_FOLDER = join(import.meta.dir, "../../sql");
const files = (of: string) => readdirSync(join(SQL_FOLDER, of)).sort();

/** `table.column` with "?" behind it when it may be NULL. */
type Columns = Set<string>;

test("both dialects have the same migrations", () => {
  expect(files("mysql")).toEqual(files("sqlite"));
  expect(files("mysql").length).toBeGreaterThan(0);
});

test("both dialects have the same tables and columns", () => {
  const [mysql, sqlite] = [columnsInFiles("mysql"), columnsInFiles("sqlite")];
  expect([...mysql].sort()).toEqual([...sqlite].sort());
  expect(mysql.has("users.username_key")).toBe(true);
  expect(mysql.has("users.mfa_secret?")).toBe(true);
});

test(`the database has the tables and columns of the files (${dialect})`, async () => {
  const { db, close } = await freshDb();
  try {
    const found = await (dialect === "mysql" ? columnsOfMysql(db) : columnsOfSqlite(db));
    const own = [...found].filter((column) => !column.startsWith("schema_migrations."));
    expect(own.sort()).toEqual([...columnsInFiles(dialect)].sort());
  } finally {
    await close();
  }
});

function columnsInFiles(of: Db["dialect"]): Columns {
  const columns: Columns = new Set();
  for (const file of files(of)) {
    for (const sql of splitStatements(readFileSync(join(SQL_FOLDER, of, file), "utf8"))) readStatement(sql, columns);
  }
  return columns;
}

/** Understands CREATE TABLE with one column per line, and ALTER TABLE with one ADD, DROP or MODIFY COLUMN per line. */
function readStatement(sql: string, columns: Columns): void {
  const [, verb, table] = /^(CREATE|ALTER) TABLE (\w+)/.exec(sql) ?? [];
  if (!verb || !table) return;
  for (const line of sql.split("\n")) {
    const [, action, name, rest] = LINE[verb as keyof typeof LINE].exec(line) ?? [];
    if (!name || /^(PRIMARY|UNIQUE|KEY|CONSTRAINT|FOREIGN|CHECK|INDEX)$/.test(name)) continue;
    for (const old of [`${table}.${name}`, `${table}.${name}?`]) columns.delete(old);
    if (action !== "DROP") columns.add(`${table}.${name}${/NOT NULL|PRIMARY KEY/.test(rest!) ? "" : "?"}`);
  }
}

const LINE = {
  CREATE: /^ {2}()(\w+) (.*)$/,
  ALTER: /\b(ADD|DROP|MODIFY) COLUMN (\w+)(.*)$/,
};

async function columnsOfMysql(db: Db): Promise<Columns> {
  const rows = await db.all<{ t: string; c: string; n: string }>(
    "SELECT TABLE_NAME AS t, COLUMN_NAME AS c, IS_NULLABLE AS n FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()",
  );
  return new Set(rows.map(({ t, c, n }) => `${t}.${c}${n === "YES" ? "?" : ""}`));
}

async function columnsOfSqlite(db: Db): Promise<Columns> {
  const rows = await db.all<{ t: string; c: string; required: number }>(
    `SELECT m.name AS t, c.name AS c, c."notnull" OR c.pk AS required
     FROM sqlite_schema AS m JOIN pragma_table_xinfo(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
  );
  return new Set(rows.map(({ t, c, required }) => `${t}.${c}${required ? "" : "?"}`));
}
