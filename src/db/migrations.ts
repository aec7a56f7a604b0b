import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Db } from "./db.ts";
import { StartError } from "./driver.ts";

export type Dialect = Db["dialect"];

export type Migration = {
  /** File name without folder: `0001-accounts.sql`. */
  readonly name: string;
  /** SHA-256 of the text, 64 hex digits; line ends of Windows count as plain ones. */
  readonly checksum: string;
  readonly statements: readonly string[];
};

/** A row of schema_migrations. While `applied_at` is null, `checksum` holds a mark: how far a migration has come. */
export type Applied = { readonly name: string; readonly checksum: string; readonly applied_at: number | null };

const SQL_FOLDER = join(import.meta.dir, "../../sql");

/**
 * Reads the migrations of a dialect in the order they are applied.
 *
 * @throws StartError when file names do not count 0001, 0002, 0003 … without a gap.
 */
export function loadMigrations(dialect: Dialect, folder = SQL_FOLDER): Migration[] {
  const files = readdirSync(join(folder, dialect)).filter((file) => file.endsWith(".sql"));
  return files.sort().map((name, index) => {
    const number = String(index + 1).padStart(4, "0");
    if (!name.startsWith(`${number}-`)) throw new StartError(`sql/${dialect}: expected ${number}-….sql, found ${name}`);
    const text = readFileSync(join(folder, dialect, name), "utf8").replaceAll("\r\n", "\n");
    return { name, checksum: sha256(text), statements: splitStatements(text) };
  });
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A statement ends with ";" at the end of a line; lines that start with "--" are comments. */
export function splitStatements(text: string): string[] {
  return text
    .replace(/^[ \t]*--.*$/gm, "")
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter(Boolean);
}

/**
 * Compares what the database has seen with what this program brings.
 *
 * @returns the migrations still to be applied or finished, in order.
 * @throws StartError when one was edited, is unknown here, or was left out.
 */
export function checkHistory(applied: readonly Applied[], migrations: readonly Migration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, applied_at } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new StartError(
        `the database has migration ${name}, which this program does not know: a newer version wrote to it. ` +
          "Start that version again, or restore a backup from before it",
      );
    }
    if (applied_at !== null && checksum !== migration.checksum) {
      throw new StartError(
        `migration ${name} was changed after it was applied to this database. Put the file back as it was and make ` +
          "the change in a new migration",
      );
    }
  }
  const done = new Set(applied.filter((row) => row.applied_at !== null).map((row) => row.name));
  const pending = migrations.filter((migration) => !done.has(migration.name));
  const late = migrations.findLast((migration) => done.has(migration.name));
  if (late && pending[0] && pending[0].name < late.name) {
    throw new StartError(
      `migration ${pending[0].name} was left out, though the later ${late.name} is in this database. Restore a backup, ` +
        "or apply it by hand and record it in schema_migrations",
    );
  }
  return pending;
}

/** @returns names of the migrations this database still lacks; empty when program and database fit. */
export async function pendingMigrations(db: Db, folder?: string): Promise<string[]> {
  const known = (await db.one(HAS_HISTORY[db.dialect])) !== null;
  const applied = known ? await db.all<Applied>("SELECT name, checksum, applied_at FROM schema_migrations") : [];
  return checkHistory(applied, loadMigrations(db.dialect, folder)).map((migration) => migration.name);
}

const HAS_HISTORY: Record<Dialect, string> = {
  mysql: `SELECT 1 AS one FROM information_schema.TABLES
           WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'schema_migrations'`,
  sqlite: "SELECT 1 AS one FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'",
};
