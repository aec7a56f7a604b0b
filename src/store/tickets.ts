import type { Db, Statement } from "../db/db.ts";

/**
 * A ticket lets somebody take one step that needs no session: the code after the password, enrolment, an invitation.
 * It has a purpose, an expiry and a single use. Only the hash of its token is stored.
 */
export type Purpose = "login" | "enrol" | "invite" | "reset" | "setup";

export type Ticket = {
  readonly ticketId: string;
  readonly purpose: Purpose;
  /** Null for `setup` alone: nobody exists yet. */
  readonly userId: number | null;
  readonly expiresAtMs: number;
  readonly payload: string | null;
};

type NewTicket = { ticketId: string; purpose: Purpose; nowMs: number; expiresAtMs: number; payload?: string | null };

/** @returns null for an unknown, spent or expired ticket and for one of another purpose. */
export function findTicket(db: Db, ticketId: string, purpose: Purpose, nowMs: number): Promise<Ticket | null> {
  return db.one<Ticket>(
    `SELECT ticket_id AS ticketId, purpose, user_id AS userId, expires_at AS expiresAtMs, payload
       FROM tickets WHERE ticket_id = ? AND purpose = ? AND expires_at > ?`,
    [ticketId, purpose, nowMs],
  );
}

export function sqlInsertTicket(ticket: NewTicket & { userId: number | null }): Statement {
  const { ticketId, purpose, userId, nowMs, expiresAtMs, payload = null } = ticket;
  return {
    sql: `INSERT INTO tickets (ticket_id, purpose, user_id, created_at, expires_at, payload)
          VALUES (?, ?, ?, ?, ?, ?)`,
    params: [ticketId, purpose, userId, nowMs, expiresAtMs, payload],
  };
}

/** For a user inserted earlier in the same batch, whose id nobody knows yet. */
export function sqlInsertTicketForKey(ticket: NewTicket & { usernameKey: string }): Statement {
  const { ticketId, purpose, usernameKey, nowMs, expiresAtMs, payload = null } = ticket;
  return {
    sql: `INSERT INTO tickets (ticket_id, purpose, user_id, created_at, expires_at, payload)
          SELECT ?, ?, id, ?, ?, ? FROM users WHERE username_key = ?`,
    params: [ticketId, purpose, nowMs, expiresAtMs, payload, usernameKey],
    mustChange: true,
  };
}

/** An invitation for somebody who has no password yet; changes nothing for others. */
export function sqlInsertInvitation(ticketId: string, userId: number, nowMs: number, expiresAtMs: number): Statement {
  return {
    sql: `INSERT INTO tickets (ticket_id, purpose, user_id, created_at, expires_at, payload)
          SELECT ?, 'invite', id, ?, ?, NULL FROM users WHERE id = ? AND password_hash = ''`,
    params: [ticketId, nowMs, expiresAtMs, userId],
    mustChange: true,
  };
}

/** A one-time link to a new password, for somebody who has one; changes nothing for others. */
export function sqlInsertResetLink(ticketId: string, userId: number, nowMs: number, expiresAtMs: number): Statement {
  return {
    sql: `INSERT INTO tickets (ticket_id, purpose, user_id, created_at, expires_at, payload)
          SELECT ?, 'reset', id, ?, ?, NULL FROM users WHERE id = ? AND password_hash <> ''`,
    params: [ticketId, nowMs, expiresAtMs, userId],
    mustChange: true,
  };
}

/** Until when the person's newest unspent ticket of this purpose is good; null: there is none. */
export async function findTicketEnd(db: Db, userId: number, purpose: Purpose, nowMs: number): Promise<number | null> {
  const sql = "SELECT MAX(expires_at) AS endMs FROM tickets WHERE user_id = ? AND purpose = ? AND expires_at > ?";
  return (await db.one<{ endMs: number | null }>(sql, [userId, purpose, nowMs]))?.endMs ?? null;
}

/** Uses the ticket up; two simultaneous batches with it cannot both succeed. */
export function sqlSpendTicket(ticketId: string, purpose: Purpose, nowMs: number): Statement {
  return {
    sql: "DELETE FROM tickets WHERE ticket_id = ? AND purpose = ? AND expires_at > ?",
    params: [ticketId, purpose, nowMs],
    mustChange: true,
  };
}

/** Changes what a ticket carries, provided nobody else changed it since it was read. */
export function sqlUpdateTicketPayload(ticket: Ticket, payload: string, nowMs: number): Statement {
  return {
    sql: "UPDATE tickets SET payload = ? WHERE ticket_id = ? AND purpose = ? AND expires_at > ? AND payload = ?",
    params: [payload, ticket.ticketId, ticket.purpose, nowMs, ticket.payload],
    mustChange: true,
  };
}

/** Takes back every ticket of one purpose that a person holds. */
export function sqlDeleteTickets(userId: number, purpose: Purpose): Statement {
  return { sql: "DELETE FROM tickets WHERE user_id = ? AND purpose = ?", params: [userId, purpose] };
}

/**
 * Takes back every step a person has under way: half a sign-in, an enrolment, a reset link. For whoever changes the
 * password, since each of them was begun with the old one.
 */
export function sqlDeleteEveryTicket(userId: number): Statement {
  return { sql: "DELETE FROM tickets WHERE user_id = ?", params: [userId] };
}
