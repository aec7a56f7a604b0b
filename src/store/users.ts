import type { Db, Statement } from "../db/db.ts";

export type Role = "admin" | "user";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export type User = {
  readonly id: number;
  readonly username: string;
  readonly role: Role;
  /** Empty: nobody has chosen a password yet, so nobody can sign in with one. */
  readonly passwordHash: string;
  /** Sealed; null: no authenticator. */
  readonly mfaSecret: string | null;
  readonly mfaLastStep: number;
  readonly disabledAtMs: number | null;
  /** Null: until an admin enables the person again. */
  readonly disabledUntilMs: number | null;
};

const COLUMNS = `id, username, role, password_hash AS passwordHash, mfa_secret AS mfaSecret,
  mfa_last_step AS mfaLastStep, disabled_at AS disabledAtMs, disabled_until AS disabledUntilMs`;

/** True while the person may not sign in; a session that is open already stops working too. */
export function isDisabled(user: Pick<User, "disabledAtMs" | "disabledUntilMs">, nowMs: number): boolean {
  return user.disabledAtMs !== null && (user.disabledUntilMs === null || user.disabledUntilMs > nowMs);
}

/**
 * @param usernameKey canonical form of the name.
 * @throws TypeError for anything but a text: MySQL would take the number 0 for every name that is no number.
 */
export async function findUserByKey(db: Db, usernameKey: string): Promise<User | null> {
  if (typeof usernameKey !== "string") throw new TypeError("a name is a text");
  return db.one<User>(`SELECT ${COLUMNS} FROM users WHERE username_key = ?`, [usernameKey]);
}

export function findUser(db: Db, id: number): Promise<User | null> {
  return db.one<User>(`SELECT ${COLUMNS} FROM users WHERE id = ?`, [id]);
}

/** When a person's factors were last changed; null: never, or in a database adopted from elsewhere. */
export type FactorTimes = { readonly passwordChangedAtMs: number | null; readonly mfaEnrolledAtMs: number | null };

export function findFactorTimes(db: Db, id: number): Promise<FactorTimes | null> {
  return db.one<FactorTimes>(
    "SELECT password_changed_at AS passwordChangedAtMs, mfa_enrolled_at AS mfaEnrolledAtMs FROM users WHERE id = ?",
    [id],
  );
}

/** How many admins have a password and are not disabled. */
export async function countAdmins(db: Db, nowMs: number): Promise<number> {
  const sql = `SELECT COUNT(*) AS admins FROM users WHERE role = 'admin' AND password_hash <> ''
    AND (disabled_at IS NULL OR disabled_until <= ?)`;
  return (await db.one<{ admins: number }>(sql, [nowMs]))?.admins ?? 0;
}

/** True while nobody has been registered: only then a setup address is made, and only then one works. */
export async function noUserYet(db: Db): Promise<boolean> {
  return (await db.one("SELECT id FROM users LIMIT 1")) === null;
}

type NewUser = { username: string; usernameKey: string; role: Role; passwordHash: string; nowMs: number };

/** Fails with UniqueViolation when the name is taken. */
export function sqlInsertUser(user: NewUser): Statement {
  return {
    sql: `INSERT INTO users (username, username_key, role, password_hash, password_changed_at, created_at)
          VALUES (?, ?, ?, ?, ?, ?)`,
    params: newUserParams(user),
  };
}

/** The first user of all: changes nothing once anybody exists. Run it after `sqlLockAdmins` in the same batch. */
export function sqlInsertFirstUser(user: NewUser): Statement {
  return {
    sql: `INSERT INTO users (username, username_key, role, password_hash, password_changed_at, created_at)
          SELECT ?, ?, ?, ?, ?, ? FROM locks WHERE name = 'admins' AND NOT EXISTS (SELECT 1 FROM users)`,
    params: newUserParams(user),
    mustChange: true,
  };
}

function newUserParams({ username, usernameKey, role, passwordHash, nowMs }: NewUser): Statement["params"] {
  return [username, usernameKey, role, passwordHash, passwordHash === "" ? null : nowMs, sqlTime(nowMs)];
}

/** How pages look to this person. */
export function updateTheme(db: Db, userId: number, theme: Theme): Promise<number> {
  return db.run("UPDATE users SET theme = ? WHERE id = ?", [theme, userId]);
}

/** Which language pages have for this person. @param language null: as the browser says. */
export function updateLanguage(db: Db, userId: number, language: string | null): Promise<number> {
  return db.run("UPDATE users SET language = ? WHERE id = ?", [language, userId]);
}

/** Whether single keys do something on this person's pages. */
export function updateShortcuts(db: Db, userId: number, on: boolean): Promise<number> {
  return db.run("UPDATE users SET shortcuts = ? WHERE id = ?", [on ? 1 : 0, userId]);
}

