import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { common, findServerBinary, makeDataFolder } from "./mariadb-files.ts";

export { findServerBinary } from "./mariadb-files.ts";

export type Server = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
};

/** A server of our own, which a test may ill-treat. */
export type OwnServer = Server & {
  readonly folder: string;
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  /** Ends it as a power cut would; `start` brings it back with the same data on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
};

export type ServerOptions = {
  /** More options of the server program, such as those for TLS. */
  readonly args?: readonly string[];
  readonly port?: number;
};

const START_TIMEOUT_MS = 60_000;
/** Not safe for data worth keeping: nothing is forced to the disk. */
const FAST_AND_FORGETFUL = [
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-flush-method=nosync",
  "--innodb-doublewrite=0",
  "--skip-log-bin",
  "--skip-name-resolve",
  "--performance-schema=OFF",
  "--max-connections=400",
];

/**
 * The server tests speak to: the one TEST_DB_HOST, TEST_DB_PORT, TEST_DB_USER and TEST_DB_PASSWORD name, or else a
 * throw-away one of its own.
 */
export async function testServer(): Promise<Server> {
  const { TEST_DB_HOST: host, TEST_DB_PORT, TEST_DB_USER, TEST_DB_PASSWORD } = process.env;
  if (!host) return startServer();
  const given = {
    host,
    port: Number(TEST_DB_PORT ?? 3306),
    user: TEST_DB_USER ?? "root",
    password: TEST_DB_PASSWORD ?? "",
  };
  return { ...given, stop: async () => {} };
}

/**
 * Starts an empty server in a temporary folder on a free port of the loopback address; `stop` kills it and removes the
 * folder. GATEHOUSE_TEST_MYSQLD names the program (Oracle's MySQL works too), else `mariadbd` or `mysqld` is looked for.
 *
 * @throws Error when there is no server program, or it does not start; with its own log.
 */
export async function startServer(options: ServerOptions = {}): Promise<OwnServer> {
  const binary = findServerBinary();
  if (!binary) throw new Error("no database server: install mariadb-server-core, or set TEST_DB_HOST");
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-db-"));
  try {
    const isOracle = await makeDataFolder(binary, folder);
    return await launch(binary, folder, isOracle, options);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function launch(binary: string, folder: string, isOracle: boolean, options: ServerOptions): Promise<OwnServer> {
  const port = options.port ?? (await freePort());
  const own = isOracle
    ? ["--mysqlx=OFF", "--secure-file-priv=NULL", "--innodb-redo-log-capacity=8388608", initFile(folder)]
    : ["--innodb-log-file-size=8M", "--innodb-use-native-aio=0", "--innodb-buffer-pool-size=64M"];
  const place = [`--socket=${join(folder, "s.sock")}`, `--pid-file=${join(folder, "pid")}`, `--port=${port}`];
  const log = join(folder, "err.log");
  const args = [...common(folder), ...place, "--bind-address=127.0.0.1", `--log-error=${log}`, ...FAST_AND_FORGETFUL];
  // A process group of its own: Ctrl-C on the tests must not reach the server before `stop` does.
  const command = ["setsid", binary, ...args, ...own, ...(options.args ?? [])];

  let child: Bun.Subprocess | null = null;
  const kill = async () => {
    child?.kill("SIGKILL");
    // Without this the program may end, for want of anything to wait for, before the folder is removed.
    child?.ref();
    await child?.exited;
  };
  const start = async () => {
    rmSync(log, { force: true });
    child = Bun.spawn(command, { stdio: ["ignore", "ignore", "ignore"] });
    child.unref();
    await ready(log, child);
  };
  const stop = async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  await start().catch(async (error) => {
    await kill();
    throw error;
  });
  const signal = (name: "SIGSTOP" | "SIGCONT") => void child?.kill(name);
  return { host: "127.0.0.1", port, user: "root", password: "", folder, signal, kill, start, stop };
}

/** MySQL makes root@localhost only, which does not match TCP while names are not looked up. */
function initFile(folder: string): string {
  const file = join(folder, "init.sql");
  const grants = "GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n";
  writeFileSync(file, `CREATE USER IF NOT EXISTS root@'127.0.0.1' IDENTIFIED BY '';\n${grants}`);
  return `--init-file=${file}`;
}

async function ready(log: string, child: Bun.Subprocess): Promise<void> {
  for (const end = performance.now() + START_TIMEOUT_MS; performance.now() < end; await Bun.sleep(10)) {
    const text = await Bun.file(log)
      .text()
      .catch(() => "");
    if (text.includes("ready for connections")) return;
    if (child.exitCode !== null)
      throw new Error(`the database server ended with ${child.exitCode}:\n${text.slice(-2000)}`);
  }
  throw new Error(`the database server was not ready after ${START_TIMEOUT_MS} ms`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

if (import.meta.main) {
  const server = await startServer();
  console.log(`TEST_DB_HOST=${server.host}\nTEST_DB_PORT=${server.port}`);
  console.log(`TEST_DB_USER=${server.user}\nTEST_DB_PASSWORD=${server.password}`);
  setInterval(() => {}, 60_000);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.once(signal, async () => {
      await server.stop();
      process.exit(0);
    });
  }
}
