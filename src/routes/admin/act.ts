import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Handover, Outcome, Undo } from "#views/undo.tsx";
import { ENGLISH, type Words } from "#views/words.tsx";
import { type Change, type Say, whyRefused } from "../../acts.ts";
import type { Deps } from "../../app.tsx";
import { wordsOf } from "../../language.ts";
import { type AuditEvent, sqlAudit } from "../../store/audit-log.ts";
import { findPerson, type Person, sqlStillAdmin } from "../../store/people.ts";
import { isDisabled, sqlLockAdmins } from "../../store/users.ts";
import { originOf, type UserEnv } from "../../web.tsx";

/*
 * How an admin does something to a person. Each act is one batch: first the row that keeps such batches apart, then the
 * check that whoever acts is still an admin, then the change with its own conditions, and its entry in the audit log.
 * What changes nothing is told afterwards, from what the person is then.
 */

export type Act = (c: Context<UserEnv>, deps: Deps, person: Person) => Promise<Outcome>;

type Make = (person: Person, nowMs: number) => Change;

export const onAnybody =
  (make: Make): Act =>
  (c, deps, person) =>
    change(c, deps, person, make(person, deps.clock()));

type Own = keyof Words["people"]["acts"]["own"];

/** @param own what is said to whoever tries it on themselves; that leaves a trace. */
export const onOthers =
  (own: Own, make: Make): Act =>
  async (c, deps, person) => {
    const made = make(person, deps.clock());
    return isSelf(c, person)
      ? refuse(c, deps, person, made.event, (words) => words.own[own])
      : change(c, deps, person, made);
  };

/** An act that can be taken back right after it. */
export const undoable =
  (act: Act, undo: (person: Person) => Undo): Act =>
  async (c, deps, person) => {
    const outcome = await act(c, deps, person);
    return outcome.ok ? { ...outcome, undo: undo(person) } : outcome;
  };

/** Runs one act. */
export async function change(
  c: Context<UserEnv>,
  deps: Deps,
  person: Person,
  made: Change,
  handover?: Handover,
): Promise<Outcome> {
  const { event, detail = {}, statements, done } = made;
  const atMs = deps.clock();
  const actor = c.var.visitor.user;
  const changed = await deps.db.batch([
    sqlLockAdmins(),
    sqlStillAdmin(actor.id, atMs),
    ...statements,
    sqlAudit({ event, atMs, origin: originOf(c), actor, target: person, detail }),
  ]);
  if (!changed) return whyNot(c, deps, person, made);
  return { ok: true, text: done(wordsOf(c).people.acts), ...(handover && { handover }) };
}

async function whyNot(c: Context<UserEnv>, deps: Deps, person: Person, made: Change): Promise<Outcome> {
  const actor = await findPerson(deps.db, c.var.visitor.user.id);
  if (actor === null || actor.role !== "admin" || isDisabled(actor, deps.clock()))
    throw new HTTPException(403, { message: "not an admin any more" });
  const now = await findPerson(deps.db, person.id);
  const why = whyRefused(made, person, now);
  if (now === null) return { ok: false, text: why(wordsOf(c).people.acts) };
  return refuse(c, deps, person, made.event, why);
}

/** Says no, and leaves a trace of who wanted what: that in English, whoever reads it later. */
export async function refuse(c: Context<UserEnv>, deps: Deps, target: Person, act: AuditEvent, why: Say) {
  const entry = { atMs: deps.clock(), origin: originOf(c), actor: c.var.visitor.user, target };
  await deps.db.batch([
    sqlAudit({ ...entry, event: "user.act_refused", detail: { act, reason: why(ENGLISH.words.people.acts) } }),
  ]);
  return { ok: false, text: why(wordsOf(c).people.acts) } as const;
}

export const isSelf = (c: Context<UserEnv>, person: Person): boolean => c.var.visitor.user.id === person.id;
