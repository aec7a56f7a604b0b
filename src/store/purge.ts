import type { Db } from "../db/db.ts";
import { sqlAudit } from "./audit-log.ts";
import { UNDO_MS } from "./ended-sessions.ts";

/** Rows per statement: few enough that no request waits noticeably behind it. */
const BATCH = 500;

/** The inner SELECT is wrapped once more because MySQL refuses LIMIT directly inside IN. */
const EXPIRED_SESSIONS = `DELETE FROM user_sessions WHERE session_id IN (SELECT session_id FROM
  (SELECT session_id FROM user_sessions WHERE expires_at <= ? AND COALESCE(ended_at, 0) <= ? LIMIT ${BATCH}) AS expired)`;
const EXPIRED_TICKETS = `DELETE FROM tickets WHERE ticket_id IN (SELECT ticket_id FROM
  (SELECT ticket_id FROM tickets WHERE expires_at <= ? LIMIT ${BATCH}) AS expired)`;
const FORGOTTEN_ATTEMPTS = `DELETE FROM attempts WHERE attempt_key IN (SELECT attempt_key FROM
  (SELECT attempt_key FROM attempts WHERE forget_at <= ? LIMIT ${BATCH}) AS expired)`;

/**
 * Deletes what has expired, a small batch at a time, letting other requests through in between. Sessions that fell idle
 * open nothing from that moment on, but their rows stay until their lifetime is over: finding them earlier would take an
 * index that every active session changes once a minute, at three times the cost of noting that it is active.
 *
 * @returns how many rows went.
 */
export async function purgeExpired(db: Db, nowMs: number): Promise<number> {
  let deleted = 0;
  deleted += await inBatches(db, EXPIRED_SESSIONS, [nowMs, nowMs - UNDO_MS]);
  deleted += await inBatches(db, EXPIRED_TICKETS, [nowMs]);
  deleted += await inBatches(db, FORGOTTEN_ATTEMPTS, [nowMs]);
  return deleted;
}

/** Each entry also stands in eight indexes. */
const ENTRIES_BATCH = 50;
const OLD_ENTRIES = `DELETE FROM audit_log WHERE id IN (SELECT id FROM
  (SELECT id FROM audit_log WHERE at < ? ORDER BY at LIMIT ${ENTRIES_BATCH}) AS expired)`;
const DAY_MS = 24 * 60 * 60_000;

/**
 * The audit log's retention, and the only code that takes entries away. Whole days go, just after midnight UTC, so that
 * there is one "audit.purged" a day and not one a minute. Of several copies the first writes it: the row in `locks`
 * says up to which day that has been done.
 *
 * @param days 0: entries stay for ever.
 * @returns how many entries went.
 */
export async function purgeAudit(db: Db, nowMs: number, days: number): Promise<number> {
  if (days === 0) return 0;
  const firstKeptDay = Math.floor(nowMs / DAY_MS) - days;
  const beforeMs = firstKeptDay * DAY_MS;
  const old = await db.one<{ entries: number }>("SELECT COUNT(*) AS entries FROM audit_log WHERE at < ?", [beforeMs]);
  if (old === null || old.entries === 0) return 0;
  await db.batch([
    {
      sql: "UPDATE locks SET version = ? WHERE name = 'audit_purge' AND version < ?",
      params: [firstKeptDay, firstKeptDay],
      mustChange: true,
    },
    sqlAudit({ event: "audit.purged", atMs: nowMs, origin: null, detail: { entries: old.entries, days } }),
  ]);
  return inBatches(db, OLD_ENTRIES, [beforeMs], ENTRIES_BATCH);
}

async function inBatches(db: Db, sql: string, params: number[], batch = BATCH): Promise<number> {
  let deleted = 0;
  for (;;) {
    const changed = await db.run(sql, params);
    deleted += changed;
    if (changed < batch) return deleted;
    await new Promise(setImmediate);
  }
}
