import mysql, { type Connection, type PoolConnection } from "mysql2";
import { DatabaseUnavailable } from "./db.ts";
import {
  ACQUIRE_TIMEOUT_MS,
  connectionOptions,
  limitStatements,
  type MysqlOptions,
  prepareConnection,
  QUERY_TIMEOUT_MS,
  TRUSTED_IDLE_MS,
} from "./mysql-connection.ts";
import { isConflict, leavesConnectionSound, translated } from "./mysql-errors.ts";
import { bounded } from "./mysql-statements.ts";

const CONFLICT_RETRIES = 5;
const CONFLICT_BACKOFF_MS = 20;
const PING_TIMEOUT_MS = 1_000;
/** Callers that may wait for each connection; more are refused at once. */
const WAITING_PER_CONNECTION = 32;

export type Work<T> = (connection: Connection) => Promise<T>;

/** Lends connections that are set up, alive, and bounded in every wait. */
export class Lender {
  readonly #pool: mysql.Pool;
  readonly #lastUsedMs = new WeakMap<PoolConnection, number>();
  readonly #acquireTimeoutMs: number;
  readonly #queryTimeoutMs: number;
  readonly #trustedIdleMs: number;

  constructor(options: MysqlOptions) {
    this.#acquireTimeoutMs = options.acquireTimeoutMs ?? ACQUIRE_TIMEOUT_MS;
    this.#queryTimeoutMs = options.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
    this.#trustedIdleMs = options.trustedIdleMs ?? TRUSTED_IDLE_MS;
    this.#pool = mysql.createPool({
      ...connectionOptions(options),
      connectionLimit: options.pool,
      queueLimit: options.pool * WAITING_PER_CONNECTION,
    });
  }

  /**
   * Gives `work` a connection, again from the start when another transaction made it impossible.
   *
   * @throws DatabaseUnavailable, UniqueViolation, or what the server said about the statement.
   */
  async lend<T>(work: Work<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (!isConflict(error) || attempt > CONFLICT_RETRIES) throw translated(error);
        await Bun.sleep(Math.random() * CONFLICT_BACKOFF_MS * attempt);
      }
    }
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => this.#pool.end((error) => (error ? reject(error) : resolve())));
  }

  async #once<T>(work: Work<T>): Promise<T> {
    const connection = await this.#borrow();
    try {
      const result = await work(connection);
      this.#giveBack(connection);
      return result;
    } catch (error) {
      if (leavesConnectionSound(error)) this.#giveBack(connection);
      else connection.destroy();
      throw error;
    }
  }

  #giveBack(connection: PoolConnection): void {
    this.#lastUsedMs.set(connection, performance.now());
    connection.release();
  }

  async #borrow(): Promise<PoolConnection> {
    for (const end = performance.now() + this.#acquireTimeoutMs; ; ) {
      const connection = await this.#acquire(end - performance.now());
      const lastUsedMs = this.#lastUsedMs.get(connection);
      if (lastUsedMs === undefined) return this.#setUp(connection);
      if (performance.now() - lastUsedMs < this.#trustedIdleMs || (await isAlive(connection))) return connection;
    }
  }

  /** The pool has no time limit for a waiting caller; a connection that comes too late goes back. */
  #acquire(timeoutMs: number): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = setTimeout(
        () => {
          late = true;
          reject(new DatabaseUnavailable(`no database connection within ${this.#acquireTimeoutMs} ms`));
        },
        Math.max(0, timeoutMs),
      );
      this.#pool.getConnection((error, connection) => {
        clearTimeout(timer);
        if (late) connection?.release();
        else if (error) reject(error);
        else resolve(connection);
      });
    });
  }

  async #setUp(connection: PoolConnection): Promise<PoolConnection> {
    try {
      await prepareConnection(connection, this.#queryTimeoutMs);
      await limitStatements(connection, this.#queryTimeoutMs);
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }
}

/** A server may have closed an idle connection without this side having seen it. */
async function isAlive(connection: PoolConnection): Promise<boolean> {
  try {
    await bounded(connection, PING_TIMEOUT_MS, (done) => connection.ping((error) => done(error, undefined)));
    return true;
  } catch {
    connection.destroy();
    return false;
  }
}
