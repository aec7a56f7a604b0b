import type { Words } from "#views/words.tsx";
import { hashToken } from "./auth/token.ts";
import type { Statement } from "./db/db.ts";
import { sqlUnlock } from "./store/attempts.ts";
import type { AuditEntry, AuditEvent } from "./store/audit-log.ts";
import { sqlEndSession, sqlUndoEnd } from "./store/ended-sessions.ts";
import { type Person, sqlDeleteUser, sqlDisable, sqlEnable, sqlSetRole } from "./store/people.ts";
import { sqlReplaceRecoveryCodes } from "./store/recovery-codes.ts";
import {
  type Purpose,
  sqlDeleteTickets,
  sqlInsertInvitation,
  sqlInsertResetLink,
  sqlInsertTicketForKey,
} from "./store/tickets.ts";
import { sqlDeleteSessions } from "./store/user-sessions.ts";
import { isDisabled, type Role, sqlInsertUser, sqlRemoveMfa } from "./store/users.ts";

/*
 * What can be done to a person, by an admin on a page or by the operator on the command line: the statements of each act,
 * the name of its entry in the audit log, and which words there are for it. Nothing runs here. Each of the two has a runner of its
 * own, which adds who acts and what they have to be.
 */

const HOUR_MS = 3_600_000;
export const INVITATION_MS = 72 * HOUR_MS;
export const RESET_LINK_MS = HOUR_MS;

/** A sentence, in the language of whoever is told. */
export type Say = (words: Words["people"]["acts"]) => string;

export type Change = {
  readonly event: AuditEvent;
  readonly detail?: AuditEntry["detail"];
  readonly statements: readonly Statement[];
  /** A sentence about the person, for whoever acted. */
  readonly done: Say;
  /** Why nothing changed; `now` is the person as of now. Left out where nothing can stand in the way. */
  readonly refused?: (now: Person) => Say;
};

/** @param now null: the person is gone. */
export function whyRefused(change: Change, { username }: Person, now: Person | null): Say {
  if (now === null) return ({ gone }) => gone(username);
  return change.refused?.(now) ?? (({ nothingChanged }) => nothingChanged(username));
}

export function changeRole({ id, username, role: from }: Person, role: Role, nowMs: number): Change {
  return {
    event: "user.role_changed",
    detail: { from, to: role },
    statements: [
      sqlSetRole(id, role, nowMs),
      // An admin may need factors a user does without: new rights begin with a new sign-in. Less takes effect at once.
      ...(role === "admin" ? [sqlDeleteSessions(id)] : []),
    ],
    done: ({ roleChanged }) => roleChanged(username, role),
    refused: (now) => (words) => (now.role === role ? words.hasRole(username, role) : words.lastAdmin(username)),
  };
}

/** @param untilMs null: until somebody enables the person again. */
export function disable({ id, username }: Person, reason: string, untilMs: number | null, nowMs: number): Change {
  return {
    event: "user.disabled",
    detail: { reason, until: untilMs === null ? null : new Date(untilMs).toISOString() },
    statements: [
      sqlDisable(id, { reason, untilMs, nowMs }),
      sqlDeleteSessions(id), //
      ...unfinishedSignIns(id),
    ],
    done: ({ disabled }) => disabled(username),
    refused: (now) => (words) => (isDisabled(now, nowMs) ? words.disabledAlready(username) : words.lastAdmin(username)),
  };
}

/** Half a sign-in, an enrolment, a reset link. An invitation is left: it does not open while its person is disabled. */
const unfinishedSignIns = (userId: number): Statement[] =>
  (["login", "enrol", "reset"] as const).map((purpose) => sqlDeleteTickets(userId, purpose));

export const enable = ({ id, username, disabledReason }: Person): Change => ({
  event: "user.enabled",
  detail: { reason: disabledReason },
  statements: [sqlEnable(id)],
  done: ({ enabled }) => enabled(username),
  refused:
    () =>
    ({ notDisabled }) =>
      notDisabled(username),
});

/** Lifts every wait after wrong passwords and codes. */
export const unlock = ({ id, username }: Person): Change => ({
  event: "user.unlocked",
  statements: [sqlUnlock(id)],
  done: ({ unlocked }) => unlocked(username),
});

