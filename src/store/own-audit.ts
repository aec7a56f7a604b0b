import type { Db } from "../db/db.ts";
import type { AuditRow } from "./audit-log.ts";

/* What the audit log tells a person about their own account. Each statement reads a range of one index of audit_log. */

export type SignIn = { readonly atMs: number; readonly ip: string | null; readonly factors: string };

/** The sign-in that began at this time and the one before it; null for what there is not. */
export async function findSignIns(db: Db, userId: number, atMs: number): Promise<[SignIn | null, SignIn | null]> {
  const rows = await db.all<{ atMs: number; ip: string | null; detail: string | null }>(
    `SELECT at AS atMs, ip, detail FROM audit_log
      WHERE actor_id = ? AND event = 'session.started' AND at <= ? ORDER BY at DESC, id DESC LIMIT 2`,
    [userId, atMs],
  );
  const [latest = null, before = null] = rows.map((row) => ({ ...row, factors: factorsOf(row.detail) }));
  return latest?.atMs === atMs ? [latest, before] : [null, latest];
}

function factorsOf(detail: string | null): string {
  const { factors = "" } = detail === null ? {} : (JSON.parse(detail) as { factors?: string });
  return factors;
}

/** How often somebody failed to get into this account after the one time and up to the other. */
export async function countRefusals(db: Db, userId: number, afterMs: number, untilMs: number): Promise<number> {
  const row = await db.one<{ refusals: number }>(
    `SELECT COUNT(*) AS refusals FROM audit_log
      WHERE target_id = ? AND at > ? AND at <= ? AND event IN ('sign_in.password_refused', 'sign_in.code_refused',
        'sign_in.throttled', 'session.confirm_refused', 'password.change_refused', 'password.reset_refused')`,
    [userId, afterMs, untilMs],
  );
  return row?.refusals ?? 0;
}

/** Rows enough for a notice; the rest is among the recent activity. */
const MOST_CHANGES = 5;

export type Change = Pick<AuditRow, "event" | "atMs" | "actorId" | "actorName" | "targetId" | "targetName" | "detail">;

/** What others changed about the account, and what was changed without being signed in, newest first. */
export async function listChangesByOthers(db: Db, userId: number, afterMs: number, untilMs: number): Promise<Change[]> {
  const rows = await db.all<Omit<Change, "detail"> & { detail: string | null }>(
    `SELECT event, at AS atMs, actor_id AS actorId, actor_name AS actorName, target_id AS targetId,
            target_name AS targetName, detail
       FROM audit_log
      WHERE target_id = ? AND at > ? AND at <= ? AND (actor_id IS NULL OR actor_id <> ?) AND event IN (
            'password.reset', 'reset_link.issued', 'reset_link.used', 'authenticator.reset', 'user.role_changed',
            'user.disabled', 'user.enabled', 'user.unlocked', 'user.sessions_ended', 'session.ended_by_other')
      ORDER BY at DESC, id DESC LIMIT ${MOST_CHANGES}`,
    [userId, afterMs, untilMs, userId],
  );
  return rows.map((row) => ({ ...row, detail: row.detail === null ? null : JSON.parse(row.detail) }));
}
