import type { Db, Statement } from "../db/db.ts";
import type { Role, Theme } from "./users.ts";

/** A session joined with what its user is at this moment: role and status are never copied into the session. */
export type SessionRow = {
  readonly sessionId: string;
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  /** When the person last proved who they are: at sign-in, or when asked again. */
  readonly confirmedAtMs: number;
  /** When the person was told what happened since they were last here; null: not yet. */
  readonly welcomedAtMs: number | null;
  readonly userId: number;
  readonly username: string;
  readonly role: Role;
  readonly theme: Theme;
  readonly shortcuts: number;
  readonly language: string | null;
  readonly disabledAtMs: number | null;
  readonly disabledUntilMs: number | null;
};

/** Without its condition; by primary keys alone. Every signed-in request pays for it, see session-gatherer.ts. */
export const SESSION_SELECT = `
  SELECT s.session_id AS sessionId, s.created_at AS createdAtMs, s.last_seen_at AS lastSeenAtMs,
         s.expires_at AS expiresAtMs, s.confirmed_at AS confirmedAtMs, s.welcomed_at AS welcomedAtMs,
         u.id AS userId, u.username, u.role, u.theme, u.shortcuts, u.language,
         u.disabled_at AS disabledAtMs, u.disabled_until AS disabledUntilMs
    FROM user_sessions s JOIN users u ON u.id = s.user_id`;

export function sqlInsertSession(session: {
  sessionId: string;
  userId: number;
  nowMs: number;
  expiresAtMs: number;
  ip: string;
  userAgent: string;
}): Statement {
  const { sessionId, userId, nowMs, expiresAtMs, ip, userAgent } = session;
  return {
    sql: `INSERT INTO user_sessions
            (session_id, user_id, created_at, last_seen_at, confirmed_at, expires_at, ip, user_agent)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [sessionId, userId, nowMs, nowMs, nowMs, expiresAtMs, ip, userAgent],
  };
}

/**
 * The same session under another token: the old one opens nothing from now on. Changes nothing once it was ended.
 * Source: ASVS 7.2.4.
 */
export function sqlRenewSession(sessionId: string, newSessionId: string, confirmedAtMs: number): Statement {
  return {
    sql: "UPDATE user_sessions SET session_id = ?, confirmed_at = ? WHERE session_id = ? AND expires_at > 0",
    params: [newSessionId, confirmedAtMs, sessionId],
    mustChange: true,
  };
}

/** @returns true the first time: the caller shows what happened since the person was last here, and nobody else does. */
export async function noteWelcome(db: Db, sessionId: string, nowMs: number): Promise<boolean> {
  const sql =
    "UPDATE user_sessions SET welcomed_at = ? WHERE session_id = ? AND welcomed_at IS NULL AND expires_at > 0";
  return (await db.run(sql, [nowMs, sessionId])) === 1;
}

export type OpenSession = {
  readonly sessionId: string;
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly ip: string;
  readonly userAgent: string;
};

/** A person's sessions that still open something, the one used last first. */
export function listOpenSessions(db: Db, userId: number, nowMs: number, idleMs: number): Promise<OpenSession[]> {
  return db.all<OpenSession>(
    `SELECT session_id AS sessionId, created_at AS createdAtMs, last_seen_at AS lastSeenAtMs, ip, user_agent AS userAgent
       FROM user_sessions WHERE user_id = ? AND expires_at > ? AND last_seen_at > ?
      ORDER BY last_seen_at DESC, session_id`,
    [userId, nowMs, nowMs - idleMs],
  );
}

/** The same of everybody, for the operator. @param userId null: no matter whose. */
export function listEveryOpenSession(
  db: Db,
  userId: number | null,
  nowMs: number,
  idleMs: number,
): Promise<(Omit<OpenSession, "sessionId"> & { username: string })[]> {
  return db.all(
    `SELECT u.username, s.created_at AS createdAtMs, s.last_seen_at AS lastSeenAtMs, s.ip, s.user_agent AS userAgent
       FROM user_sessions s JOIN users u ON u.id = s.user_id
      WHERE s.expires_at > ? AND s.last_seen_at > ? AND (? IS NULL OR s.user_id = ?)
      ORDER BY s.last_seen_at DESC, s.session_id`,
    [nowMs, nowMs - idleMs, userId, userId],
  );
}

export function sqlDeleteOtherSessions(userId: number, keptSessionId: string): Statement {
  return {
    sql: "DELETE FROM user_sessions WHERE user_id = ? AND session_id <> ?",
    params: [userId, keptSessionId],
  };
}

export function sqlDeleteSession(sessionId: string): Statement {
  return { sql: "DELETE FROM user_sessions WHERE session_id = ?", params: [sessionId] };
}

export function sqlDeleteSessions(userId: number): Statement {
  return { sql: "DELETE FROM user_sessions WHERE user_id = ?", params: [userId] };
}

/** For the operator, when nobody can be trusted any more. */
export function sqlDeleteEverySession(): Statement {
  return { sql: "DELETE FROM user_sessions", params: [] };
}
