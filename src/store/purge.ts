import type { Db } from "../db/db.ts";
import { sqlAudit } from "./audit-log.ts";
import { UNDO_MS } from "./ended-sessions.ts";

/** Rows per statement: few enough that no request waits noticeably behind it. */
const BATCH = 500;

/**
 * Rows of a table that are over: found by the first text, deleted by their keys with the second. Not one DELETE with the
 * search inside: MariaDB before 11.1 would look at every row of the table for each batch, and hold them all. The condition
 * stands in both: what was brought back in between stays.
 */
type Expired = { readonly find: string; readonly remove: string; readonly batch: number };

const marks = (batch: number): string => Array(batch).fill("?").join(", ");
const BATCH_MARKS = marks(BATCH);

/** Exported for the test of its plan; the others have the same form. */
export const SESSIONS: Expired = {
  find: `SELECT session_id AS id FROM user_sessions WHERE expires_at <= ? AND COALESCE(ended_at, 0) <= ? LIMIT ${BATCH}`,
  remove: `DELETE FROM user_sessions
            WHERE session_id IN (${BATCH_MARKS}) AND expires_at <= ? AND COALESCE(ended_at, 0) <= ?`,
  batch: BATCH,
};
const TICKETS: Expired = {
  find: `SELECT ticket_id AS id FROM tickets WHERE expires_at <= ? LIMIT ${BATCH}`,
  remove: `DELETE FROM tickets WHERE ticket_id IN (${BATCH_MARKS}) AND expires_at <= ?`,
  batch: BATCH,
};
const ATTEMPTS: Expired = {
  find: `SELECT attempt_key AS id FROM attempts WHERE forget_at <= ? LIMIT ${BATCH}`,
  remove: `DELETE FROM attempts WHERE attempt_key IN (${BATCH_MARKS}) AND forget_at <= ?`,
  batch: BATCH,
};

/** Each entry also stands in eight indexes. */
const ENTRIES_BATCH = 50;
const ENTRIES_MARKS = marks(ENTRIES_BATCH);
const OLD_ENTRIES: Expired = {
  find: `SELECT id FROM audit_log WHERE at < ? ORDER BY at LIMIT ${ENTRIES_BATCH}`,
  remove: `DELETE FROM audit_log WHERE id IN (${ENTRIES_MARKS}) AND at < ?`,
  batch: ENTRIES_BATCH,
};

/**
 * Deletes what has expired, a small batch at a time, letting other requests through in between. Sessions that fell idle
 * open nothing from that moment on, but their rows stay until their lifetime is over: finding them earlier would take an
 * index that every active session changes once a minute, at three times the cost of noting that it is active.
 *
 * @returns how many rows went.
 */
export async function purgeExpired(db: Db, nowMs: number): Promise<number> {
  let deleted = 0;
  deleted += await inBatches(db, SESSIONS, [nowMs, nowMs - UNDO_MS]);
  deleted += await inBatches(db, TICKETS, [nowMs]);
  deleted += await inBatches(db, ATTEMPTS, [nowMs]);
  return deleted;
}

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
  return inBatches(db, OLD_ENTRIES, [beforeMs]);
}

async function inBatches(db: Db, { find, remove, batch }: Expired, params: readonly number[]): Promise<number> {
  for (let deleted = 0; ; await new Promise(setImmediate)) {
    const ids = (await db.all<{ id: string | number }>(find, params)).map(({ id }) => id);
    const [first] = ids;
    if (first === undefined) return deleted;
    // Filled up to the fixed size of the statement, which the database then keeps prepared.
    const all = [...ids, ...Array<typeof first>(batch - ids.length).fill(first)];
    deleted += await db.run(remove, [...all, ...params]);
    if (ids.length < batch) return deleted;
  }
}
