import type { Context } from "hono";
import { z } from "zod";
import { EnrolForm } from "#views/enrol.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../../app.tsx";
import { safeNext } from "../../auth/next.ts";
import { hashToken, newToken } from "../../auth/token.ts";
import { newTotpSecret } from "../../auth/totp.ts";
import type { Statement } from "../../db/db.ts";
import { clearFailures } from "../../factors.ts";
import { wordsOf } from "../../language.ts";
import { dropTicket, giveTicket, startSession, TICKET_MS, ticketHolder } from "../../session.ts";
import { type Origin, sqlAudit } from "../../store/audit-log.ts";
import {
  sqlInsertTicket,
  sqlInsertTicketForKey,
  sqlSpendTicket,
  sqlUpdateTicketPayload,
  type Ticket,
} from "../../store/tickets.ts";
import { isDisabled, sqlEnrolMfa, sqlNoteSignIn, type User } from "../../store/users.ts";
import { form, go, originOf, type PublicEnv, publicRoutes } from "../../web.tsx";
import {
  codesFile,
  confirmedStep,
  enrolProps,
  newCodes,
  openPending,
  type Pending,
  Saved,
  sealedSecret,
  sealPending,
  showCodes,
} from "../enrolment.tsx";

/*
 * Setting up the authenticator, for people who proved who they are but have none yet: after the password, the setup
 * address or an invitation. The ticket carries the state: a pending secret until its first code came back, then the
 * recovery codes until the person says they are saved. Both are sealed; nothing of it counts before the code.
 */

/** What happens at the end: a session, for those who typed their password just now, or the sign-in page. */
type Ending = { readonly leadsTo: "session" | "sign-in"; readonly next: string };
type Payload = Ending & { readonly sealed: string };
type Enrolment = { ticket: Ticket; user: User; ending: Ending; pending: Pending };

const PAGE = { title: (words: Words) => words.door.enrol.title, canCancel: true };
const ADDRESS = "/login/enrol";

const Confirmation = z.object({ code: z.string().max(64) });

export const enrol = (deps: Deps) =>
  publicRoutes()
    .get("/", async (c) => {
      const enrolment = await currentEnrolment(c, deps);
      return enrolment === null ? go(c, "/login") : show(c, deps, enrolment);
    })
    .post("/", form(Confirmation), async (c) => {
      const enrolment = await currentEnrolment(c, deps);
      if (enrolment === null) return go(c, "/login");
      const { pending, user } = enrolment;
      if ("codes" in pending) return show(c, deps, enrolment);
      const step = confirmedStep(deps, pending.secret, c.req.valid("form").code);
      if (step === null) return show(c, deps, enrolment, wordsOf(c).door.enrol.wrongCode);
      await confirm(deps, enrolment, user, pending.secret, step, originOf(c));
      return go(c, ADDRESS);
    })
    .post("/codes.txt", async (c) => {
      const enrolment = await currentEnrolment(c, deps);
      if (enrolment === null || !("codes" in enrolment.pending)) return go(c, "/login");
      return codesFile(c, enrolment.pending.codes);
    })
    .post("/done", form(Saved), async (c) => {
      const enrolment = await currentEnrolment(c, deps);
      if (enrolment === null || !("codes" in enrolment.pending)) return go(c, "/login");
      if (c.req.valid("form").saved !== "yes") return show(c, deps, enrolment, wordsOf(c).door.recoveryCodes.notSaved);
      return finish(c, deps, enrolment);
    });

/**
 * Prepares an enrolment: run `statement` in the batch that lets the person in this far, then `proceed`.
 *
 * @param who the user's id, or the canonical name of a user inserted earlier in the same batch.
 */
export function prepareEnrolment(
  deps: Deps,
  who: { id: number } | { usernameKey: string },
  ending: Ending,
): { statement: Statement; proceed: (c: Context) => Response } {
  const token = newToken();
  const ticketId = hashToken(token);
  const nowMs = deps.clock();
  const payload = toPayload(deps, ticketId, ending, { secret: newTotpSecret() });
  const ticket = { ticketId, purpose: "enrol", nowMs, expiresAtMs: nowMs + TICKET_MS.enrol, payload } as const;
  return {
    statement:
      "id" in who ? sqlInsertTicket({ ...ticket, userId: who.id }) : sqlInsertTicketForKey({ ...ticket, ...who }),
    proceed: (c) => {
      giveTicket(c, deps, token);
      return go(c, ADDRESS);
    },
  };
}

function toPayload(deps: Deps, ticketId: string, ending: Ending, pending: Pending): string {
  const payload: Payload = { ...ending, sealed: sealPending(deps, "wayIn", ticketId, pending) };
  return JSON.stringify(payload);
}

async function currentEnrolment(c: Context, deps: Deps): Promise<Enrolment | null> {
  const holder = await ticketHolder(c, deps, "enrol");
  if (holder?.ticket.payload == null || isDisabled(holder.user, deps.clock())) return null;
  const { ticket, user } = holder;
  const { sealed, ...ending } = JSON.parse(holder.ticket.payload) as Payload;
  const pending = openPending(deps, "wayIn", ticket.ticketId, sealed);
  if (pending === null) return null;
  // Somebody finished another enrolment meanwhile: an authenticator is never replaced by the way in.
  if ("secret" in pending && user.mfaSecret !== null) return null;
  return { ticket, user, ending, pending };
}

function show(c: Context, deps: Deps, { pending, user }: Enrolment, error?: string) {
  if ("codes" in pending) return showCodes(c, pending.codes, ADDRESS, { canCancel: true }, error);
  const view = <EnrolForm {...enrolProps(deps, user, pending.secret)} action={ADDRESS} error={error} />;
  return c.render(view, { ...PAGE, status: error === undefined ? 200 : 422 });
}

/** Turns the authenticator on. Of two simultaneous confirmations one changes nothing; both then see the same codes. */
async function confirm(deps: Deps, enrolment: Enrolment, user: User, secret: string, step: number, origin: Origin) {
  const nowMs = deps.clock();
  const { codes, statements } = newCodes(deps, user.id);
  const { ticket, ending } = enrolment;
  await deps.db.batch([
    sqlUpdateTicketPayload(ticket, toPayload(deps, ticket.ticketId, ending, { codes }), nowMs),
    sqlEnrolMfa(user.id, sealedSecret(deps, user.id, secret), step, nowMs),
    ...statements,
    sqlAudit({ event: "authenticator.enrolled", atMs: nowMs, origin, actor: user }),
  ]);
}

async function finish(c: Context<PublicEnv>, deps: Deps, { ticket, user, ending }: Enrolment): Promise<Response> {
  const nowMs = deps.clock();
  const origin = originOf(c);
  const session = ending.leadsTo === "session" ? startSession(deps, { userId: user.id, nowMs, origin }) : null;
  const finished = await deps.db.batch([
    sqlSpendTicket(ticket.ticketId, "enrol", nowMs),
    ...(session === null ? [] : sessionStatements(session.statement, user, nowMs, origin)),
  ]);
  if (!finished) return go(c, "/login");
  dropTicket(c, deps);
  if (session === null) return go(c, "/login?notice=ready");
  session.give(c);
  return go(c, safeNext(ending.next));
}

function sessionStatements(session: Statement, user: User, nowMs: number, origin: Origin): Statement[] {
  const detail = { factors: "password, authenticator" };
  return [
    session,
    sqlNoteSignIn(user.id, nowMs),
    ...clearFailures(user.id, origin),
    sqlAudit({ event: "session.started", atMs: nowMs, origin, actor: user, detail }),
  ];
}
