import type { Context } from "hono";
import type { Deps } from "../../app.tsx";
import { hashToken, newToken } from "../../auth/token.ts";
import type { Statement } from "../../db/db.ts";
import { currentTicket, giveTicket, TICKET_MS } from "../../session.ts";
import { sqlDeleteTickets, sqlInsertTicket, type Ticket } from "../../store/tickets.ts";
import type { UserEnv } from "../../web.tsx";
import { newCodes, openPending, type Pending, sealPending } from "../enrolment.tsx";

/*
 * What a person is in the middle of: an authenticator whose first code has not come back yet, or recovery codes they have
 * not said to have saved. It is sealed in a ticket of this browser and this person, so it needs both cookies, is gone
 * after a quarter of an hour, and with it nothing was changed.
 */

/**
 * Prepares it: run `statements`, then `give` the cookie.
 *
 * It takes the place of whatever the person had begun before, in this browser or another.
 */
export function startPending(deps: Deps, userId: number, pending: Pending) {
  const token = newToken();
  const ticketId = hashToken(token);
  const nowMs = deps.clock();
  const payload = JSON.stringify({ sealed: sealPending(deps, "account", ticketId, pending) });
  const ticket = { ticketId, purpose: "enrol", userId, nowMs, expiresAtMs: nowMs + TICKET_MS.enrol, payload } as const;
  const statements: Statement[] = [sqlDeleteTickets(userId, "enrol"), sqlInsertTicket(ticket)];
  return { statements, give: (c: Context) => giveTicket(c, deps, token) };
}

/** @returns null when the visitor is in the middle of nothing, or of setting up on the way in. */
export async function currentPending(
  c: Context<UserEnv>,
  deps: Deps,
): Promise<{ ticket: Ticket; pending: Pending } | null> {
  const ticket = await currentTicket(c, deps, "enrol");
  if (ticket?.payload == null || ticket.userId !== c.var.visitor.user.id) return null;
  const { sealed } = JSON.parse(ticket.payload) as { sealed: string };
  const pending = openPending(deps, "account", ticket.ticketId, sealed);
  return pending === null ? null : { ticket, pending };
}

/** Ten new recovery codes in the place of the old ones, and what shows them until they are saved. */
export function freshCodes(deps: Deps, userId: number) {
  const { codes, statements } = newCodes(deps, userId);
  const shown = startPending(deps, userId, { codes });
  return { statements: [...statements, ...shown.statements], give: shown.give };
}
