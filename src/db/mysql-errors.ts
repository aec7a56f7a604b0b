import { DatabaseUnavailable, UniqueViolation } from "./db.ts";
import { StartError } from "./driver.ts";

/** What mysql2 throws: `errno` is the server's number, `code` its name or that of a system error. */
type DriverError = Error & {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly fatal?: boolean;
};

/**
 * The server undid the whole transaction because of another one: doing it again is safe, COMMIT included.
 * 1213 deadlock, and conflicting nodes of Galera; 1020 MariaDB 11.8, row changed since read; 3101 MySQL group
 * replication, conflicting nodes. 1180 (error during COMMIT) is not here: that transaction may have happened.
 */
const CONFLICT = new Set([1213, 1020, 3101]);

/** Too busy or too slow, but this connection can be used again: lock wait 1205, killed 1317, time limit 1969 and 3024. */
const BUSY = new Set([1205, 1317, 1969, 3024, ...CONFLICT]);

/** The server, or this node of a cluster, cannot serve now: a new connection may reach a better one. */
const AWAY = new Set([
  1021, // disk full
  1040, // too many connections
  1041, // out of memory
  1047, // Galera node without a quorum
  1053, // shutting down
  1080, // forced close
  1129, // host blocked after too many errors
  1152, // aborted connection
  1158, // network read and write errors up to 1161
  1159,
  1160,
  1161,
  1180, // error during COMMIT
  1203, // too many connections of this user
  1226, // resource limit of this user
  1290, // read-only
  1792, // read-only transaction
  1836, // read-only mode
  1927, // connection killed
  3100, // group replication refused to commit
  4031, // closed for being idle
]);

const NETWORK =
  /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT|PROTOCOL_CONNECTION_LOST|PROTOCOL_SEQUENCE_TIMEOUT|PROTOCOL_PACKETS_OUT_OF_ORDER|POOL_)/;

/** Messages mysql2 gives no code to. */
const NO_CODE = /^(Queue limit reached|No connections available|Pool is closed|Can't add new command)/;

/** Only a person can help: 1044 1045 1698 refused, 1049 no such database, 1251 and 1524 1275 way of signing in. */
const REFUSED = new Set([1044, 1045, 1049, 1130, 1142, 1227, 1251, 1275, 1524, 1698]);

export function isConflict(error: unknown): boolean {
  return CONFLICT.has((error as DriverError).errno ?? 0);
}

export function serverErrno(error: unknown): number | null {
  const { errno, sqlState } = error as DriverError;
  return sqlState && errno ? errno : null;
}

/** False when the connection the error came from must be thrown away: only a server's plain answer leaves it sound. */
export function leavesConnectionSound(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const { errno = 0, fatal, sqlState } = error as DriverError;
  return Boolean(sqlState) && !fatal && (BUSY.has(errno) || !AWAY.has(errno));
}

/** Turns what mysql2 throws into what `Db` promises. */
export function translated(error: unknown): unknown {
  if (error instanceof DatabaseUnavailable || !(error instanceof Error)) return error;
  const { code = "", errno = 0, fatal, message } = error as DriverError;
  if (errno === 1062) return new UniqueViolation(message, { cause: error });
  if (BUSY.has(errno) || AWAY.has(errno) || fatal || NETWORK.test(code) || NO_CODE.test(message)) {
    return new DatabaseUnavailable(message || code, { cause: error });
  }
  return error;
}

/**
 * @returns a StartError when trying again cannot help (password, database name, TLS, unreadable CA file), else null.
 */
export function asRefusal(error: unknown): StartError | null {
  const cause = (error as Error).cause ?? error;
  const { code = "", errno = 0, message } = cause as DriverError;
  if (error instanceof StartError) return error;
  const isBroken = /ECONNRESET|EPIPE|disconnected|hang up/i.test(message);
  if ((code === "HANDSHAKE_SSL_ERROR" && !isBroken) || code === "HANDSHAKE_NO_SSL_SUPPORT") {
    return new StartError(`the database's TLS was refused: ${message}`);
  }
  if (REFUSED.has(errno) || code.startsWith("AUTH_")) return new StartError(`the database refused: ${message}`);
  return null;
}
