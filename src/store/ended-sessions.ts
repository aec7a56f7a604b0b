import type { Db, Statement } from "../db/db.ts";

/*
 * Sessions that were ended one by one, and that whoever ended them may bring back for a moment. Their `expires_at` stands
 * below zero: they are over for every statement that asks, by construction, also for one that has never heard of them.
 * What ends all sessions of a person deletes these too, so nothing comes back past a new password.
 */

/** How long an ended session can be brought back. */
export const UNDO_MS = 60_000;

/** Ends one session of this person; changes nothing when it is somebody else's, or over. */
export function sqlEndSession(userId: number, sessionId: string, byUserId: number, nowMs: number): Statement {
  return {
    sql: `UPDATE user_sessions SET expires_at = -expires_at, ended_at = ?, ended_by = ?
           WHERE session_id = ? AND user_id = ? AND expires_at > ?`,
    params: [nowMs, byUserId, sessionId, userId, nowMs],
    mustChange: true,
  };
}

/**
 * Brings it back as it was. Changes nothing a minute later, for anybody but the one who ended it, and for a person who may
 * not sign in any more.
 */
export function sqlUndoEnd(userId: number, sessionId: string, byUserId: number, nowMs: number): Statement {
  return {
    sql: `UPDATE user_sessions SET expires_at = -expires_at, ended_at = NULL, ended_by = NULL
           WHERE session_id = ? AND user_id = ? AND expires_at < 0 AND ended_by = ? AND ended_at > ?
             AND EXISTS (SELECT 1 FROM users WHERE id = ? AND (disabled_at IS NULL OR disabled_until <= ?))`,
    params: [sessionId, userId, byUserId, nowMs - UNDO_MS, userId, nowMs],
    mustChange: true,
  };
}

/** Whether this person ended this session of their own, and it can still be brought back. */
export async function canUndoEnd(db: Db, userId: number, sessionId: string, nowMs: number): Promise<boolean> {
  const sql = `SELECT session_id FROM user_sessions
    WHERE session_id = ? AND user_id = ? AND expires_at < 0 AND ended_by = ? AND ended_at > ?`;
  return (await db.one(sql, [sessionId, userId, userId, nowMs - UNDO_MS])) !== null;
}
