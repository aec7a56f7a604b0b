import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { SessionsDone } from "#views/account/sessions.tsx";
import type { Outcome } from "#views/undo.tsx";
import type { Deps } from "../../app.tsx";
import { SessionId } from "../../auth/fields.ts";
import { wordsOf } from "../../language.ts";
import { dropSessionCookie } from "../../session.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { sqlEndSession, sqlUndoEnd } from "../../store/ended-sessions.ts";
import { sqlDeleteOtherSessions, sqlDeleteSession } from "../../store/user-sessions.ts";
import { go, isPartial, originOf, type UserEnv, userRoutes } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";
import { accountPage, ownSessions } from "./page.tsx";

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
      const own = id === session.id;
      const nowMs = deps.clock();
      const ended = await deps.db.batch([
        own ? sqlDeleteSession(id) : sqlEndSession(user.id, id, user.id, nowMs),
        sqlAudit({
          ...{ event: "session.ended", atMs: nowMs, origin: originOf(c), actor: user },
          detail: own ? {} : { elsewhere: true },
        }),
      ]);
      if (!ended) throw new HTTPException(404, { message: "no such session of one's own" });
      if (!own) return isPartial(c) ? part(c, deps, endedOutcome(c, id)) : go(c, `/account?ended=${id}`);
      dropSessionCookie(c, deps);
      return go(c, "/login");
    })
    .post("/:id/undo", async (c) => {
      const { user } = c.var.visitor;
      const nowMs = deps.clock();
      const undone = await deps.db.batch([
        sqlUndoEnd(user.id, c.req.param("id"), user.id, nowMs),
        sqlAudit({ event: "session.end_undone", atMs: nowMs, origin: originOf(c), actor: user }),
      ]);
      const { goesOn, tooLate } = wordsOf(c).account.sessions;
      const outcome = { ok: undone, text: undone ? goesOn : tooLate };
      return isPartial(c) ? part(c, deps, outcome) : accountPage(c, deps, outcome);
    });

/** @returns undefined where no session of this id can have been ended. */
export function endedOutcome(c: Context, id: string | undefined): Outcome | undefined {
  if (!SessionId.safeParse(id).success) return undefined;
  return { ok: true, text: wordsOf(c).account.sessions.ended, undo: { action: `/account/sessions/${id}/undo` } };
}

async function part(c: Context<UserEnv>, deps: Deps, outcome: Outcome | undefined) {
  const view = <SessionsDone {...(await ownSessions(c.var.visitor, deps))} outcome={outcome} />;
  return c.render(view, { title: (words) => words.account.title, status: outcome?.ok === false ? 409 : 200 });
}
