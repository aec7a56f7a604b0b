import type { Context } from "hono";
import { z } from "zod";
import { EnrolForm, RecoveryCodes } from "#views/enrol.tsx";
import type { Deps } from "../../app.tsx";
import { safeNext } from "../../auth/next.ts";
import { newRecoveryCodes, normalizeRecoveryCode, recoveryCodeHash } from "../../auth/recovery-codes.ts";
import { seal, unseal } from "../../auth/secret-box.ts";
import { hashToken, newToken } from "../../auth/token.ts";
import { checkTotp, newTotpSecret, totpUri } from "../../auth/totp.ts";
import type { Statement } from "../../db/db.ts";
import { clearFailures, mfaSecretLabel } from "../../factors.ts";
import { dropTicket, giveTicket, startSession, TICKET_MS, ticketHolder } from "../../session.ts";
import { type Origin, sqlAudit } from "../../store/audit-log.ts";
import { sqlReplaceRecoveryCodes } from "../../store/recovery-codes.ts";
import {
  sqlInsertTicket,
  sqlInsertTicketForKey,
  sqlSpendTicket,
  sqlUpdateTicketPayload,
  type Ticket,
} from "../../store/tickets.ts";
import { isDisabled, sqlEnrolMfa, sqlNoteSignIn, type User } from "../../store/users.ts";
import { form, go, originOf, type PublicEnv, publicRoutes } from "../../web.tsx";

/*
 * Setting up the authenticator, for people who proved who they are but have none yet: after the password, the setup
 * address or an invitation. The ticket carries the state: a pending secret until its first code came back, then the
 * recovery codes until the person says they are saved. Both are sealed; nothing of it counts before the code.
 */

/** What happens at the end: a session, for those who typed their password just now, or the sign-in page. */
type Ending = { readonly leadsTo: "session" | "sign-in"; readonly next: string };
type Payload = Ending & { readonly sealed: string };
type Enrolment = { ticket: Ticket; user: User; ending: Ending; pending: { secret: string } | { codes: string[] } };

const PAGE = { title: "Set up your authenticator", canCancel: true };
const CODES_PAGE = { title: "Recovery codes", canCancel: true };
const ADDRESS = "/login/enrol";
const WRONG_CODE =
  "That code is not right. Check that your phone sets its clock automatically, then type the code it shows now.";

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
      // Not throttled: the secret is on the same page, so there is nothing to guess.
      const { code } = c.req.valid("form");
      const step = checkTotp({ secret: pending.secret, code, lastStep: 0, nowMs: deps.clock() });
      if (step === null) return show(c, deps, enrolment, WRONG_CODE);
      await confirm(deps, enrolment, user, pending.secret, step, originOf(c));
      return go(c, ADDRESS);
    })
    .post("/codes.txt", async (c) => {
      const enrolment = await currentEnrolment(c, deps);
      if (enrolment === null || !("codes" in enrolment.pending)) return go(c, "/login");
      return c.text(`${enrolment.pending.codes.join("\n")}\n`, 200, {
        "Content-Disposition": 'attachment; filename="recovery-codes.txt"',
      });
    })
    .post("/done", form(z.object({ saved: z.string().optional() })), async (c) => {
      const enrolment = await currentEnrolment(c, deps);
      if (enrolment === null || !("codes" in enrolment.pending)) return go(c, "/login");
      if (c.req.valid("form").saved !== "yes") return show(c, deps, enrolment, "Please save the codes first.");
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

function toPayload({ keys }: Deps, ticketId: string, ending: Ending, pending: Enrolment["pending"]): string {
  const payload: Payload = { ...ending, sealed: seal(keys, JSON.stringify(pending), `tickets.payload:${ticketId}`) };
  return JSON.stringify(payload);
}

async function currentEnrolment(c: Context, deps: Deps): Promise<Enrolment | null> {
  const holder = await ticketHolder(c, deps, "enrol");
  if (holder?.ticket.payload == null || isDisabled(holder.user, deps.clock())) return null;
  const { ticket, user } = holder;
  const { sealed, ...ending } = JSON.parse(holder.ticket.payload) as Payload;
  const opened = unseal(deps.keys, sealed, `tickets.payload:${ticket.ticketId}`);
  if (opened === null) return null;
  const pending = JSON.parse(opened) as Enrolment["pending"];
  // Somebody finished another enrolment meanwhile: an authenticator is never replaced by the way in.
  if ("secret" in pending && user.mfaSecret !== null) return null;
  return { ticket, user, ending, pending };
}

function show(c: Context, { config }: Deps, { pending, user }: Enrolment, error?: string) {
  const status = error === undefined ? 200 : 422;
  if ("codes" in pending) {
    const view = (
      <RecoveryCodes
        codes={pending.codes}
        action={`${ADDRESS}/done`}
        downloadAction={`${ADDRESS}/codes.txt`}
        error={error}
      />
    );
    return c.render(view, { ...CODES_PAGE, status });
  }
  const { secret } = pending;
  const uri = totpUri({ issuer: config.appName, label: user.username, secret });
  const view = (
    <EnrolForm
      qr={uri}
      uri={uri}
      secret={secret}
      issuer={config.appName}
      account={user.username}
      action={ADDRESS}
      error={error}
    />
  );
  return c.render(view, { ...PAGE, status });
}

/** Turns the authenticator on. Of two simultaneous confirmations one changes nothing; both then see the same codes. */
async function confirm(deps: Deps, enrolment: Enrolment, user: User, secret: string, step: number, origin: Origin) {
  const { db, keys, clock } = deps;
  const nowMs = clock();
  const codes = newRecoveryCodes();
  const codeHashes = codes.map((code) => recoveryCodeHash(keys.current, user.id, normalizeRecoveryCode(code) ?? ""));
  const { ticket, ending } = enrolment;
  await db.batch([
    sqlUpdateTicketPayload(ticket, toPayload(deps, ticket.ticketId, ending, { codes }), nowMs),
    sqlEnrolMfa(user.id, seal(keys, secret, mfaSecretLabel(user.id)), step, nowMs),
    ...sqlReplaceRecoveryCodes(user.id, codeHashes, nowMs),
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
