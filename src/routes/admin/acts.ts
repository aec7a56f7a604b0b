import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Deps } from "../../app.tsx";
import { hashToken, newToken } from "../../auth/token.ts";
import type { Statement } from "../../db/db.ts";
import { sqlUnlock } from "../../store/attempts.ts";
import { type AuditEntry, type AuditEvent, sqlAudit } from "../../store/audit-log.ts";
import {
  findPerson,
  type Person,
  sqlDeleteUser,
  sqlDisable,
  sqlEnable,
  sqlSetRole,
  sqlStillAdmin,
} from "../../store/people.ts";
import { sqlReplaceRecoveryCodes } from "../../store/recovery-codes.ts";
import { sqlDeleteTickets, sqlInsertInvitation, sqlInsertResetLink } from "../../store/tickets.ts";
import { sqlDeleteSessionOf, sqlDeleteSessions } from "../../store/user-sessions.ts";
import { isDisabled, type Role, sqlLockAdmins, sqlRemoveMfa } from "../../store/users.ts";
import { originOf, type UserEnv } from "../../web.tsx";
import { INVITATION_MS, RESET_LINK_MS, wholeAddress } from "./links.ts";

/*
 * What an admin can do to a person. Each act is one batch: first the row that keeps such batches apart, then the check
 * that whoever acts is still an admin, then the change with its own conditions, and its entry in the audit log. What
 * changes nothing is told afterwards, from what the person is then.
 */

export type Handover = { readonly label: string; readonly href: string; readonly note: string };
/** `text` is a sentence about the person, for whoever acted. */
export type Outcome =
  | { readonly ok: true; readonly text: string; readonly handover?: Handover }
  | { readonly ok: false; readonly text: string };
export type Act = (c: Context<UserEnv>, deps: Deps, person: Person) => Promise<Outcome>;

type Change = {
  readonly event: AuditEvent;
  readonly detail?: AuditEntry["detail"];
  readonly statements: readonly Statement[];
  readonly done: string;
  /** Why nothing changed; `now` is the person as of now. */
  readonly refused?: (now: Person) => string;
  readonly handover?: Handover;
};

async function change(c: Context<UserEnv>, deps: Deps, person: Person, made: Change): Promise<Outcome> {
  const { event, detail = {}, statements, done, handover } = made;
  const atMs = deps.clock();
  const actor = c.var.visitor.user;
  const changed = await deps.db.batch([
    sqlLockAdmins(),
    sqlStillAdmin(actor.id, atMs),
    ...statements,
    sqlAudit({ event, atMs, origin: originOf(c), actor, target: person, detail }),
  ]);
  if (!changed) return whyNot(c, deps, person, made);
  return { ok: true, text: done, ...(handover && { handover }) };
}

async function whyNot(c: Context<UserEnv>, deps: Deps, person: Person, made: Change): Promise<Outcome> {
  const actor = await findPerson(deps.db, c.var.visitor.user.id);
  if (actor === null || actor.role !== "admin" || isDisabled(actor, deps.clock()))
    throw new HTTPException(403, { message: "not an admin any more" });
  const now = await findPerson(deps.db, person.id);
  if (now === null) return { ok: false, text: `${person.username} does not exist any more.` };
  return refuse(c, deps, person, made.event, made.refused?.(now) ?? `Nothing was changed for ${person.username}.`);
}

/** Says no, and leaves a trace of who wanted what. */
async function refuse(c: Context<UserEnv>, deps: Deps, target: Person, act: AuditEvent, text: string) {
  const entry = { atMs: deps.clock(), origin: originOf(c), actor: c.var.visitor.user, target };
  await deps.db.batch([sqlAudit({ ...entry, event: "user.act_refused", detail: { act, reason: text } })]);
  return { ok: false, text } as const;
}

const isSelf = (c: Context<UserEnv>, person: Person): boolean => c.var.visitor.user.id === person.id;
const lastAdmin = (name: string) => `${name} is the last admin who can sign in. Make somebody else an admin first.`;

export const changeRole =
  (role: Role): Act =>
  async (c, deps, person) => {
    const name = person.username;
    if (isSelf(c, person))
      return refuse(c, deps, person, "user.role_changed", "You cannot change your own role. Ask another admin.");
    return change(c, deps, person, {
      event: "user.role_changed",
      detail: { from: person.role, to: role },
      statements: [
        sqlSetRole(person.id, role, deps.clock()),
        // An admin may need factors a user does without: new rights begin with a new sign-in. Less takes effect at once.
        ...(role === "admin" ? [sqlDeleteSessions(person.id)] : []),
      ],
      done: role === "admin" ? `${name} is an admin now.` : `${name} is a user now.`,
      refused: (now) => (now.role === role ? `${name} is ${article(role)} already.` : lastAdmin(name)),
    });
  };

const article = (role: Role) => (role === "admin" ? "an admin" : "a user");

/** @param untilMs null: until somebody enables the person again. */
export const disable =
  (reason: string, untilMs: number | null): Act =>
  async (c, deps, person) => {
    const name = person.username;
    if (isSelf(c, person))
      return refuse(c, deps, person, "user.disabled", "You cannot disable yourself. Ask another admin.");
    return change(c, deps, person, {
      event: "user.disabled",
      detail: { reason, until: untilMs === null ? null : new Date(untilMs).toISOString() },
      statements: [
        sqlDisable(person.id, { reason, untilMs, nowMs: deps.clock() }),
        sqlDeleteSessions(person.id),
        ...unfinishedSignIns(person.id),
      ],
      done: `${name} is disabled.`,
      refused: (now) => (isDisabled(now, deps.clock()) ? `${name} is disabled already.` : lastAdmin(name)),
    });
  };

