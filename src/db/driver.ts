import type { Db, Row, SqlValue } from "./db.ts";

/** The program cannot start with this database. The message is one line an operator can act on, without secrets. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** The part of a logger this folder writes to. */
export type Log = {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
};

/** One connection that holds the migration lock. */
export interface Session {
  /** False where another process may hold the same lock at the same time: on a cluster a lock covers one node only. */
  readonly lockCoversAll: boolean;
  all<T = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  /** Runs one statement of any kind, however long it takes. */
  run(sql: string, params?: readonly SqlValue[]): Promise<void>;
  /** Runs the statements in one transaction; nested in the session's own where the whole session is one. */
  together(statements: readonly { readonly sql: string; readonly params: readonly SqlValue[] }[]): Promise<void>;
}

/** What this folder knows of an adapter beyond `Db`. */
export interface Driver extends Db {
  /**
   * Runs `work` while no other process does the same on this database. On SQLite all of it is one transaction, on MySQL
   * every schema statement commits by itself.
   */
  exclusively<T>(work: (session: Session) => Promise<T>): Promise<T>;
}

/** Refuses whole numbers a JavaScript number cannot hold exactly, rather than hand out a rounded one. */
export function checkNumber(value: number, column: string): void {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new RangeError(`column ${column} holds a whole number beyond 2^53`);
  }
}
