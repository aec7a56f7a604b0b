import type { Deps } from "./app.tsx";
import { throttleAddress } from "./auth/address.ts";
import { checkNewPassword } from "./auth/password-policy.ts";
import { normalizeRecoveryCode, recoveryCodeHashes } from "./auth/recovery-codes.ts";
import { mfaSecretLabel, reseal, unseal } from "./auth/secret-box.ts";
import {
  attemptKeys,
  type Factor,
  FORGET_MS,
  LIMITS,
  RESET_CAP,
  resetCapKey,
  type Scope,
  UNTIL_UNLOCKED_MS,
  WAITS_MS,
} from "./auth/throttle.ts";
import { checkTotp, newTotpSecret, totpDrift } from "./auth/totp.ts";
import type { Statement } from "./db/db.ts";
import { needsAuthenticator } from "./session.ts";
import { type Counter, type Counters, reserveAttempt, sqlClearAttempts, sqlReleaseAttempt } from "./store/attempts.ts";
import { type AuditEvent, type Origin, sqlAudit, sqlAuditBounded } from "./store/audit-log.ts";
import { findRecoveryCode, sqlSpendRecoveryCode } from "./store/recovery-codes.ts";
import { sqlResealMfa } from "./store/server-keys.ts";
import {
  findUser,
  isDisabled,
  sqlSpendMfaStep,
  sqlStillPassword,
  type User,
  upgradePasswordHash,
} from "./store/users.ts";

/*
 * The only doors to the two factors. Sign-in, re-authentication and recovery all come through here, so they share one
 * counter per person and factor, and no way to a factor is cheaper than another.
 */

export type Refused =
  | { readonly ok: false; readonly retryAfterMs: number }
  /** `hint` may be shown: it says nothing about whether the guess was close. */
  | { readonly ok: false; readonly retryAfterMs: null; readonly hint?: string };

type Asked = {
  readonly user: User | null;
  readonly name: string;
  readonly origin: Origin;
  /** What a refusal is called in the audit log; default: that of a sign-in. */
  readonly refusedAs?: AuditEvent;
};

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
  return { ok: true, user, accepted: [sqlStillPassword(user.id, passwordHash), ...release(counted)] };
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
 * @returns a message per field, or null.
 */
export async function newPasswordMistakes(
  { config }: Deps,
  user: Pick<User, "username" | "role"> & Partial<Pick<User, "mfaSecret">>,
  password: string,
  again: string,
): Promise<{ new_password?: string; confirm_password?: string } | null> {
  const secondFactor = user.mfaSecret != null || needsAuthenticator(config, user);
  const refused = await checkNewPassword(password, { username: user.username, appName: config.appName, secondFactor });
  if (refused !== null) return { new_password: refused };
  return password === again ? null : { confirm_password: "The two passwords differ." };
}

/** What was typed into the second step: exactly one of the two. */
export type TypedCode = { readonly code: string } | { readonly recoveryCode: string };

/**
 * Checks a code of the authenticator or a recovery code; both count as the same factor.
 *
 * @returns on success the statements that spend the code. They must be in the batch that grants what was asked for:
 *          when that batch answers false, somebody else spent the code first and nothing was granted.
 */
export async function checkCode(
  deps: Deps,
  user: User,
  typed: TypedCode,
  origin: Origin,
  refusedAs: AuditEvent = "sign_in.code_refused",
): Promise<{ ok: true; spend: Statement[] } | Refused> {
  const { db, clock } = deps;
  const nowMs = clock();
  const counted = countersOf("code", user.id, user.username, origin);
  const waitMs = await reserveAttempt(db, counted, POLICY, nowMs);
  if (waitMs !== null) return refuseBlocked(deps, "code", user, origin, waitMs);

  const disabled = isDisabled(user, nowMs);
  const found = disabled ? null : await findSpendable(deps, user, typed, origin, nowMs);
  if (found !== null && "spend" in found) return { ok: true, spend: [...found.spend, ...release(counted)] };

  const factor = "code" in typed ? "authenticator" : "recovery code";
  await audit(deps, refusedAs, user, origin, { factor, reason: disabled ? "disabled" : "wrong code" });
  return { ok: false, retryAfterMs: null, ...found };
}

