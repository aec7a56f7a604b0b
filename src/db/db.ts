/**
 * What the application knows of a database. Two adapters speak it: `sqlite.ts` and `mysql.ts`.
 *
 * Statements use the subset both dialects share: `?` parameters, times as integer milliseconds passed in, booleans as
 * 0/1, no RETURNING, no upsert, no NOW(), and a fixed text: nothing in a statement is put together per request.
 */

/** What may be bound to a `?`. Anything else (undefined, boolean, NaN, array, object) throws before it reaches a driver. */
export type SqlValue = string | number | Uint8Array | null;

export type Row = Record<string, SqlValue>;

export type Statement = {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** Inside `batch`: when this statement matches no row, the whole batch is rolled back and answers false. */
  readonly mustChange?: boolean;
};

export interface Db {
  readonly dialect: "sqlite" | "mysql";
  /** All rows, in the statement's order. */
  all<T = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  /** The first row or null. */
  one<T = Row>(sql: string, params?: readonly SqlValue[]): Promise<T | null>;
  /** Runs one writing statement; answers how many rows it matched (also when their values stayed the same). */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
  /**
   * Runs all statements in one transaction, in order.
   *
   * @returns false when a statement marked `mustChange` matched no row; then nothing at all was written.
   * @throws UniqueViolation, DatabaseUnavailable; then nothing was written either. A deadlock is retried from the start.
   */
  batch(statements: readonly Statement[]): Promise<boolean>;
  close(): Promise<void>;
}

/** A row with the same unique key is there already. */
export class UniqueViolation extends Error {
  override readonly name = "UniqueViolation";
}

/** The database cannot be reached, is too slow or too busy; the same request may work later. Answered with 503. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
}

/** Throws a TypeError unless every value may be bound: drivers turn other types into SQL of their own making. */
export function checkParams(params: readonly SqlValue[]): void {
  for (const [index, value] of params.entries()) {
    const fine =
      value === null || typeof value === "string" || Number.isSafeInteger(value) || value instanceof Uint8Array;
    if (!fine) throw new TypeError(`SQL parameter ${index + 1} is a ${typeof value} that cannot be bound`);
  }
}
