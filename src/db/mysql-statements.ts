import mysql, { type Connection, type FieldPacket, type ResultSetHeader } from "mysql2";
import { DatabaseUnavailable, type Row, type SqlValue } from "./db.ts";
import { checkNumber } from "./driver.ts";

/** Runs a fixed text without parameters: transactions, settings and schema statements cannot all be prepared. */
export function command(connection: Connection, sql: string, timeoutMs: number): Promise<void> {
  return bounded(connection, timeoutMs, (done) => connection.query(sql, (error) => done(error, undefined)));
}

/** @returns rows of a reading statement. */
export async function read<T>(
  connection: Connection,
  sql: string,
  params: readonly SqlValue[],
  timeoutMs: number,
): Promise<T[]> {
  const { rows, fields } = await execute(connection, sql, params, timeoutMs);
  return toSharedTypes(rows as Row[], fields ?? []) as T[];
}

/** @returns how many rows a writing statement matched. */
export async function write(
  connection: Connection,
  sql: string,
  params: readonly SqlValue[],
  timeoutMs: number,
): Promise<number> {
  const { rows } = await execute(connection, sql, params, timeoutMs);
  return (rows as ResultSetHeader).affectedRows ?? 0;
}

function execute(connection: Connection, sql: string, params: readonly SqlValue[], timeoutMs: number) {
  const values = params.map(toBound);
  return bounded<{ rows: unknown; fields: FieldPacket[] }>(connection, timeoutMs, (done) =>
    connection.execute(sql, values, (error, rows, fields) => done(error, { rows, fields })),
  );
}

/** mysql2 would send numbers as floating point, and a plain Uint8Array as text. */
function toBound(value: SqlValue) {
  if (typeof value === "number") return mysql.TypedParameter.LONGLONG(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value;
}

/** mysql2's own time-outs leave a statement's first use and the queue unbounded, hence this one. */
export function bounded<T>(
  connection: Connection,
  timeoutMs: number,
  start: (done: (error: Error | null, result: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.destroy();
      reject(new DatabaseUnavailable(`the database did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
    start((error, result) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(result);
    });
  });
}

/** Gives the same JavaScript types as SQLite: numbers for all numbers, plain Uint8Array for bytes. */
function toSharedTypes(rows: Row[], fields: readonly FieldPacket[]): Row[] {
  for (const { name } of fields) {
    for (const row of rows) {
      const value = row[name];
      if (typeof value === "number") checkNumber(value, name);
      else if (value instanceof Uint8Array) row[name] = new Uint8Array(value);
    }
  }
  for (const { name } of fields.filter(isWhole)) {
    for (const row of rows) if (typeof row[name] === "string") checkNumber(Number(row[name]), name);
  }
  return rows;
}

function isWhole(field: FieldPacket): boolean {
  const LONGLONG = 8;
  return field.columnType === LONGLONG;
}
