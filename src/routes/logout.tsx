import type { Deps } from "../app.tsx";
import { currentTicket, dropSessionCookie, dropTicket, visitorOrNull } from "../session.ts";
import { sqlAudit } from "../store/audit-log.ts";
import { sqlSpendTicket } from "../store/tickets.ts";
import { sqlDeleteSession } from "../store/user-sessions.ts";
import { go, originOf, publicRoutes } from "../web.tsx";

/** Ends the session, or the sign-in that is half done. Open to everybody: a stranger has nothing to end. */
export const logout = (deps: Deps) =>
  publicRoutes().post("/", async (c) => {
    const { db, clock } = deps;
    const visitor = visitorOrNull(c);
    if (visitor !== null)
      await db.batch([
        sqlDeleteSession(visitor.session.id),
        sqlAudit({ event: "session.ended", atMs: clock(), origin: originOf(c), actor: visitor.user }),
      ]);
    for (const purpose of ["login", "enrol"] as const) {
      const ticket = await currentTicket(c, deps, purpose);
      if (ticket !== null) await db.batch([sqlSpendTicket(ticket.ticketId, purpose, clock())]);
    }
    dropSessionCookie(c, deps);
    dropTicket(c, deps);
    // ASVS 14.3.1: nothing of the session stays in the browser.
    c.header("Clear-Site-Data", '"cache", "storage"');
    return go(c, "/login");
  });
