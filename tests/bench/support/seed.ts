import { Database } from "bun:sqlite";
import { hashToken } from "#src/auth/token.ts";
import type { MariaDb } from "./mariadb.ts";
import { sqlToken, tokenOf } from "./tokens.ts";

/*
 * People are called user1, user2, ...; session number n is that of person 1 + n % people, opened with `tokenOf(n)`.
 * Written in bulk, past the product, with what the product would have written.
 */

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

type Size = { readonly people: number; readonly sessions: number };

const createdAt = () => new Date().toISOString().slice(0, 19).replace("T", " ");

/** People and sessions in MariaDB, made by the server itself: ten million in minutes. Indexes are made after the rows. */
export async function seedMariaDb(db: MariaDb, { people, sessions }: Size): Promise<void> {
  const nowMs = Date.now();
  await db.sql(`INSERT INTO users (id, username, username_key, password_hash, role, created_at, signed_in_at)
    SELECT seq, CONCAT('user', seq), CONCAT('user', seq), 'x', IF(seq % 100 = 0, 'admin', 'user'), '${createdAt()}', seq
      FROM seq_1_to_${people}`);
  const isLarge = sessions > 200_000;
  if (isLarge)
    await db.sql(
      "ALTER TABLE user_sessions DROP FOREIGN KEY user_sessions_user, DROP KEY user_sessions_user, DROP KEY user_sessions_expires",
    );
  // Made first and sorted then: sorted as it comes, a part of a generated sequence is lost (MariaDB 10.11).
  await db.sql("CREATE TABLE seed (id CHAR(64) NOT NULL, n INT NOT NULL)");
  await db.sql(`INSERT INTO seed SELECT SHA2(${sqlToken("seq")}, 256), seq FROM seq_1_to_${sessions}`);
  // In the order of the primary key, or every row would go to another page.
  const written = await db.sql(`INSERT INTO user_sessions
      (session_id, user_id, created_at, last_seen_at, expires_at, confirmed_at, ip, user_agent)
    SELECT id, 1 + n % ${people}, ${nowMs} - n % ${MINUTE_MS}, ${nowMs} - n % ${MINUTE_MS},
           ${nowMs + 12 * HOUR_MS}, ${nowMs}, '127.0.0.1', 'bench' FROM seed ORDER BY id`);
  if (written !== sessions) throw new Error(`${written} of ${sessions} sessions were written`);
  await db.sql("DROP TABLE seed");
  if (isLarge)
    await db.sql(`ALTER TABLE user_sessions ADD KEY user_sessions_user (user_id),
      ADD KEY user_sessions_expires (expires_at)`);
}

/** The same in SQLite; the file has the product's tables already. */
export function seedSqlite(file: string, { people, sessions }: Size): void {
  using database = new Database(file);
  const nowMs = Date.now();
  const person =
    database.query(`INSERT INTO users (id, username, username_key, password_hash, role, created_at, signed_in_at)
    VALUES (?, ?, ?, 'x', ?, ?, ?)`);
  const session = database.query(`INSERT INTO user_sessions
    (session_id, user_id, created_at, last_seen_at, expires_at, confirmed_at, ip, user_agent)
    VALUES (?, ?, ?, ?, ?, ?, '127.0.0.1', 'bench')`);
  const at = createdAt();
  database.transaction(() => {
    for (let n = 1; n <= people; n++) person.run(n, `user${n}`, `user${n}`, n % 100 === 0 ? "admin" : "user", at, n);
    for (let n = 1; n <= sessions; n++)
      session.run(
        hashToken(tokenOf(n)),
        1 + (n % people),
        nowMs - (n % MINUTE_MS),
        nowMs - (n % MINUTE_MS),
        nowMs + 12 * HOUR_MS,
        nowMs,
      );
  })();
}

/**
 * For between rounds, as the activity of sessions in steady use is: spread over the last minute, so that in each second a
 * sixtieth of them is due to be written again. Left alone, every session would be due at the start of each round.
 */
export const SPREAD_ACTIVITY = (nowMs: number): string =>
  `UPDATE user_sessions SET last_seen_at = ${nowMs} - created_at % ${MINUTE_MS}`;

/** Opens session number n for a person who is there already. */
export async function openSessionFor(db: MariaDb, n: number, userId: number): Promise<void> {
  const nowMs = Date.now();
  await db.sql(`INSERT INTO user_sessions
      (session_id, user_id, created_at, last_seen_at, expires_at, confirmed_at, ip, user_agent)
    VALUES ('${hashToken(tokenOf(n))}', ${userId}, ${nowMs}, ${nowMs}, ${nowMs + 12 * HOUR_MS}, ${nowMs}, '127.0.0.1', 'bench')`);
}
