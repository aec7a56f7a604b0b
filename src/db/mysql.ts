import { createHash } from "node:crypto";
import type { Connection } from "mysql2";
import { checkParams, DatabaseUnavailable, type SqlValue, type Statement } from "./db.ts";
import type { Driver, Session } from "./driver.ts";
import { connect, type MysqlOptions, prepareConnection, QUERY_TIMEOUT_MS, UNBOUNDED_MS } from "./mysql-connection.ts";
import { serverErrno, translated } from "./mysql-errors.ts";
import { Lender } from "./mysql-pool.ts";
import { command, read, write } from "./mysql-statements.ts";

export type { MysqlOptions, Tls } from "./mysql-connection.ts";

/**
 * Opens a pool on a MySQL-compatible server; connects at the first call.
 *
 * Text compares by bytes, but 'a' = 'a ': utf8mb4_bin pads with spaces, and no collation without padding is known to
 * both MySQL and MariaDB. Whoever stores a name trims it first.
 *
 * @throws StartError when the CA file cannot be read.
 */
export function openMysql(options: MysqlOptions): Driver {
  const { queryTimeoutMs = QUERY_TIMEOUT_MS } = options;
  const lender = new Lender(options);
  const all = async <T>(sql: string, params: readonly SqlValue[] = []) => {
    checkParams(params);
    return lender.lend((connection) => read<T>(connection, sql, params, queryTimeoutMs));
  };
  return {
    dialect: "mysql",
    all,
    one: async <T>(sql: string, params?: readonly SqlValue[]) => (await all<T>(sql, params))[0] ?? null,
    run: async (sql, params = []) => {
      checkParams(params);
      return lender.lend((connection) => write(connection, sql, params, queryTimeoutMs));
    },
    batch: async (statements) => {
      for (const { params } of statements) checkParams(params);
      return lender.lend((connection) => transaction(connection, statements, queryTimeoutMs));
    },
    exclusively: (work) => exclusively(options, work),
    close: () => lender.close(),
  };
}

type Part = Pick<Statement, "sql" | "params" | "mustChange">;

/** @returns false, and nothing was written, when a statement that must change a row did not. */
async function transaction(connection: Connection, statements: readonly Part[], timeoutMs: number): Promise<boolean> {
  await command(connection, "START TRANSACTION", timeoutMs);
  try {
    for (const { sql, params, mustChange } of statements) {
      if ((await write(connection, sql, params, timeoutMs)) === 0 && mustChange) {
        await command(connection, "ROLLBACK", timeoutMs);
        return false;
      }
    }
    await command(connection, "COMMIT", timeoutMs);
    return true;
  } catch (error) {
    // A connection that cannot even roll back is closed, which makes the server do it; the first error is the telling one.
    await command(connection, "ROLLBACK", timeoutMs).catch(() => connection.destroy());
    throw error;
  }
}

/** Seconds one call of GET_LOCK waits; it is repeated, so that a server that went away is noticed. */
const LOCK_WAIT_S = 10;

/** A connection of its own, because the lock lasts as long as the connection and schema statements may take long. */
async function exclusively<T>(options: MysqlOptions, work: (session: Session) => Promise<T>): Promise<T> {
  try {
    const connection = await connect(options);
    try {
      await prepareConnection(connection, QUERY_TIMEOUT_MS);
      const lockCoversAll = await takeLock(connection, options.database);
      return await work(sessionOn(connection, lockCoversAll));
    } finally {
      connection.destroy();
    }
  } catch (error) {
    throw translated(error);
  }
}

/**
 * @returns false when neighbours may get in nevertheless: on Galera GET_LOCK covers one node, and Percona's refuses it.
 */
async function takeLock(connection: Connection, database: string): Promise<boolean> {
  const digest = createHash("sha256").update(database).digest("hex").slice(0, 16);
  const name = `gatehouse.${database.slice(0, 30)}.${digest}`;
  const timeoutMs = LOCK_WAIT_S * 1000 + QUERY_TIMEOUT_MS;
  try {
    for (;;) {
      const sql = "SELECT GET_LOCK(?, ?) AS got";
      const [row] = await read<{ got: number | null }>(connection, sql, [name, LOCK_WAIT_S], timeoutMs);
      if (row?.got === 1) break;
      if (row?.got !== 0) throw new DatabaseUnavailable("the server could not give the migration lock");
    }
  } catch (error) {
    const PROHIBITED = [1105, 1235];
    if (PROHIBITED.includes(serverErrno(error) ?? 0)) return false;
    throw error;
  }
  return !(await isGalera(connection));
}

async function isGalera(connection: Connection): Promise<boolean> {
  try {
    const [row] = await read<{ wsrep: number }>(connection, "SELECT @@wsrep_on AS wsrep", [], QUERY_TIMEOUT_MS);
    return row?.wsrep === 1;
  } catch (error) {
    const UNKNOWN_VARIABLE = 1193;
    if (serverErrno(error) === UNKNOWN_VARIABLE) return false;
    throw error;
  }
}

function sessionOn(connection: Connection, lockCoversAll: boolean): Session {
  return {
    lockCoversAll,
    all: (sql, params = []) => read(connection, sql, params, UNBOUNDED_MS),
    run: async (sql, params) => {
      if (params) await write(connection, sql, params, UNBOUNDED_MS);
      else await command(connection, sql, UNBOUNDED_MS);
    },
    together: async (statements) => void (await transaction(connection, statements, UNBOUNDED_MS)),
  };
}
