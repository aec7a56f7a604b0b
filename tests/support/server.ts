import { Database } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createConnection } from "mysql2/promise";
import { cleanEnv } from "./environment.ts";
import { testServer } from "./mariadb.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const READY_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 5_000;
const SETUP_ADDRESS = /https?:\/\/\S+\/setup\/[\w-]+/;

/** The real program in a process of its own, on a fresh database. */
export type RunningGatehouse = {
  readonly url: string;
  /** The one-time address it printed for the first admin. */
  readonly setupUrl: string;
  /** Everything it wrote so far. */
  output(): Promise<string>;
  /** Changes the database behind its back. */
  sql(statement: string): Promise<void>;
  /** Ends it the way an operator would, and removes its data. */
  stop(): Promise<void>;
};

/**
 * Starts `src/main.ts` and waits until it is ready.
 *
 * @param env variables on top of the defaults for tests; `{port}` in a value is the port it listens on.
 * @throws with the program's output when it ends or does not get ready in time.
 */
export async function startGatehouse(
  env: Record<string, string> = {},
  program: readonly string[] = ["src/main.ts"],
): Promise<RunningGatehouse> {
  const dir = mkdtempSync(join(tmpdir(), "gatehouse-server-"));
  const dataDir = join(dir, "data");
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const database = await freshDatabase(dataDir);
  const own = Object.entries(env).map(([name, value]) => [name, value.replace("{port}", String(port))]);
  const log = Bun.file(join(dir, "output.log"));
  const child = Bun.spawn([process.execPath, "--no-env-file", ...program], {
    cwd: ROOT,
    env: cleanEnv({
      PORT: String(port),
      DATA_DIR: dataDir,
      BCRYPT_ROUNDS: "10",
      ...database.env,
      ...Object.fromEntries(own),
    }),
    stdin: "ignore",
    stdout: log,
    stderr: Bun.file(join(dir, "errors.log")),
  });
  const output = async () => `${await log.text()}${await Bun.file(join(dir, "errors.log")).text()}`;
  const stop = async () => {
    await end(child);
    await database.drop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await until(child, async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok === true);
    // It answers a moment before it prints the address.
    let setupUrl = "";
    await until(child, async () => {
      setupUrl = SETUP_ADDRESS.exec(await output())?.[0] ?? "";
      return setupUrl !== "";
    });
    return { url, setupUrl, output, sql: database.sql, stop };
  } catch (error) {
    const message = `${String(error)}\n${await output()}`;
    await stop();
    throw new Error(message);
  }
}

async function until(child: Bun.Subprocess, isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = performance.now() + READY_LIMIT_MS;
  while (performance.now() < giveUpAtMs) {
    if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode}`);
    if (await isSo()) return;
    await Bun.sleep(20);
  }
  throw new Error(`the server was not ready after ${READY_LIMIT_MS / 1000} s`);
}

async function end(child: Bun.Subprocess): Promise<void> {
  child.kill("SIGTERM");
  const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await child.exited;
  clearTimeout(limit);
}

export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

type FreshDatabase = {
  env: Record<string, string>;
  sql(statement: string): Promise<void>;
  drop(): Promise<void>;
};

async function freshDatabase(dataDir: string): Promise<FreshDatabase> {
  return process.env.TEST_DB === "mysql" ? mysqlDatabase() : sqliteDatabase(join(dataDir, "gatehouse.db"));
}

function sqliteDatabase(file: string): FreshDatabase {
  const sql = async (statement: string) => {
    using database = new Database(file);
    database.run("PRAGMA busy_timeout = 5000");
    database.run(statement);
  };
  return { env: {}, sql, drop: async () => {} };
}

/** A database of its own on the server the tests speak to. */
async function mysqlDatabase(): Promise<FreshDatabase> {
  const mysql = await testServer();
  const name = `gatehouse_${randomBytes(6).toString("hex")}`;
  const { host, port, user, password } = mysql;
  const connect = (database?: string) =>
    createConnection({ host, port, user, password, ...(database && { database }) });
  const run = async (statement: string, database?: string) => {
    const connection = await connect(database);
    await connection.query(statement).finally(() => connection.end());
  };
  await run(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const env = { DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password, DB_DATABASE: name };
  const drop = async () => {
    await run(`DROP DATABASE ${name}`);
    await mysql.stop();
  };
  return { env, sql: (statement) => run(statement, name), drop };
}
