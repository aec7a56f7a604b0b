import type { Statement } from "../../db/db.ts";
import { sqlUnlock } from "../../store/attempts.ts";
import { sqlDeleteUser, sqlDisable, sqlEnable, sqlSetRole } from "../../store/people.ts";
import { sqlReplaceRecoveryCodes } from "../../store/recovery-codes.ts";
import { sqlDeleteTickets } from "../../store/tickets.ts";
import { sqlDeleteSessionOf, sqlDeleteSessions } from "../../store/user-sessions.ts";
import { isDisabled, type Role, sqlRemoveMfa } from "../../store/users.ts";
import { type Act, change, isSelf, refuse } from "./act.ts";

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
