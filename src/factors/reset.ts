import type { Deps } from "../app.tsx";
import { mfaSecretLabel, unseal } from "../auth/secret-box.ts";
import { checkTotp, newTotpSecret } from "../auth/totp.ts";
import type { Statement } from "../db/db.ts";
import { reserveAttempt } from "../store/attempts.ts";
import { isDisabled, type User } from "../store/users.ts";
import { type Asked, audit, POLICY, type Refused, refuseBlocked, release, resetCounters } from "./attempt.ts";
import { findTypedRecoveryCode, spendRecoveryCode, spendStep } from "./codes.ts";

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
