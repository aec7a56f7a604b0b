import type { Deps } from "../../app.tsx";
import { DeadLink } from "../../auth/dead-link.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { sqlDeleteEveryTicket, sqlSpendTicket } from "../../store/tickets.ts";
import { sqlDeleteSessions } from "../../store/user-sessions.ts";
import { sqlSetPassword } from "../../store/users.ts";
import { go, originOf } from "../../web.tsx";
import { passwordLink } from "../password-link.tsx";

/** The link an admin hands over: a new password for one person, once. It never signs in, and the authenticator stays. */
export const resetLink = (deps: Deps) =>
  passwordLink(deps, "reset", async (c, { ticket, user }, passwordHash) => {
    const nowMs = deps.clock();
    const done = await deps.db.batch([
      sqlSpendTicket(ticket.ticketId, "reset", nowMs),
      sqlSetPassword(user.id, passwordHash, nowMs),
      sqlDeleteSessions(user.id),
      sqlDeleteEveryTicket(user.id),
      sqlAudit({ event: "reset_link.used", atMs: nowMs, origin: originOf(c), target: user }),
    ]);
    if (!done) throw new DeadLink("reset");
    return go(c, "/login?notice=reset");
  });
