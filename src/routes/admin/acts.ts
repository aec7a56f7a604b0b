import * as acts from "../../acts.ts";
import { wordsOf } from "../../language.ts";
import type { Role } from "../../store/users.ts";
import { type Act, change, isSelf, onAnybody, onOthers, undoable } from "./act.ts";

/* What an admin can do to a person on the screens, and what nobody does to themselves there. */

export const changeRole = (role: Role): Act =>
  onOthers("role", (person, nowMs) => acts.changeRole(person, role, nowMs));

/** @param untilMs null: until somebody enables the person again. */
export const disable = (reason: string, untilMs: number | null): Act =>
  undoable(
    onOthers("disable", (person, nowMs) => acts.disable(person, reason, untilMs, nowMs)),
    ({ id }) => ({ action: `/admin/users/${id}/enable` }),
  );

export const enable = onAnybody(acts.enable);
export const unlock = onAnybody(acts.unlock);
export const withdrawInvitation = onAnybody(acts.withdrawInvitation);
export const withdrawResetLink = onAnybody(acts.withdrawResetLink);

export const resetAuthenticator = onOthers("authenticator", acts.resetAuthenticator);

export const deletePerson = onOthers("delete", acts.deletePerson);

export const endSessions = elsewhereForOneself(onAnybody(acts.endSessions));

export const endSession = (sessionId: string): Act =>
  undoable(elsewhereForOneself(onSession(acts.endSession, sessionId)), ({ id }) => ({
    action: `/admin/users/${id}/session/undo`,
    fields: [["session", sessionId]],
  }));

export const undoEndSession = (sessionId: string): Act =>
  elsewhereForOneself(onSession(acts.undoEndSession, sessionId));

function onSession(make: typeof acts.endSession, sessionId: string): Act {
  return (c, deps, person) => {
    const by = { byUserId: c.var.visitor.user.id, nowMs: deps.clock() };
    return change(c, deps, person, make(person, { sessionId, ...by }));
  };
}

/** Nothing to write down: whoever tries it may do the same on another page. */
function elsewhereForOneself(act: Act): Act {
  return async (c, deps, person) =>
    isSelf(c, person) ? { ok: false, text: wordsOf(c).people.acts.own.sessions } : act(c, deps, person);
}
