import { HTTPException } from "hono/http-exception";
import type { Deps } from "../../app.tsx";
import { dropSessionCookie } from "../../session.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { sqlDeleteOtherSessions, sqlDeleteSessionOf } from "../../store/user-sessions.ts";
import { go, originOf, userRoutes } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";

/** Ends one's own sessions. Source: ASVS 7.5.2, having proved again who one is. */
export const sessions = (deps: Deps) =>
  userRoutes()
    .use(confirmedOnly(deps))
    .post("/end-others", async (c) => {
      const { user, session } = c.var.visitor;
      await deps.db.batch([
        sqlDeleteOtherSessions(user.id, session.id),
        sqlAudit({ event: "user.sessions_ended", atMs: deps.clock(), origin: originOf(c), actor: user }),
      ]);
      return go(c, "/account?done=sessions");
    })
    .post("/:id/end", async (c) => {
      const { user, session } = c.var.visitor;
      const id = c.req.param("id");
      const ended = await deps.db.batch([
        sqlDeleteSessionOf(user.id, id),
        sqlAudit({ event: "session.ended", atMs: deps.clock(), origin: originOf(c), actor: user }),
      ]);
      if (!ended) throw new HTTPException(404, { message: "no such session of one's own" });
      if (id !== session.id) return go(c, "/account?done=session");
      dropSessionCookie(c, deps);
      return go(c, "/login");
    });
