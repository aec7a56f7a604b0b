import type { Deps } from "../app.tsx";
import { DeadLink } from "../auth/dead-link.ts";
import { needsAuthenticator } from "../session.ts";
import { sqlAudit } from "../store/audit-log.ts";
import { sqlDeleteTickets, sqlSpendTicket } from "../store/tickets.ts";
import { sqlSetFirstPassword } from "../store/users.ts";
import { go, originOf } from "../web.tsx";
import { prepareEnrolment } from "./login/enrol.tsx";
import { passwordLink } from "./password-link.tsx";

/** Where an invited person chooses the password nobody else ever sees, then sets up the authenticator. */
export const invite = (deps: Deps) =>
  passwordLink(deps, "invite", async (c, { ticket, user }, passwordHash) => {
    const nowMs = deps.clock();
    const enrolment = needsAuthenticator(deps.config, user)
      ? prepareEnrolment(deps, { id: user.id }, { leadsTo: "sign-in", next: "/" })
      : null;
    const accepted = await deps.db.batch([
      sqlSpendTicket(ticket.ticketId, "invite", nowMs),
      sqlDeleteTickets(user.id, "invite"),
      sqlSetFirstPassword(user.id, passwordHash, nowMs),
      ...(enrolment === null ? [] : [enrolment.statement]),
      sqlAudit({ event: "invitation.accepted", atMs: nowMs, origin: originOf(c), actor: user }),
    ]);
    if (!accepted) throw new DeadLink("invite");
    return enrolment?.proceed(c) ?? go(c, "/login?notice=chosen");
  });
