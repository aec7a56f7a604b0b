import type { Db } from "../db/db.ts";

/** Rows per statement: few enough that no request waits noticeably behind it. */
const BATCH = 500;

/** The inner SELECT is wrapped once more because MySQL refuses LIMIT directly inside IN. */
const EXPIRED_SESSIONS = `DELETE FROM user_sessions WHERE session_id IN (SELECT session_id FROM
  (SELECT session_id FROM user_sessions WHERE expires_at <= ? LIMIT ${BATCH}) AS expired)`;
const IDLE_SESSIONS = `DELETE FROM user_sessions WHERE session_id IN (SELECT session_id FROM
  (SELECT session_id FROM user_sessions WHERE last_seen_at <= ? LIMIT ${BATCH}) AS expired)`;
const EXPIRED_TICKETS = `DELETE FROM tickets WHERE ticket_id IN (SELECT ticket_id FROM
  (SELECT ticket_id FROM tickets WHERE expires_at <= ? LIMIT ${BATCH}) AS expired)`;
const FORGOTTEN_ATTEMPTS = `DELETE FROM attempts WHERE attempt_key IN (SELECT attempt_key FROM
  (SELECT attempt_key FROM attempts WHERE forget_at <= ? LIMIT ${BATCH}) AS expired)`;

/**
 * Deletes what has expired, a small batch at a time, letting other requests through in between.
 *
 * @returns how many rows went.
 */
export async function purgeExpired(db: Db, nowMs: number, sessionIdleMs: number): Promise<number> {
  let deleted = 0;
  deleted += await inBatches(db, EXPIRED_SESSIONS, nowMs);
  deleted += await inBatches(db, IDLE_SESSIONS, nowMs - sessionIdleMs);
  deleted += await inBatches(db, EXPIRED_TICKETS, nowMs);
  deleted += await inBatches(db, FORGOTTEN_ATTEMPTS, nowMs);
  return deleted;
}

async function inBatches(db: Db, sql: string, beforeMs: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const changed = await db.run(sql, [beforeMs]);
    deleted += changed;
    if (changed < BATCH) return deleted;
    await new Promise(setImmediate);
  }
}
