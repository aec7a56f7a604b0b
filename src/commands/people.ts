import { en } from "#views/words/en.ts";
import { type Change, whyRefused } from "../acts.ts";
import { canonicalUsername } from "../auth/username.ts";
import { sqlAudit } from "../store/audit-log.ts";
import { findPerson, type Person } from "../store/people.ts";
import { findUserByKey, sqlLockAdmins } from "../store/users.ts";
import { type House, Refused } from "./tool.ts";

/** Nobody is signed in here: the entry says how it came about, in place of a name. */
export const BY_COMMAND_LINE = { by: "command line" } as const;

/** @throws Refused when nobody has this name. */
export async function personCalled({ db }: House, name: string): Promise<Person> {
  const key = canonicalUsername(name);
  const user = key === null ? null : await findUserByKey(db, key);
  const person = user === null ? null : await findPerson(db, user.id);
  if (person === null) throw new Refused(`Nobody is called ${JSON.stringify(name)}.`);
  return person;
}

/**
 * One act on one person: the row that keeps such batches apart, the change with its own conditions, and its entry.
 *
 * @returns what to tell the operator.
 * @throws Refused, after writing that down, when the change found nothing to change.
 */
export async function changePerson({ db, nowMs }: House, target: Person, change: Change): Promise<string> {
  const entry = { atMs: nowMs, origin: null, actor: null, target };
  const detail = { ...change.detail, ...BY_COMMAND_LINE };
  const changed = await db.batch([
    sqlLockAdmins(),
    ...change.statements,
    sqlAudit({ ...entry, event: change.event, detail }),
  ]);
  if (changed) return change.done(en.people.acts);
  const reason = whyRefused(change, target, await findPerson(db, target.id))(en.people.acts);
  const refusal = { act: change.event, reason, ...BY_COMMAND_LINE };
  await db.batch([sqlAudit({ ...entry, event: "user.act_refused", detail: refusal })]);
  throw new Refused(reason);
}
