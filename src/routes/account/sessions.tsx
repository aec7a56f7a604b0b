import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { SessionsDone } from "#views/account/sessions.tsx";
import type { Outcome } from "#views/undo.tsx";
import type { Deps } from "../../app.tsx";
import { SessionId } from "../../auth/fields.ts";
import { wordsOf } from "../../language.ts";
import { dropSessionCookie } from "../../session.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { canUndoEnd, sqlEndSession, sqlUndoEnd } from "../../store/ended-sessions.ts";
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
      const id = sessionIdOr404(c.req.param("id"));
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

/** Where no script tells: what the address says was just ended, and is; anybody can write an address. */
export async function justEnded(c: Context<UserEnv>, { db, clock }: Deps): Promise<Outcome | undefined> {
  const id = SessionId.safeParse(c.req.query("ended"));
  const ended = id.success && (await canUndoEnd(db, c.var.visitor.user.id, id.data, clock()));
  return ended ? endedOutcome(c, id.data) : undefined;
}

function endedOutcome(c: Context, id: string): Outcome {
  return { ok: true, text: wordsOf(c).account.sessions.ended, undo: { action: `/account/sessions/${id}/undo` } };
}

/** MySQL takes an id with spaces behind it for the same one, also for the visitor's own. */
function sessionIdOr404(text: string): string {
  const id = SessionId.safeParse(text);
  if (!id.success) throw new HTTPException(404);
  return id.data;
}

async function part(c: Context<UserEnv>, deps: Deps, outcome: Outcome) {
  const view = <SessionsDone {...(await ownSessions(c.var.visitor, deps))} outcome={outcome} />;
  return c.render(view, { title: (words) => words.account.title, status: outcome?.ok === false ? 409 : 200 });
}
