import type { Deps } from "../app.tsx";
import { normalizeRecoveryCode, recoveryCodeHashes } from "../auth/recovery-codes.ts";
import { mfaSecretLabel, reseal, unseal } from "../auth/secret-box.ts";
import { checkTotp, totpDrift } from "../auth/totp.ts";
import type { Statement } from "../db/db.ts";
import { reserveAttempt } from "../store/attempts.ts";
import { type AuditEvent, type Origin, sqlAudit } from "../store/audit-log.ts";
import { findRecoveryCode, sqlSpendRecoveryCode } from "../store/recovery-codes.ts";
import { sqlResealMfa } from "../store/server-keys.ts";
import { isDisabled, sqlSpendMfaStep, type User } from "../store/users.ts";
import { audit, countersOf, POLICY, type Refused, refuseBlocked, release } from "./attempt.ts";

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

type Spendable = { spend: Statement[] } | { behindSeconds: number } | null;

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

/** @returns its stored hash, or null when it is none of this person's unused ones. */
export async function findTypedRecoveryCode({ db, keys }: Deps, userId: number, typed: { recoveryCode: string }) {
  const code = normalizeRecoveryCode(typed.recoveryCode);
  return code === null ? null : findRecoveryCode(db, userId, recoveryCodeHashes(keys, userId, code));
}

export function spendRecoveryCode(user: User, codeHash: string, nowMs: number, origin: Origin): Statement[] {
  return [
    sqlSpendRecoveryCode(user.id, codeHash, nowMs),
    sqlAudit({ event: "recovery_code.used", atMs: nowMs, origin, actor: user }),
  ];
}

/** Spends the step; a secret that an older key sealed is sealed with today's in the same batch. */
export function spendStep({ keys }: Deps, userId: number, sealed: string, step: number): Statement[] {
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
  return seconds === null || seconds > 0 ? null : { behindSeconds: -seconds };
}
