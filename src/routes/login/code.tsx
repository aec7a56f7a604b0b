import type { Context } from "hono";
import { z } from "zod";
import { CodeForm } from "#views/login.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../../app.tsx";
import { safeNext } from "../../auth/next.ts";
import { checkCode, clearFailures, type TypedCode } from "../../factors.ts";
import { wordsOf } from "../../language.ts";
import { currentTicket, dropTicket, type Holder, startSession, ticketHolder } from "../../session.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { sqlSpendTicket } from "../../store/tickets.ts";
import { sqlNoteSignIn } from "../../store/users.ts";
import { form, go, originOf, type PublicEnv, publicRoutes, tryLater } from "../../web.tsx";

/** Whatever was sent: what is no code counts as a wrong one, and is not handed back for correction. */
const Anything = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === "string" ? value.slice(0, 64) : ""));
const Typed = z.object({ code: Anything, recovery_code: Anything });

const PAGE = { title: (words: Words) => words.door.code.page, canCancel: true };

/** Second step. Who is signing in comes from the ticket alone, never from the form. */
export const code = (deps: Deps) =>
  publicRoutes()
    .get("/", async (c) => {
      if ((await currentTicket(c, deps, "login")) === null) return go(c, "/login");
      return c.render(<CodeForm kind={c.req.query("use") === "recovery" ? "recovery" : "code"} />, PAGE);
    })
    .post("/", form(Typed), async (c) => {
      const holder = await ticketHolder(c, deps, "login");
      if (holder === null) return go(c, "/login");
      const posted = c.req.valid("form");
      const typed = posted.recovery_code ? { recoveryCode: posted.recovery_code } : { code: posted.code };
      const kind = "code" in typed ? "code" : "recovery";
      const again = (error: string) => <CodeForm kind={kind} error={error} />;
      const words = wordsOf(c).door.code;
      const wrong = kind === "code" ? words.wrong : words.wrongRecoveryCode;

      const outcome = await signIn(c, deps, holder, typed);
      if (outcome.ok) return go(c, safeNext(holder.ticket.payload));
      if (outcome.retryAfterMs !== null) return tryLater(c, outcome.retryAfterMs, again, PAGE);
      const { behindSeconds } = outcome;
      const error = behindSeconds === undefined ? wrong : words.clockBehind(behindSeconds);
      return c.render(again(error), { ...PAGE, status: 401 });
    });

/** Spends code and ticket and starts the session in one batch: of two simultaneous requests one gets nothing. */
async function signIn(c: Context<PublicEnv>, deps: Deps, { ticket, user }: Holder, typed: TypedCode) {
  const origin = originOf(c);
  const checked = await checkCode(deps, user, typed, origin);
  if (!checked.ok) return checked;
  const nowMs = deps.clock();
  const session = startSession(deps, { userId: user.id, nowMs, origin });
  const factors = "code" in typed ? "password, authenticator" : "password, recovery code";
  const granted = await deps.db.batch([
    sqlSpendTicket(ticket.ticketId, "login", nowMs),
    ...checked.spend,
    session.statement,
    sqlNoteSignIn(user.id, nowMs),
    ...clearFailures(user.id, origin),
    sqlAudit({ event: "session.started", atMs: nowMs, origin, actor: user, detail: { factors } }),
  ]);
  if (!granted) return { ok: false, retryAfterMs: null, behindSeconds: undefined } as const;
  session.give(c);
  dropTicket(c, deps);
  return { ok: true } as const;
}
