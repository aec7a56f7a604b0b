import { createHash } from "node:crypto";
import { join } from "node:path";

/** The cookie of session number n; `SQL_TOKEN` makes the same text in MariaDB. */
export const tokenOf = (n: number): string => createHash("sha256").update(`session ${n}`).digest("base64url");

/** @param seq name of the column that holds n. */
export const sqlToken = (seq: string): string =>
  `REPLACE(REPLACE(REPLACE(TO_BASE64(UNHEX(SHA2(CONCAT('session ', ${seq}), 256))), '+', '-'), '/', '_'), '=', '')`;

const MOST = 100_000;

/** Writes one Cookie header per line: every session, or of many a random part. @returns the file. */
export async function writeCookies(
  folder: string,
  name: string,
  sessions: number,
  cookieOf: (n: number) => string,
): Promise<string> {
  const count = Math.min(sessions, MOST);
  const pick = (i: number) => (sessions <= MOST ? i + 1 : 1 + Math.floor(Math.random() * sessions));
  const file = join(folder, `${name}.cookies`);
  await Bun.write(file, `${Array.from({ length: count }, (_, i) => cookieOf(pick(i))).join("\n")}\n`);
  return file;
}
