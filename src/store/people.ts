import type { Db, Statement } from "../db/db.ts";
import type { Role, User } from "./users.ts";

/** A person as admins see them: never a hash or a secret, only whether there is one. */
export type Person = Pick<User, "id" | "username" | "role" | "disabledAtMs" | "disabledUntilMs"> & {
  readonly usernameKey: string;
  /** False: invited, and has not chosen a password yet. */
  readonly hasPassword: boolean;
  readonly hasAuthenticator: boolean;
  readonly authenticatorSinceMs: number | null;
  readonly createdAtMs: number;
  /** Null: never. */
  readonly signedInAtMs: number | null;
  readonly passwordChangedAtMs: number | null;
  readonly disabledReason: string | null;
  /** Null: no wrong tries are counted. In the past: may sign in again. */
  readonly blockedUntilMs: number | null;
};

export type PersonRow = Omit<Person, "hasPassword" | "hasAuthenticator" | "createdAtMs" | "signedInAtMs"> & {
  readonly hasPassword: number;
  readonly hasAuthenticator: number;
  readonly createdAt: string;
  readonly signedInAtMs: number;
};

export const PERSON_COLUMNS = `u.id, u.username, u.username_key AS usernameKey, u.role,
  CASE WHEN u.password_hash = '' THEN 0 ELSE 1 END AS hasPassword, CASE WHEN u.mfa_secret IS NULL THEN 0 ELSE 1 END AS hasAuthenticator,
  u.mfa_enrolled_at AS authenticatorSinceMs, u.created_at AS createdAt, u.signed_in_at AS signedInAtMs,
  u.password_changed_at AS passwordChangedAtMs, u.disabled_at AS disabledAtMs, u.disabled_until AS disabledUntilMs,
  u.disabled_reason AS disabledReason,
  (SELECT MAX(a.blocked_until) FROM attempts a WHERE a.user_id = u.id) AS blockedUntilMs`;

export function toPerson({ createdAt, ...row }: PersonRow): Person {
  return {
    ...row,
    hasPassword: row.hasPassword === 1,
    hasAuthenticator: row.hasAuthenticator === 1,
    createdAtMs: Date.parse(`${createdAt.slice(0, 19).replace(" ", "T")}Z`),
    signedInAtMs: row.signedInAtMs === 0 ? null : row.signedInAtMs,
  };
}

export async function findPerson(db: Db, id: number): Promise<Person | null> {
  const row = await db.one<PersonRow>(`SELECT ${PERSON_COLUMNS} FROM users u WHERE u.id = ?`, [id]);
  return row === null ? null : toPerson(row);
}

/** @returns those that exist, in no particular order. */
export async function listPeopleById(db: Db, ids: readonly number[]): Promise<Person[]> {
  const people = await Promise.all(ids.map((id) => findPerson(db, id)));
  return people.filter((person) => person !== null);
}

/** @returns the ids of those of these canonical names that are taken. */
export async function findIdsByName(db: Db, usernameKeys: readonly string[]): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const some of chunks(usernameKeys, "")) {
    for (const { usernameKey, id } of await db.all<{ usernameKey: string; id: number }>(IDS, some))
      ids.set(usernameKey, id);
  }
  return ids;
}

/** @returns those of them who have not chosen a password yet. */
export async function listInvited(db: Db, ids: readonly number[]): Promise<{ id: number; username: string }[]> {
  const found: { id: number; username: string }[] = [];
  for (const some of chunks(ids, 0)) found.push(...(await db.all<{ id: number; username: string }>(INVITED, some)));
  return found;
}

/** Asked for at once; the texts are fixed, so what is missing to the number is filled up with what nobody has. */
const AT_ONCE = 200;
const SO_MANY = Array(AT_ONCE).fill("?").join(", ");
const IDS = `SELECT username_key AS usernameKey, id FROM users WHERE username_key IN (${SO_MANY})`;
const INVITED = `SELECT id, username FROM users WHERE id IN (${SO_MANY}) AND password_hash = '' ORDER BY username_key`;