/** Half a sign-in, an enrolment, a reset link. An invitation is left: it does not open while its person is disabled. */
const unfinishedSignIns = (userId: number): Statement[] =>
  (["login", "enrol", "reset"] as const).map((purpose) => sqlDeleteTickets(userId, purpose));

export const enable: Act = (c, deps, person) =>
  change(c, deps, person, {
    event: "user.enabled",
    detail: { reason: person.disabledReason },
    statements: [sqlEnable(person.id)],
    done: `${person.username} is enabled again.`,
    refused: () => `${person.username} is not disabled.`,
  });

/** Lifts every wait after wrong passwords and codes. */
export const unlock: Act = (c, deps, person) =>
  change(c, deps, person, {
    event: "user.unlocked",
    statements: [sqlUnlock(person.id)],
    done: `${person.username} can try to sign in again.`,
  });

export const resetAuthenticator: Act = async (c, deps, person) => {
  const name = person.username;
  if (isSelf(c, person))
    return refuse(c, deps, person, "authenticator.reset", "Replace your own authenticator on your account page.");
  return change(c, deps, person, {
    event: "authenticator.reset",
    statements: [
      sqlRemoveMfa(person.id),
      ...sqlReplaceRecoveryCodes(person.id, [], deps.clock()),
      sqlDeleteSessions(person.id),
      ...unfinishedSignIns(person.id),
    ],
    done: `${name} sets up a new authenticator at the next sign-in. The old one and its recovery codes open nothing.`,
    refused: () => `${name} has no authenticator.`,
  });
};

export const endSessions: Act = async (c, deps, person) => {
  if (isSelf(c, person)) return { ok: false, text: "End your own sessions on your account page." };
  return change(c, deps, person, {
    event: "user.sessions_ended",
    statements: [sqlDeleteSessions(person.id)],
    done: `All sessions of ${person.username} are ended.`,
  });
};

export const endSession =
  (sessionId: string): Act =>
  async (c, deps, person) => {
    if (isSelf(c, person)) return { ok: false, text: "End your own sessions on your account page." };
    return change(c, deps, person, {
      event: "session.ended_by_other",
      statements: [sqlDeleteSessionOf(person.id, sessionId)],
      done: "That session is ended.",
      refused: () => "That session had ended already.",
    });
  };

/** A new invitation; the one before is worth nothing any more. */
export const inviteAgain: Act = (c, deps, person) => {
  const token = newToken();
  const nowMs = deps.clock();
  return change(c, deps, person, {
    event: "invitation.issued",
    statements: [
      sqlDeleteTickets(person.id, "invite"),
      sqlInsertInvitation(hashToken(token), person.id, nowMs, nowMs + INVITATION_MS),
    ],
    done: `${person.username} has a new invitation.`,
    refused: () => `${person.username} has accepted the invitation already.`,
    handover: invitationLink(c, deps, person.username, token),
  });
};

export const withdrawInvitation: Act = (c, deps, person) =>
  change(c, deps, person, {
    event: "invitation.withdrawn",
    statements: [{ ...sqlDeleteTickets(person.id, "invite"), mustChange: true }],
    done: `The invitation of ${person.username} is withdrawn.`,
    refused: () => `${person.username} has no open invitation.`,
  });

export const issueResetLink: Act = async (c, deps, person) => {
  const name = person.username;
  if (isSelf(c, person))
    return refuse(c, deps, person, "reset_link.issued", "Change your own password on your account page.");
  if (isDisabled(person, deps.clock())) return { ok: false, text: `${name} is disabled. Enable them first.` };
  const token = newToken();
  const nowMs = deps.clock();
  return change(c, deps, person, {
    event: "reset_link.issued",
    statements: [
      sqlDeleteTickets(person.id, "reset"),
      sqlInsertResetLink(hashToken(token), person.id, nowMs, nowMs + RESET_LINK_MS),
    ],
    done: `${name} has a reset link.`,
    refused: () => `${name} has not chosen a password yet. Send a new invitation instead.`,
    handover: {
      label: `Reset link for ${name}`,
      href: wholeAddress(c, deps, `/reset/${token}`),
      note: "Works once, within 1 hour. Send it to nobody else: whoever opens it can choose the password.",
    },
  });
};

export const withdrawResetLink: Act = (c, deps, person) =>
  change(c, deps, person, {
    event: "reset_link.withdrawn",
    statements: [{ ...sqlDeleteTickets(person.id, "reset"), mustChange: true }],
    done: `The reset link of ${person.username} is withdrawn.`,
    refused: () => `${person.username} has no open reset link.`,
  });

export const deletePerson: Act = async (c, deps, person) => {
  const name = person.username;
  if (isSelf(c, person))
    return refuse(c, deps, person, "user.deleted", "You cannot delete yourself. Ask another admin.");
  return change(c, deps, person, {
    event: "user.deleted",
    detail: { role: person.role },
    statements: [sqlDeleteUser(person.id, deps.clock())],
    done: `${name} is deleted.`,
    refused: () => lastAdmin(name),
  });
};

export function invitationLink(c: Context<UserEnv>, deps: Deps, name: string, token: string): Handover {
  return {
    label: `Invitation for ${name}`,
    href: wholeAddress(c, deps, `/invite/${token}`),
    note: `Works once, within 72 hours. It is shown only now; ${name} chooses a password there.`,
  };
}