type Spendable = { spend: Statement[] } | { hint: string } | null;

async function findSpendable(
  deps: Deps,
  user: User,
  typed: TypedCode,
  origin: Origin,
  nowMs: number,
): Promise<Spendable> {
  if ("code" in typed) return spendableStep(deps, user, typed.code, nowMs);
  const codeHash = await findTypedRecoveryCode(deps, user.id, typed);
  return codeHash === null ? null : { spend: spendRecoveryCode(user, codeHash, nowMs, origin) };
}

async function findTypedRecoveryCode({ db, keys }: Deps, userId: number, typed: { recoveryCode: string }) {
  const code = normalizeRecoveryCode(typed.recoveryCode);
  return code === null ? null : findRecoveryCode(db, userId, recoveryCodeHashes(keys, userId, code));
}

function spendRecoveryCode(user: User, codeHash: string, nowMs: number, origin: Origin): Statement[] {
  return [
    sqlSpendRecoveryCode(user.id, codeHash, nowMs),
    sqlAudit({ event: "recovery_code.used", atMs: nowMs, origin, actor: user }),
  ];
}

/** Spends the step; a secret that an older key sealed is sealed with today's in the same batch. */
function spendStep({ keys }: Deps, userId: number, sealed: string, step: number): Statement[] {
  const spent = sqlSpendMfaStep(userId, sealed, step);
  const resealed = reseal(keys, sealed, mfaSecretLabel(userId));
  return resealed === null ? [spent] : [spent, sqlResealMfa(userId, sealed, resealed)];
}

function spendableStep(deps: Deps, user: User, code: string, nowMs: number): Spendable {
  const { keys, log } = deps;
  const { mfaSecret } = user;
  const secret = mfaSecret === null ? null : unseal(keys, mfaSecret, mfaSecretLabel(user.id));
  if (mfaSecret === null || secret === null) {
    // A secret that cannot be opened is a broken factor, never a missing one: the door stays shut (ASVS 11.2.5).
    log.error({ userId: user.id }, "The authenticator's secret cannot be opened: damaged, or another APP_SECRET");
    return null;
  }
  const step = checkTotp({ secret, code, lastStep: user.mfaLastStep, nowMs });
  if (step !== null) return { spend: spendStep(deps, user.id, mfaSecret, step) };
  // Only for a clock that is behind: such a code is past. "Ahead" would tell a guesser which code will do in a minute.
  const seconds = totpDrift({ secret, code, nowMs });
  return seconds === null || seconds > 0 ? null : { hint: behindHint(-seconds) };
}

function behindHint(seconds: number): string {
  return `The clock of your phone seems to be about ${seconds} seconds behind. Set it to automatic, then try again.`;
}

export { mfaSecretLabel };

type ResetProof = { readonly code: string; readonly recoveryCode: string };

/**
 * Checks both codes of a person who forgot the password, as one attempt, and hashes the new password.
 *
 * Everybody costs the same: one hash, one code computed, one recovery code looked up, whether or not the person exists,
 * has an authenticator or is disabled.
 *
 * @returns on success the statements that spend both codes; they must be in the batch that sets the password.
 * @throws HashingBusy when too many passwords are waiting already; the attempt is not counted then.
 */
