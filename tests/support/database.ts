import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mysql from "mysql2/promise";
import type { DatabaseTarget } from "#src/config.ts";
import type { Db } from "#src/db/db.ts";
import { openDatabase } from "#src/db/open.ts";

/** The database tests run on: TEST_DB is `sqlite` (default) or `mysql`, which then needs TEST_DB_HOST and its like. */
export const dialect: Db["dialect"] = process.env.TEST_DB === "mysql" ? "mysql" : "sqlite";

export const quiet = { info() {}, warn() {} };

export type FreshDb = {
  readonly db: Db;
  /** Opens the same database from elsewhere; `:memory:` unless `shared` was asked for. */
  readonly target: DatabaseTarget;
  close(): Promise<void>;
};

export type FreshOptions = {
  /** More than one connection or process will use it: on SQLite a file in a temporary folder instead of memory. */
  readonly shared?: boolean;
  readonly pool?: number;
};

/** A new, migrated database of the run's dialect; `close` removes it. */
export async function freshDb(options: FreshOptions = {}): Promise<FreshDb> {
  const { target, remove } = await freshTarget(options);
  const db = await openDatabase(target, { log: quiet, tries: 1 });
  const close = async () => {
    await db.close();
    await remove();
  };
  return { db, target, close };
}

/** An empty place for a database, not opened yet. */
export async function freshTarget(
  options: FreshOptions = {},
): Promise<{ target: DatabaseTarget; remove(): Promise<void> }> {
  if (dialect === "mysql") return freshSchema(options.pool ?? 4);
  if (!options.shared) return { target: { kind: "sqlite", file: ":memory:" }, remove: async () => {} };
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
  const remove = async () => rmSync(folder, { recursive: true, force: true });
  return { target: { kind: "sqlite", file: join(folder, "gatehouse.db") }, remove };
}

async function freshSchema(pool: number) {
  const {
    TEST_DB_HOST: host,
    TEST_DB_PORT,
    TEST_DB_USER: user = "root",
    TEST_DB_PASSWORD: password = "",
  } = process.env;
  if (!host) throw new Error("TEST_DB=mysql needs TEST_DB_HOST: see tests/support/mariadb.ts");
  const server = { host, port: Number(TEST_DB_PORT ?? 3306), user, password };
  const database = `gatehouse_test_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
  await asAdmin(server, `CREATE DATABASE ${database}`);
  const target: DatabaseTarget = { kind: "mysql", ...server, database, ssl: "off", pool };
  return { target, remove: () => asAdmin(server, `DROP DATABASE ${database}`) };
}

async function asAdmin(server: { host: string; port: number; user: string; password: string }, sql: string) {
  const connection = await mysql.createConnection(server);
  await connection.query(sql);
  await connection.end();
}
