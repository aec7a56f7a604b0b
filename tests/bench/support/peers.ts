import { Database } from "bun:sqlite";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import type { MariaDb } from "./mariadb.ts";
import { BENCH } from "./programs.ts";
import { sqlToken, tokenOf } from "./tokens.ts";

/*
 * Fills the tables the peers made at their start with as many people and sessions as Gatehouse has, and signs the cookies
 * they would have given.
 */

/** For the signatures of the peers' cookies. */
export const PEER_SECRET = "bench-only-0123456789-abcdefghijkl";
const WEEK_MS = 7 * 24 * 3_600_000;

const hmac = (text: string) => createHmac("sha256", PEER_SECRET).update(text).digest("base64");

export const betterAuthCookie = (n: number): string => {
  const token = tokenOf(n);
  return `better-auth.session_token=${encodeURIComponent(`${token}.${hmac(token)}`)}`;
};

export const expressCookie = (n: number): string => {
  const sid = tokenOf(n);
  return `connect.sid=${encodeURIComponent(`s:${sid}.${hmac(sid).replace(/=+$/, "")}`)}`;
};

type Size = { readonly people: number; readonly sessions: number };

export async function seedBetterAuth(db: MariaDb, { people, sessions }: Size): Promise<void> {
  await db.sql(`INSERT INTO user (id, name, email, emailVerified, createdAt, updatedAt)
    SELECT CONCAT('u', seq), CONCAT('user', seq), CONCAT('user', seq, '@example.org'), 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
      FROM seq_1_to_${people}`);
  await db.sql(`INSERT INTO session (id, expiresAt, token, createdAt, updatedAt, ipAddress, userAgent, userId)
    SELECT CONCAT('s', seq), UTC_TIMESTAMP(3) + INTERVAL 7 DAY, ${sqlToken("seq")}, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3),
           '127.0.0.1', 'bench', CONCAT('u', 1 + seq % ${people}) FROM seq_1_to_${sessions}`);
}

export async function seedExpress(db: MariaDb, { people, sessions }: Size): Promise<void> {
  await db.sql(`INSERT INTO sessions (session_id, expires, data)
    SELECT ${sqlToken("seq")}, UNIX_TIMESTAMP() + 86400,
           CONCAT('{"cookie":{"originalMaxAge":null,"expires":null,"httpOnly":true,"path":"/"},"username":"user', 1 + seq % ${people}, '"}')
      FROM seq_1_to_${sessions}`);
}

export function seedBetterAuthSqlite(file: string, { people, sessions }: Size): void {
  using database = new Database(file);
  const now = new Date().toISOString();
  const expires = new Date(Date.now() + WEEK_MS).toISOString();
  const person = database.query(
    "INSERT INTO user (id, name, email, emailVerified, createdAt, updatedAt) VALUES (?, ?, ?, 1, ?, ?)",
  );
  const session = database.query(
    "INSERT INTO session (id, expiresAt, token, createdAt, updatedAt, ipAddress, userAgent, userId) VALUES (?, ?, ?, ?, ?, '127.0.0.1', 'bench', ?)",
  );
  database.transaction(() => {
    for (let n = 1; n <= people; n++) person.run(`u${n}`, `user${n}`, `user${n}@example.org`, now, now);
    for (let n = 1; n <= sessions; n++) session.run(`s${n}`, expires, tokenOf(n), now, now, `u${1 + (n % people)}`);
  })();
}

export function seedExpressSqlite(file: string, { people, sessions }: Size): void {
  using database = new Database(file);
  const expires = new Date(Date.now() + WEEK_MS).toISOString();
  const cookie = { originalMaxAge: null, expires: null, httpOnly: true, path: "/" };
  const session = database.query("INSERT INTO sessions (sid, sess, expire) VALUES (?, ?, ?)");
  database.transaction(() => {
    for (let n = 1; n <= sessions; n++)
      session.run(tokenOf(n), JSON.stringify({ cookie, username: `user${1 + (n % people)}` }), expires);
  })();
}

export const peer = (name: string): string => join(BENCH, "peers", name);
