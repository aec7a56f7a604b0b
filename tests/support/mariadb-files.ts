import { accessSync, constants, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SYSTEM_TABLES = ["mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql"];

/** @returns path of the database server to test with, null when none is installed. */
export function findServerBinary(): string | null {
  if (process.env.GATEHOUSE_TEST_MYSQLD) return process.env.GATEHOUSE_TEST_MYSQLD;
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/local/sbin", "/usr/libexec"];
  const candidates = ["mariadbd", "mysqld"].flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find((file) => allows(file, constants.X_OK)) ?? null;
}

function allows(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

/** Makes the data folder of a new server. @returns true when the server is Oracle's MySQL, false for MariaDB. */
export async function makeDataFolder(binary: string, folder: string): Promise<boolean> {
  const isOracle = !(await capture([binary, "--no-defaults", "--version"])).includes("MariaDB");
  await (isOracle ? initializeMysql : bootstrapMariadb)(binary, folder);
  return isOracle;
}

/** `mariadb-install-db` needs the client package, so its SQL is fed to the server directly: one statement per line end. */
async function bootstrapMariadb(binary: string, folder: string): Promise<void> {
  mkdirSync(join(folder, "data"));
  const share = ["/usr/share/mysql", "/usr/share/mariadb"].find((path) =>
    allows(join(path, SYSTEM_TABLES[0]!), constants.R_OK),
  );
  if (!share) throw new Error(`${binary} is there, but not its ${SYSTEM_TABLES[0]}`);
  const before =
    "create database if not exists mysql;\nuse mysql;\nSET @auth_root_socket=NULL;\nSET @skip_auth_anonymous_users=1;\n";
  const script = before + SYSTEM_TABLES.map((file) => readFileSync(join(share, file), "utf8")).join("");
  const args = [
    ...common(folder),
    "--bootstrap",
    "--innodb-log-file-size=8M",
    "--max_allowed_packet=8M",
    "--net_buffer_length=16K",
  ];
  await capture([binary, ...args, "--innodb-doublewrite=0", "--innodb-flush-log-at-trx-commit=0"], script);
}

async function initializeMysql(binary: string, folder: string): Promise<void> {
  const args = [
    "--initialize-insecure",
    "--skip-log-bin",
    "--innodb-doublewrite=0",
    "--innodb-redo-log-capacity=8388608",
  ];
  await capture([binary, ...common(folder).concat(args)]);
}

/** `--no-defaults` must come first; root must be named, or the server refuses to run as root. */
export function common(folder: string): string[] {
  const asRoot = process.getuid?.() === 0 ? ["--user=root"] : [];
  return ["--no-defaults", ...asRoot, `--datadir=${join(folder, "data")}`];
}

async function capture(command: string[], stdin = ""): Promise<string> {
  const child = Bun.spawn(command, { stdin: new Blob([stdin]), stdout: "pipe", stderr: "pipe" });
  const [out, log, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}:\n${log.slice(-2000)}`);
  return out;
}
