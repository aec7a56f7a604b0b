import { existsSync, readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import mysql, { type Connection, type ConnectionOptions } from "mysql2";
import { StartError } from "./driver.ts";
import { serverErrno } from "./mysql-errors.ts";
import { command } from "./mysql-statements.ts";

/**
 * `off`; `on`: the server's certificate must come from an authority this system trusts; anything else is the path of a
 * PEM file with the authority's certificate. Whenever it is not off, the certificate must also bear the host's name.
 */
export type Tls = string;

export type MysqlOptions = {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly ssl: Tls;
  /** Connections at most. */
  readonly pool: number;
  /** How long to wait for a connection, connecting included. Default 5 000. */
  readonly acquireTimeoutMs?: number;
  /** How long one statement may take before its connection is given up. Default 10 000. */
  readonly queryTimeoutMs?: number;
  /** A connection idle for longer is asked whether it is alive before it is trusted with work. Default 5 000. */
  readonly trustedIdleMs?: number;
};

export const ACQUIRE_TIMEOUT_MS = 5_000;
export const QUERY_TIMEOUT_MS = 10_000;
export const TRUSTED_IDLE_MS = 5_000;
/** The longest a timer can wait, 24 days: for schema statements, which take what they take. */
export const UNBOUNDED_MS = 2 ** 31 - 1;

const SQL_MODE =
  "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,ONLY_FULL_GROUP_BY,NO_ENGINE_SUBSTITUTION";

const SYSTEM_CA_FILES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

/** @throws StartError when the CA file cannot be read. */
export function connectionOptions(options: MysqlOptions): ConnectionOptions {
  const { host, port, user, password, database, acquireTimeoutMs = ACQUIRE_TIMEOUT_MS } = options;
  const ca = authorities(options.ssl);
  return {
    ...{ host, port, user, password, database },
    ...(ca ? { ssl: { ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: "TLSv1.2" } } : {}),
    connectTimeout: acquireTimeoutMs,
    charset: "utf8mb4_bin",
    timezone: "Z",
    dateStrings: true,
    decimalNumbers: true,
    supportBigNumbers: true,
    jsonStrings: true,
    multipleStatements: false,
    maxPreparedStatements: 256,
    // FOUND_ROWS: an UPDATE counts the rows it matched, as SQLite does, not only those it altered.
    flags: ["+FOUND_ROWS", "-LOCAL_FILES"],
  };
}

function authorities(tls: Tls): string | string[] | null {
  if (tls === "off") return null;
  if (tls === "on") {
    const system = SYSTEM_CA_FILES.find((file) => existsSync(file));
    return system ? readFileSync(system, "utf8") : [...rootCertificates];
  }
  try {
    return readFileSync(tls, "utf8");
  } catch {
    throw new StartError(`the certificate file of the database's authority cannot be read: ${tls}`);
  }
}

/** Opens one connection outside the pool. */
export function connect(options: MysqlOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = mysql.createConnection(connectionOptions(options));
    connection.once("error", reject);
    connection.connect((error) => {
      if (error) return reject(error);
      // Errors after this one reach whoever waits for an answer; without a listener they would also end the process.
      connection.on("error", () => {});
      resolve(connection);
    });
  });
}

/**
 * Settles everything the server's own configuration could have changed. Must have run on a connection before its first
 * use: servers differ in their defaults, and strictness is part of what the store relies on.
 */
export async function prepareConnection(connection: Connection, queryTimeoutMs: number): Promise<void> {
  // In seconds. Shorter than our own limit, so that waiting for a row's lock ends with an answer.
  const lockWait = Math.max(1, Math.floor(queryTimeoutMs / 2_000));
  const required = [
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
    `SET SESSION sql_mode = '${SQL_MODE}', SESSION time_zone = '+00:00', SESSION autocommit = 1, ` +
      `SESSION innodb_lock_wait_timeout = ${lockWait}`,
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
  ];
  for (const sql of required) await command(connection, sql, queryTimeoutMs);
  // Galera: reads wait for what other nodes have written.
  await setIfKnown(connection, "wsrep_sync_wait = 1", queryTimeoutMs);
}

/**
 * Lets the server end statements too, a second after this side gave them up: closing a connection does not stop the
 * statement that runs on it. MariaDB knows the first setting (seconds), MySQL the second (milliseconds, SELECT only).
 */
export async function limitStatements(connection: Connection, queryTimeoutMs: number): Promise<void> {
  const limitMs = queryTimeoutMs + 1_000;
  await setIfKnown(connection, `max_statement_time = ${limitMs / 1000}`, queryTimeoutMs);
  await setIfKnown(connection, `max_execution_time = ${limitMs}`, queryTimeoutMs);
}

async function setIfKnown(connection: Connection, setting: string, timeoutMs: number): Promise<void> {
  try {
    await command(connection, `SET SESSION ${setting}`, timeoutMs);
  } catch (error) {
    const UNKNOWN_VARIABLE = 1193;
    if (serverErrno(error) !== UNKNOWN_VARIABLE) throw error;
  }
}
