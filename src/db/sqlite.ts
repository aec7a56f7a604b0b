import { Database, type Statement as Prepared, SQLiteError } from "bun:sqlite";
import { closeSync, openSync } from "node:fs";
import { checkParams, DatabaseUnavailable, type SqlValue, type Statement, UniqueViolation } from "./db.ts";
import { checkNumber, type Driver, type Session } from "./driver.ts";

/** How long a writer waits for another process. The wait blocks this process, so it is short. */
const BUSY_TIMEOUT_MS = 2_000;

const SETTINGS = [
  `PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`,
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = NORMAL",
  "PRAGMA foreign_keys = ON",
  "PRAGMA trusted_schema = OFF",
  // The default of 2 MB holds the sessions of a few thousand people; what is not held is copied from the system each time.
  "PRAGMA cache_size = -65536",
  "PRAGMA mmap_size = 268435456",
  // LIKE would otherwise fold ASCII letters, which utf8mb4_bin does not.
  "PRAGMA case_sensitive_like = ON",
];

/**
 * Opens the embedded database, or makes an empty one only this user may read.
 *
 * Calls run at once and synchronously: a batch has no `await` inside, so no neighbour can write into it. Text compares
 * by bytes. One difference to MySQL remains: there 'a' = 'a ' (utf8mb4_bin pads, and no collation without padding is
 * known to both MySQL and MariaDB), so whoever stores a name trims it first.
 *
 * @param file path, or ":memory:".
 * @throws DatabaseUnavailable when the file cannot be opened or another process holds it.
 */
export function openSqlite(file: string): Driver {
  const database = connect(file);
  const all = <T>(sql: string, params: readonly SqlValue[] = []) => guarded(() => read<T>(database, sql, params));
  return {
    dialect: "sqlite",
    all,
    one: async <T>(sql: string, params?: readonly SqlValue[]) => (await all<T>(sql, params))[0] ?? null,
    run: (sql, params = []) => guarded(() => write(database, sql, params)),
    batch: (statements) => guarded(() => batch(database, statements)),
    exclusively: (work) => exclusively(database, work),
    close: async () => database.close(),
  };
}

function connect(file: string): Database {
  try {
    // SQLite gives its side files the rights of the main file, so making that one first is enough.
    if (file !== ":memory:") closeSync(openSync(file, "a", 0o600));
    const database = new Database(file, { readwrite: true, create: true });
    for (const setting of SETTINGS) database.run(setting);
    return database;
  } catch (error) {
    throw new DatabaseUnavailable(`cannot open ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Turns what bun:sqlite throws into what `Db` promises; being async, it also turns a throw into a rejection. */
async function guarded<T>(work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    throw translated(error);
  }
}

function translated(error: unknown): unknown {
  const code = error instanceof SQLiteError ? (error.code ?? "") : "";
  if (code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY") {
    return new UniqueViolation((error as Error).message, { cause: error });
  }
  if (/^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY)/.test(code)) {
    return new DatabaseUnavailable(`${code}: ${(error as Error).message}`, { cause: error });
  }
  return error;
}

/** `query` keeps statements by their text. bun:sqlite itself ignores a second statement and binds NULL when no value is given. */
function prepare(database: Database, sql: string, params: readonly SqlValue[]): Prepared<Record<string, SqlValue>> {
  checkParams(params);
  if (!single.has(sql)) checkSingle(sql);
  const prepared = database.query<Record<string, SqlValue>, SqlValue[]>(sql);
  if (prepared.paramsCount !== params.length) {
    throw new TypeError(`SQL expects ${prepared.paramsCount} parameters, got ${params.length}`);
  }
  return prepared;
}

/** Texts that were looked through; there are only so many, all of them fixed. */
const single = new Set<string>();

function checkSingle(sql: string): void {
  if (/;\s*\S/.test(sql)) throw new TypeError("one statement at a time");
  single.add(sql);
}

function read<T>(database: Database, sql: string, params: readonly SqlValue[]): T[] {
  const rows = prepare(database, sql, params).all(...params);
  for (const row of rows) {
    for (const column in row) {
      const value = row[column];
      if (typeof value === "number") checkNumber(value, column);
    }
  }
  return rows as T[];
}

function write(database: Database, sql: string, params: readonly SqlValue[]): number {
  return prepare(database, sql, params).run(...params).changes;
}

function batch(database: Database, statements: readonly Statement[]): boolean {
  for (const { params } of statements) checkParams(params);
  database.run("BEGIN IMMEDIATE");
  try {
    for (const { sql, params, mustChange } of statements) {
      if (write(database, sql, params) === 0 && mustChange) {
        database.run("ROLLBACK");
        return false;
      }
    }
    database.run("COMMIT");
    return true;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** SQLite ends a transaction by itself on some errors (disk full); a second ROLLBACK would hide the first error. */
function rollBack(database: Database): void {
  if (database.inTransaction) database.run("ROLLBACK");
}

/**
 * One write transaction around the whole of `work`. Only for the time before this database is handed out: whatever else
 * used the same connection meanwhile would be part of it. Foreign keys are checked once at the end, because rebuilding
 * a table, SQLite's way to alter one, would otherwise delete the rows that point to it.
 */
async function exclusively<T>(database: Database, work: (session: Session) => Promise<T>): Promise<T> {
  await guarded(() => {
    database.run("PRAGMA foreign_keys = OFF");
    database.run("BEGIN IMMEDIATE");
  });
  try {
    const result = await work(sessionOn(database));
    const [broken] = read<{ table: string }>(database, "PRAGMA foreign_key_check", []);
    if (broken) throw new Error(`rows of ${broken.table} point to rows that are not there`);
    await guarded(() => database.run("COMMIT"));
    return result;
  } finally {
    rollBack(database);
    database.run("PRAGMA foreign_keys = ON");
  }
}

function sessionOn(database: Database): Session {
  return {
    lockCoversAll: true,
    all: (sql, params = []) => guarded(() => read(database, sql, params)),
    run: (sql, params = []) => guarded(() => void write(database, sql, params)),
    together: (statements) =>
      guarded(() => {
        for (const { sql, params } of statements) write(database, sql, params);
      }),
  };
}
