import { createConnection, type ResultSetHeader } from "mysql2/promise";
import { openDatabase } from "#src/db/open.ts";
import { quiet } from "#tests/support/database.ts";
import type { OwnServer } from "#tests/support/mariadb.ts";

/** A database on the benchmark's own server. */
export type MariaDb = {
  readonly name: string;
  /** For the peers: DB_HOST and so on, which are the product's names too. */
  readonly env: Record<string, string>;
  /** One statement of any kind. @returns how many rows it wrote. */
  sql(statement: string): Promise<number>;
};

/** An empty database; `migrated` with the product's tables in it. */
export async function makeDatabase(server: OwnServer, what: string, migrated: boolean): Promise<MariaDb> {
  const name = `bench_${what}`;
  const { host, port, user, password } = server;
  const run = async (statement: string, database?: string) => {
    const connection = await createConnection({ host, port, user, password, ...(database && { database }) });
    const [result] = await connection.query<ResultSetHeader>(statement).finally(() => connection.end());
    return result.affectedRows ?? 0;
  };
  await run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  if (migrated) {
    const target = { kind: "mysql", host, port, user, password, database: name, ssl: "off", pool: 2 } as const;
    await (await openDatabase(target, { log: quiet })).close();
  }
  const env = { DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password, DB_DATABASE: name };
  return { name, env, sql: (statement) => run(statement, name) };
}