export const resetAuthenticator = ({ id, username }: Person, nowMs: number): Change => ({
  event: "authenticator.reset",
  statements: [
    sqlRemoveMfa(id),
    ...sqlReplaceRecoveryCodes(id, [], nowMs),
    sqlDeleteSessions(id),
    ...unfinishedSignIns(id),
  ],
  done: ({ authenticatorReset }) => authenticatorReset(username),
  refused:
    () =>
    ({ noAuthenticator }) =>
      noAuthenticator(username),
});

export const endSessions = ({ id, username }: Person): Change => ({
  event: "user.sessions_ended",
  statements: [sqlDeleteSessions(id)],
  done: ({ sessionsEnded }) => sessionsEnded(username),
});

type Ending = { sessionId: string; byUserId: number; nowMs: number };

/** Can be undone for a minute. */
export const endSession = ({ id }: Person, { sessionId, byUserId, nowMs }: Ending): Change => ({
  event: "session.ended_by_other",
  statements: [sqlEndSession(id, sessionId, byUserId, nowMs)],
  done: ({ sessionEnded }) => sessionEnded,
  refused:
    () =>
    ({ sessionEndedBefore }) =>
      sessionEndedBefore,
});

export const undoEndSession = ({ id }: Person, { sessionId, byUserId, nowMs }: Ending): Change => ({
  event: "session.end_undone",
  statements: [sqlUndoEnd(id, sessionId, byUserId, nowMs)],
  done: ({ sessionGoesOn }) => sessionGoesOn,
  refused:
    () =>
    ({ sessionTooLate }) =>
      sessionTooLate,
});

export const deletePerson = ({ id, username, role }: Person, nowMs: number): Change => ({
  event: "user.deleted",
  detail: { role },
  statements: [sqlDeleteUser(id, nowMs)],
  done: ({ deleted }) => deleted(username),
  refused:
    () =>
    ({ lastAdmin }) =>
      lastAdmin(username),
});

/** Somebody new and their invitation. Fails with UniqueViolation when the name is taken. */
export const sqlRegister = (username: string, role: Role, token: string, nowMs: number): Statement[] => [
  sqlInsertUser({ username, usernameKey: username, role, passwordHash: "", nowMs }),
  sqlInsertTicketForKey({
    ...{ ticketId: hashToken(token), purpose: "invite", usernameKey: username },
    ...{ nowMs, expiresAtMs: nowMs + INVITATION_MS },
  }),
];

type Named = Pick<Person, "id" | "username">;

/** A new invitation; the one before is worth nothing any more. */
export const inviteAgain = ({ id, username }: Named, token: string, nowMs: number): Change => ({
  event: "invitation.issued",
  statements: [
    sqlDeleteTickets(id, "invite"),
    sqlInsertInvitation(hashToken(token), id, nowMs, nowMs + INVITATION_MS), //
  ],
  done: ({ invited }) => invited(username),
  refused:
    () =>
    ({ acceptedAlready }) =>
      acceptedAlready(username),
});

/** A one-time address where the person chooses a new password. Ask first whether they are disabled. */
export const issueResetLink = ({ id, username }: Named, token: string, nowMs: number): Change => ({
  event: "reset_link.issued",
  statements: [
    sqlDeleteTickets(id, "reset"),
    sqlInsertResetLink(hashToken(token), id, nowMs, nowMs + RESET_LINK_MS), //
  ],
  done: ({ resetLinkIssued }) => resetLinkIssued(username),
  refused:
    () =>
    ({ noPasswordYet }) =>
      noPasswordYet(username),
});

export const withdrawInvitation = ({ id, username }: Named): Change => ({
  event: "invitation.withdrawn",
  statements: [sqlWithdraw(id, "invite")],
  done: ({ invitationWithdrawn }) => invitationWithdrawn(username),
  refused:
    () =>
    ({ noInvitation }) =>
      noInvitation(username),
});

export const withdrawResetLink = ({ id, username }: Named): Change => ({
  event: "reset_link.withdrawn",
  statements: [sqlWithdraw(id, "reset")],
  done: ({ resetLinkWithdrawn }) => resetLinkWithdrawn(username),
  refused:
    () =>
    ({ noResetLink }) =>
      noResetLink(username),
});

const sqlWithdraw = (userId: number, purpose: Purpose): Statement => ({
  ...sqlDeleteTickets(userId, purpose),
  mustChange: true,
});