/** Replaces a hash that still verifies with a stronger one of the same password; leaves a newer password alone. */
export function upgradePasswordHash(db: Db, userId: number, oldHash: string, newHash: string): Promise<number> {
  return db.run("UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?", [newHash, userId, oldHash]);
}

/** The invited person chooses the first password; changes nothing when there is one. */
export function sqlSetFirstPassword(userId: number, passwordHash: string, nowMs: number): Statement {
  return {
    sql: "UPDATE users SET password_hash = ?, password_changed_at = ? WHERE id = ? AND password_hash = ''",
    params: [passwordHash, nowMs, userId],
    mustChange: true,
  };
}

/**
 * Changes nothing, and fails its batch when the person is no longer as they were read before their password was checked:
 * hashing takes its time, and meanwhile they may have got another password, an authenticator, more rights, or disabled.
 */
export function sqlStillAsRead(user: User, passwordHash: string, nowMs: number): Statement {
  return {
    sql: `UPDATE users SET password_hash = password_hash
           WHERE id = ? AND password_hash = ? AND role = ? AND COALESCE(mfa_secret, '') = ?
             AND (disabled_at IS NULL OR disabled_until <= ?)`,
    params: [user.id, passwordHash, user.role, user.mfaSecret ?? "", nowMs],
    mustChange: true,
  };
}

/** Put a guard before it: a spent ticket, a spent code, or `sqlStillAsRead`. */
export function sqlSetPassword(userId: number, passwordHash: string, nowMs: number): Statement {
  return {
    sql: "UPDATE users SET password_hash = ?, password_changed_at = ? WHERE id = ?",
    params: [passwordHash, nowMs, userId],
    mustChange: true,
  };
}

/**
 * Spends one time step of the authenticator: no code of this step or an earlier one is accepted again, and none at all
 * when the authenticator was replaced since the code was checked.
 * Source: RFC 6238 section 5.2; two simultaneous calls cannot both change the row.
 *
 * @param sealedSecret as it was when the code was checked.
 */
export function sqlSpendMfaStep(userId: number, sealedSecret: string, step: number): Statement {
  return {
    sql: "UPDATE users SET mfa_last_step = ? WHERE id = ? AND mfa_secret = ? AND mfa_last_step < ?",
    params: [step, userId, sealedSecret, step],
    mustChange: true,
  };
}

/** Turns the authenticator on, its confirming step spent; changes nothing when there is one already. */
export function sqlEnrolMfa(userId: number, sealedSecret: string, step: number, nowMs: number): Statement {
  return {
    sql: "UPDATE users SET mfa_secret = ?, mfa_last_step = ?, mfa_enrolled_at = ? WHERE id = ? AND mfa_secret IS NULL",
    params: [sealedSecret, step, nowMs, userId],
    mustChange: true,
  };
}

/** Puts a confirmed authenticator in the place of another; changes nothing when that one is gone. */
export function sqlReplaceMfa(
  userId: number,
  oldSealedSecret: string,
  sealedSecret: string,
  step: number,
  nowMs: number,
): Statement {
  return {
    sql: "UPDATE users SET mfa_secret = ?, mfa_last_step = ?, mfa_enrolled_at = ? WHERE id = ? AND mfa_secret = ?",
    params: [sealedSecret, step, nowMs, userId, oldSealedSecret],
    mustChange: true,
  };
}

/** The next sign-in leads to setting up a new one, where one is required. Changes nothing when there is none. */
export function sqlRemoveMfa(userId: number): Statement {
  return {
    sql: "UPDATE users SET mfa_secret = NULL, mfa_last_step = 0, mfa_enrolled_at = NULL WHERE id = ? AND mfa_secret IS NOT NULL",
    params: [userId],
    mustChange: true,
  };
}

export function sqlNoteSignIn(userId: number, nowMs: number): Statement {
  return { sql: "UPDATE users SET signed_in_at = ? WHERE id = ?", params: [nowMs, userId] };
}

/** First statement of every batch that changes who is an admin: such batches then run one after the other. */
export function sqlLockAdmins(): Statement {
  return { sql: "UPDATE locks SET version = version + 1 WHERE name = 'admins'", params: [], mustChange: true };
}

/**
 * First statement of every batch that replaces a person's rows: such batches then run one after the other. Without it two at
 * once would both delete what neither sees the other insert.
 */
export function sqlLockUser(userId: number): Statement {
  return { sql: "UPDATE users SET id = id WHERE id = ?", params: [userId], mustChange: true };
}

/** users.created_at is a DATETIME in UTC, as in databases adopted from elsewhere; all other times are milliseconds. */
function sqlTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
