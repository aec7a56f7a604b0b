import type { Deps } from "./app.tsx";
import type { Mistake } from "./auth/mistakes.ts";
import { checkNewPassword } from "./auth/password-policy.ts";
import type { Statement } from "./db/db.ts";
import { type Asked, audit, countersOf, POLICY, type Refused, refuseBlocked, release } from "./factors/attempt.ts";
import { needsAuthenticator } from "./session.ts";
import { reserveAttempt } from "./store/attempts.ts";
import { findUser, isDisabled, sqlStillAsRead, type User, upgradePasswordHash } from "./store/users.ts";

/*
 * The only doors to the two factors. Sign-in, re-authentication and recovery all come through here, so they share one
 * counter per person and factor, and no way to a factor is cheaper than another. The password is here, the codes are in
 * factors/codes.ts, and what takes the place of a forgotten password is in factors/reset.ts.
 */

/**
 * Checks a password, at the same cost whoever is named.
 *
 * @param asked.name canonical name as typed; counts for names that belong to nobody.
 * @returns on success the statements that give the counted attempt back; put them into the batch that follows. That
 *          batch answers false, and must grant nothing, when the password was changed meanwhile.
 *          Counters are cleared by a complete sign-in alone.
 * @throws HashingBusy when too many passwords are waiting already; the attempt is not counted then.
 */
export async function checkPassword(
  deps: Deps,
  { user, name, origin, refusedAs = "sign_in.password_refused" }: Asked,
  password: string,
): Promise<{ ok: true; user: User; accepted: Statement[] } | Refused> {
  const { db, clock, passwords } = deps;
  const nowMs = clock();
  const counted = countersOf("password", user?.id ?? null, name, origin);
  const waitMs = await reserveAttempt(db, counted, POLICY, nowMs);
  if (waitMs !== null) return refuseBlocked(deps, "password", user, origin, waitMs);

  const { ok, upgrade } = await passwords.verify(password, user?.passwordHash ?? null).catch(async (error) => {
    await db.batch(release(counted));
    throw error;
  });
  if (!ok || user === null || isDisabled(user, nowMs)) {
    const reason = user === null ? "unknown user" : ok ? "disabled" : "wrong password";
    await audit(deps, refusedAs, user, origin, { reason });
    return { ok: false, retryAfterMs: null };
  }
  const passwordHash = upgrade ? await upgradeHash(deps, user, password) : user.passwordHash;
  return { ok: true, user, accepted: [sqlStillAsRead(user, passwordHash, nowMs), ...release(counted)] };
}

/** @returns the hash this password has now. Where somebody else was faster, theirs, if it is of the same password. */
async function upgradeHash({ db, passwords }: Deps, user: User, password: string): Promise<string> {
  const passwordHash = await passwords.hash(password);
  if ((await upgradePasswordHash(db, user.id, user.passwordHash, passwordHash)) === 1) return passwordHash;
  const current = (await findUser(db, user.id))?.passwordHash ?? "";
  return (await passwords.verify(password, current)).ok ? current : user.passwordHash;
}

/**
 * The rules for a new password, the same wherever one is chosen.
 *
 * @returns what is wrong, by field, or null.
 */
export async function newPasswordMistakes(
  { config }: Deps,
  user: Pick<User, "username" | "role"> & Partial<Pick<User, "mfaSecret">>,
  password: string,
  again: string,
): Promise<Record<string, Mistake> | null> {
  const secondFactor = user.mfaSecret != null || needsAuthenticator(config, user);
  const refused = await checkNewPassword(password, { username: user.username, appName: config.appName, secondFactor });
  if (refused !== null) return { new_password: refused };
  return password === again ? null : { confirm_password: (words) => words.passwordsDiffer };
}

export { clearFailures } from "./factors/attempt.ts";
export { checkCode, type TypedCode } from "./factors/codes.ts";
export { checkResetProof } from "./factors/reset.ts";