function chunks<T>(values: readonly T[], nobody: T): T[][] {
  return Array.from({ length: Math.ceil(values.length / AT_ONCE) }, (_, i) => {
    const some = values.slice(i * AT_ONCE, (i + 1) * AT_ONCE);
    return [...some, ...Array<T>(AT_ONCE - some.length).fill(nobody)];
  });
}

/**
 * Second statement of every batch an admin's act is made of, after `sqlLockAdmins`: whoever stopped being an admin
 * a moment ago changes nothing any more.
 */
export function sqlStillAdmin(userId: number, nowMs: number): Statement {
  return {
    sql: `UPDATE locks SET version = version + 1 WHERE name = 'admins' AND EXISTS (SELECT 1 FROM users
           WHERE id = ? AND role = 'admin' AND (disabled_at IS NULL OR disabled_until <= ?))`,
    params: [userId, nowMs],
    mustChange: true,
  };
}

/**
 * True while somebody else could still run the house: an admin with a password who is not disabled. Whoever is disabled
 * until a date in the future does not count. MySQL refuses to read the table it changes (error 1093) unless the reading
 * stands in a table of its own; the LIMIT keeps it from being merged back.
 */
const ANOTHER_ADMIN = `EXISTS (SELECT 1 FROM (SELECT id FROM users WHERE facet >= 6 AND role = 'admin' AND password_hash <> ''
  AND (disabled_at IS NULL OR disabled_until <= ?) AND id <> ? LIMIT 1) AS others)`;

/** Changes nothing for the last enabled admin, and where the role is the same already. */
export function sqlSetRole(userId: number, role: Role, nowMs: number): Statement {
  return {
    sql: `UPDATE users SET role = ? WHERE id = ? AND role <> ? AND ${ANOTHER_ADMIN}`,
    params: [role, userId, role, nowMs, userId],
    mustChange: true,
  };
}

type Disablement = { readonly reason: string; readonly untilMs: number | null; readonly nowMs: number };

/** Changes nothing for the last enabled admin, and for those who are disabled already. */
export function sqlDisable(userId: number, { reason, untilMs, nowMs }: Disablement): Statement {
  return {
    sql: `UPDATE users SET disabled_at = ?, disabled_until = ?, disabled_reason = ?
           WHERE id = ? AND (disabled_at IS NULL OR disabled_until <= ?) AND (role <> 'admin' OR ${ANOTHER_ADMIN})`,
    params: [nowMs, untilMs, reason, userId, nowMs, nowMs, userId],
    mustChange: true,
  };
}

export function sqlEnable(userId: number): Statement {
  return {
    sql: `UPDATE users SET disabled_at = NULL, disabled_until = NULL, disabled_reason = NULL
           WHERE id = ? AND disabled_at IS NOT NULL`,
    params: [userId],
    mustChange: true,
  };
}

/** Rows per statement: few enough that no request waits noticeably behind it. */
const ENDED_AT_ONCE = 500;
const CLEAR_ENDED = `UPDATE users SET disabled_at = NULL, disabled_until = NULL, disabled_reason = NULL
  WHERE disabled_until <= ? AND id IN (SELECT id FROM
    (SELECT id FROM users WHERE disabled_until <= ? LIMIT ${ENDED_AT_ONCE}) AS ended)`;

/** A disablement that has ended counts for nothing anywhere; taking it away lets lists filter by columns alone. */
export async function clearEndedDisablements(db: Db, nowMs: number): Promise<void> {
  if ((await db.one("SELECT id FROM users WHERE disabled_until <= ? LIMIT 1", [nowMs])) === null) return;
  await db.run(CLEAR_ENDED, [nowMs, nowMs]);
}

/** Sessions, tickets, codes and counters go along; the history stays. Changes nothing for the last enabled admin. */
export function sqlDeleteUser(userId: number, nowMs: number): Statement {
  return {
    sql: `DELETE FROM users WHERE id = ? AND (role <> 'admin' OR ${ANOTHER_ADMIN})`,
    params: [userId, nowMs, userId],
    mustChange: true,
  };
}
