import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { NewAuthenticator } from "#views/account/authenticator.tsx";
import { EnrolForm } from "#views/enrol.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../../app.tsx";
import { newTotpSecret } from "../../auth/totp.ts";
import type { Statement } from "../../db/db.ts";
import { wordsOf } from "../../language.ts";
import { dropTicket, keepOnlyThisSession, needsAuthenticator } from "../../session.ts";
import { type AuditEvent, sqlAudit } from "../../store/audit-log.ts";
import { sqlReplaceRecoveryCodes } from "../../store/recovery-codes.ts";
import { sqlSpendTicket, type Ticket } from "../../store/tickets.ts";
import { sqlEnrolMfa, sqlRemoveMfa, sqlReplaceMfa, type User } from "../../store/users.ts";
import { form, go, originOf, type UserEnv, userRoutes } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";
import { confirmedStep, enrolProps, sealedSecret } from "../enrolment.tsx";
import { currentPending, freshCodes, startPending } from "./pending.ts";
import { self } from "./self.ts";

const PAGE = { title: (words: Words) => words.door.enrol.title };
const VERIFY = "/account/authenticator/verify";
/** Left out where a browser without scripts had to confirm first: that is a wrong code. */
const Confirmation = z.object({ code: z.string().max(64).default("") });

/** Another authenticator. The present one works until the first code of the new one came back. */
export const authenticator = (deps: Deps) =>
  userRoutes()
    .use(confirmedOnly(deps))
    .get("/", async (c) => {
      const begun = await pendingSecret(c, deps);
      if (begun === null) return go(c, "/account");
      const user = await self(c, deps);
      const view = <NewAuthenticator {...enrolProps(deps, user, begun.secret)} replaces={user.mfaSecret !== null} />;
      return c.render(view, PAGE);
    })
    .post("/", async (c) => {
      const started = startPending(deps, c.var.visitor.user.id, { secret: newTotpSecret() });
      await deps.db.batch(started.statements);
      started.give(c);
      return go(c, "/account/authenticator");
    })
    .post("/verify", form(Confirmation), async (c) => {
      const begun = await pendingSecret(c, deps);
      if (begun === null) return go(c, "/account");
      const user = await self(c, deps);
      const step = confirmedStep(deps, begun.secret, c.req.valid("form").code);
      if (step === null) {
        const error = wordsOf(c).door.enrol.wrongCode;
        const props = { ...enrolProps(deps, user, begun.secret), replaces: user.mfaSecret !== null };
        const view = <EnrolForm {...props} action={VERIFY} error={error} />;
        return c.render(view, { ...PAGE, status: 422 });
      }
      return user.mfaSecret === null ? add(c, deps, user, begun, step) : replace(c, deps, user, begun, step);
    })
    .post("/remove", async (c) => {
      const user = await self(c, deps);
      if (needsAuthenticator(deps.config, user)) throw new HTTPException(403, { message: "authenticator is required" });
      const statements = [sqlRemoveMfa(user.id), ...sqlReplaceRecoveryCodes(user.id, [], deps.clock())];
      await change(c, deps, user, "authenticator.reset", statements);
      return go(c, "/account?done=authenticator-removed");
    });

type Begun = { ticket: Ticket; secret: string };

async function pendingSecret(c: Context<UserEnv>, deps: Deps): Promise<Begun | null> {
  const current = await currentPending(c, deps);
  return current !== null && "secret" in current.pending ? { ...current, secret: current.pending.secret } : null;
}

/** The recovery codes stay as they are: they belong to the person, not to the phone. */
async function replace(c: Context<UserEnv>, deps: Deps, user: User, { ticket, secret }: Begun, step: number) {
  const nowMs = deps.clock();
  const sealed = sealedSecret(deps, user.id, secret);
  await change(c, deps, user, "authenticator.replaced", [
    sqlSpendTicket(ticket.ticketId, "enrol", nowMs),
    sqlReplaceMfa(user.id, user.mfaSecret ?? "", sealed, step, nowMs),
  ]);
  dropTicket(c, deps);
  return go(c, "/account?done=authenticator");
}

async function add(c: Context<UserEnv>, deps: Deps, user: User, { ticket, secret }: Begun, step: number) {
  const nowMs = deps.clock();
  const fresh = freshCodes(deps, user.id);
  await change(c, deps, user, "authenticator.enrolled", [
    sqlSpendTicket(ticket.ticketId, "enrol", nowMs),
    sqlEnrolMfa(user.id, sealedSecret(deps, user.id, secret), step, nowMs),
    ...fresh.statements,
  ]);
  fresh.give(c);
  return go(c, "/account/codes");
}

/** Changes the factor and ends every other session in one batch. */
async function change(c: Context<UserEnv>, deps: Deps, user: User, event: AuditEvent, statements: Statement[]) {
  const kept = keepOnlyThisSession(deps, c.var.visitor);
  const changed = await deps.db.batch([
    ...statements,
    ...kept.statements,
    sqlAudit({ event, atMs: deps.clock(), origin: originOf(c), actor: user }),
  ]);
  if (!changed) throw new HTTPException(409, { message: "authenticator or session changed meanwhile" });
  kept.give(c);
}
