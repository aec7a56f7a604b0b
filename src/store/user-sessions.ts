import type { Db, Statement } from "../db/db.ts";
import type { Role } from "./users.ts";

/** A session joined with what its user is at this moment: role and status are never copied into the session. */
export type SessionRow = {
  readonly sessionId: string;
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  /** When the person last proved who they are: at sign-in, or when asked again. */
  readonly confirmedAtMs: number;
  readonly userId: number;
  readonly username: string;
  readonly role: Role;
  readonly disabledAtMs: number | null;
  readonly disabledUntilMs: number | null;
};

/** @param sessionId hash of the cookie's token. One statement by primary keys; every signed-in request pays for it. */
export function findSession(db: Db, sessionId: string): Promise<SessionRow | null> {
  return db.one<SessionRow>(
    `SELECT s.session_id AS sessionId, s.created_at AS createdAtMs, s.last_seen_at AS lastSeenAtMs,
            s.expires_at AS expiresAtMs, s.confirmed_at AS confirmedAtMs, u.id AS userId, u.username, u.role,
            u.disabled_at AS disabledAtMs, u.disabled_until AS disabledUntilMs
       FROM user_sessions s JOIN users u ON u.id = s.user_id
      WHERE s.session_id = ?`,
    [sessionId],
  );
}

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

/** Notes activity. A plain UPDATE: a session that was ended meanwhile stays ended. */
export function touchSession(db: Db, sessionId: string, nowMs: number): Promise<number> {
  return db.run("UPDATE user_sessions SET last_seen_at = ? WHERE session_id = ? AND last_seen_at < ?", [
    nowMs,
    sessionId,
    nowMs,
  ]);
}

export function sqlDeleteSession(sessionId: string): Statement {
  return { sql: "DELETE FROM user_sessions WHERE session_id = ?", params: [sessionId] };
}