export async function checkResetProof(
  deps: Deps,
  { user, name, origin }: Asked,
  typed: ResetProof,
  newPassword: string,
): Promise<{ ok: true; user: User; passwordHash: string; spend: Statement[] } | Refused> {
  const { db, clock, config, passwords } = deps;
  const nowMs = clock();
  const counted = resetCounters(config, user?.id ?? null, name, origin);
  const waitMs = await reserveAttempt(db, counted, POLICY, nowMs);
  if (waitMs !== null) return refuseBlocked(deps, "code", user, origin, waitMs);

  const passwordHash = await passwords.hash(newPassword).catch(async (error) => {
    await db.batch(release(counted));
    throw error;
  });
  const step = resetStep(deps, user, typed.code, nowMs);
  const code = config.resetProof === "totp" ? null : await findTypedRecoveryCode(deps, user?.id ?? NOBODY, typed);
  const bothRight = step !== null && (config.resetProof === "totp" || code !== null);
  if (user === null || isDisabled(user, nowMs) || !bothRight) {
    const reason = user === null ? "unknown user" : isDisabled(user, nowMs) ? "disabled" : "wrong code";
    await audit(deps, "password.reset_refused", user, origin, { reason });
    return { ok: false, retryAfterMs: null };
  }
  const spend = [...spendStep(deps, user.id, user.mfaSecret ?? "", step), ...release(counted)];
  return {
    ok: true,
    user,
    passwordHash,
    spend: code === null ? spend : [...spendRecoveryCode(user, code, nowMs, origin), ...spend],
  };
}

/** No row has this id. */
const NOBODY = 0;
/** Only there to have something to compute with. */
const NOBODYS_SECRET = newTotpSecret();

function resetStep({ keys }: Deps, user: User | null, code: string, nowMs: number): number | null {
  const secret = unseal(keys, user?.mfaSecret ?? "", mfaSecretLabel(user?.id ?? NOBODY));
  const step = checkTotp({ secret: secret ?? NOBODYS_SECRET, code, lastStep: user?.mfaLastStep ?? 0, nowMs });
  return secret === null ? null : step;
}

function resetCounters(config: Deps["config"], userId: number | null, name: string, origin: Origin): Counters {
  const [pair, person, address] = countersOf("code", userId, name, origin);
  if (config.resetProof !== "totp") return [pair, person, address];
  const key = resetCapKey(userKey(userId, name));
  return [pair, person, address, { key, userId, limit: RESET_CAP, untilMs: UNTIL_UNLOCKED_MS }];
}

/**
 * A complete sign-in clears what the person got wrong from this address and in all, for both factors, and the cap on
 * resets. The address keeps
 * its count: others may be guessing from there, and one own account must not wash it clean.
 */
export function clearFailures(userId: number, origin: Origin): Statement[] {
  const counters = (["password", "code"] as const).flatMap((factor) =>
    countersOf(factor, userId, "", origin).filter((counter) => counter.userId !== null),
  );
  return sqlClearAttempts([...counters.map((counter) => counter.key), resetCapKey(userKey(userId, ""))]);
}

const POLICY = { waitsMs: WAITS_MS, forgetMs: FORGET_MS };

/** The prefixes keep a person called "7" apart from the person with the id 7. */
const userKey = (userId: number | null, name: string): string => (userId === null ? `name:${name}` : `id:${userId}`);

function countersOf(factor: Factor, userId: number | null, name: string, origin: Origin): [Counter, Counter, Counter] {
  const user = userKey(userId, name);
  const keys = attemptKeys(factor, { user, address: throttleAddress(origin.ip) });
  const counter = (scope: Scope, id: number | null) => ({ key: keys[scope], userId: id, limit: LIMITS[scope] });
  return [counter("pair", userId), counter("user", userId), counter("address", null)];
}

const release = (counters: Counters): Statement[] => sqlReleaseAttempt(counters.map(({ key }) => key));

async function refuseBlocked(
  deps: Deps,
  factor: Factor,
  user: User | null,
  origin: Origin,
  retryAfterMs: number,
): Promise<Refused> {
  const { db, clock } = deps;
  // Refusing costs a guesser nothing, so he could fill the log with it.
  const detail = { factor };
  await db.batch([sqlAuditBounded({ event: "sign_in.throttled", atMs: clock(), origin, target: user, detail })]);
  return { ok: false, retryAfterMs };
}

async function audit(
  { db, clock }: Deps,
  event: AuditEvent,
  user: User | null,
  origin: Origin,
  detail: Record<string, string>,
): Promise<void> {
  await db.batch([sqlAudit({ event, atMs: clock(), origin, target: user, detail })]);
}
