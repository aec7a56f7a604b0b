import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseTarget } from "../config.ts";
import { DatabaseUnavailable, type Db } from "./db.ts";
import { type Driver, type Log, StartError } from "./driver.ts";
import { migrate } from "./migrate.ts";
import { asRefusal } from "./mysql-errors.ts";
import { openSqlite } from "./sqlite.ts";

export { type Log, StartError } from "./driver.ts";
export { pendingMigrations } from "./migrations.ts";

export type OpenOptions = {
  readonly log: Log;
  /** Waits that many milliseconds; tests pass one that does not. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** Tries before giving up; default: for ever. */
  readonly tries?: number;
  /** Folder with `mysql/` and `sqlite/`; default: the program's own `sql/`. */
  readonly folder?: string;
};

const MAX_WAIT_MS = 15_000;

/**
 * Opens the database and brings its tables up to date. A server that is down is waited for: 1, 2, 4, 8 seconds, then
 * every 15, with one line in the log each time.
 *
 * @throws StartError at once when waiting cannot help: password, database name, TLS, or migrations that do not fit.
 */
export async function openDatabase(target: DatabaseTarget, options: OpenOptions): Promise<Db> {
  const { log, sleep = Bun.sleep, tries = Number.POSITIVE_INFINITY } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await openOnce(target, { ...options, sleep });
    } catch (error) {
      const reason = describe(target, error);
      if (!(error instanceof DatabaseUnavailable)) throw reason;
      if (attempt >= tries) throw new StartError(`${reason.message} (${attempt} tries)`);
      const waitMs = Math.min(MAX_WAIT_MS, 1_000 * 2 ** (attempt - 1));
      log.warn({ attempt, waitMs }, `${reason.message}; next try in ${waitMs / 1_000} s`);
      await sleep(waitMs);
    }
  }
}

/**
 * Opens a database that is there, once, and leaves its tables as they are.
 *
 * @throws StartError when there is none or it cannot be reached, in one line for an operator.
 */
export async function openExisting(target: DatabaseTarget): Promise<Db> {
  if (target.kind === "sqlite" && !existsSync(target.file)) throw new StartError(`there is no database ${target.file}`);
  const db = await connect(target);
  try {
    await db.one("SELECT 1 AS one");
    return db;
  } catch (error) {
    await db.close().catch(() => {});
    throw describe(target, asRefusal(error) ?? error);
  }
}

/** Milliseconds by the clock of the database server; for SQLite that is this machine's. */
export async function databaseClock(db: Db): Promise<number> {
  const sql =
    db.dialect === "mysql"
      ? "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS nowMs"
      : "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS nowMs";
  return (await db.one<{ nowMs: number }>(sql))!.nowMs;
}

async function openOnce(target: DatabaseTarget, options: OpenOptions & { sleep: (ms: number) => Promise<void> }) {
  const driver = await connect(target);
  try {
    await migrate(driver, options);
    return driver;
  } catch (error) {
    await driver.close().catch(() => {});
    throw asRefusal(error) ?? error;
  }
}

async function connect(target: DatabaseTarget): Promise<Driver> {
  // Loaded where it is needed alone: a start on the embedded database is a quarter faster without it.
  if (target.kind === "mysql") return (await import("./mysql.ts")).openMysql(target);
  if (target.file !== ":memory:") makeFolder(dirname(target.file));
  return openSqlite(target.file);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartError(`DATA_DIR cannot be made (${(error as Error).message}), for example DATA_DIR=./data`);
  }
}

/** One line for an operator: which database, what is wrong; never a password. */
function describe(target: DatabaseTarget, error: unknown): Error {
  const place = target.kind === "mysql" ? `${target.host}:${target.port}/${target.database}` : target.file;
  if (!(error instanceof StartError || error instanceof DatabaseUnavailable)) return error as Error;
  return new StartError(`database ${place}: ${error.message}`.replaceAll(/\s*\n\s*/g, " "), { cause: error.cause });
}
