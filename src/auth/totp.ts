import { generateSecret, generateURI, verifySync } from "otplib";

/** RFC 6238: 30 seconds a step, SHA-1, 6 digits; the only combination every authenticator app knows. */
export const TOTP_STEP_SECONDS = 30;
const SECRET_BYTES = 20;
/** RFC 4226 section 4, R6: at least 128 bits; shorter ones (old 16-letter seeds) must be set up anew. */
const USABLE_SECRET = /^[A-Z2-7]{26,103}=*$/i;
/**
 * One step back for the person's delay, one forward for a clock that runs ahead. ASVS 6.5.5 would have no future step; the
 * system this one replaces promises it. Guessing odds per attempt are 3 in a million.
 */
const WINDOW_STEPS = 1;
const DRIFT_STEPS = 10;

/** A new secret: 160 random bits as 32 base32 letters. */
export function newTotpSecret(): string {
  return generateSecret({ length: SECRET_BYTES });
}

/** Tells whether codes can be checked against this secret at all; when not, the person must set up a new one. */
export function isTotpSecret(secret: string): boolean {
  return USABLE_SECRET.test(secret);
}

/**
 * The address an authenticator app reads from the QR code.
 *
 * Source: Key Uri Format of Google Authenticator: `:` separates issuer and account, so neither may contain one.
 */
export function totpUri(account: { issuer: string; label: string; secret: string }): string {
  return generateURI({ issuer: shownName(account.issuer), label: shownName(account.label), secret: account.secret });
}

/**
 * Checks a code and says which step it belongs to; the caller spends that step by compare-and-set.
 *
 * @param code     as typed; spaces and hyphens are dropped.
 * @param lastStep the last step spent, 0 for none. This step and older ones are refused: RFC 6238 section 5.2.
 * @param nowMs    Unix time in milliseconds, the server's own.
 * @returns the step (Unix seconds / 30), or null for a wrong, malformed, spent or unverifiable code. Never throws.
 */
export function checkTotp(attempt: { secret: string; code: string; lastStep: number; nowMs: number }): number | null {
  return matchingStep(attempt, WINDOW_STEPS, attempt.lastStep);
}

/**
 * How far the person's clock is off when the code is right for another time than ours: seconds, positive when their
 * clock runs ahead; null when the code is right for now, or for no time within five minutes.
 *
 * While setting up an authenticator it may be shown as it is. At sign-in only negative values may be: those codes are over,
 * while a positive one tells somebody who guesses that this very code will be valid in a moment.
 */
export function totpDrift(attempt: { secret: string; code: string; nowMs: number }): number | null {
  const step = matchingStep(attempt, DRIFT_STEPS, 0);
  if (step === null || checkTotp({ ...attempt, lastStep: 0 }) !== null) return null;
  return (step - stepAt(attempt.nowMs)) * TOTP_STEP_SECONDS;
}

function matchingStep(
  attempt: { secret: string; code: string; nowMs: number },
  windowSteps: number,
  lastStep: number,
): number | null {
  const token = attempt.code.replace(/[\s-]/g, "");
  const newestStep = stepAt(attempt.nowMs) + windowSteps;
  if (!/^[0-9]{6}$/.test(token) || !isTotpSecret(attempt.secret) || lastStep >= newestStep) return null;
  try {
    const verdict = verifySync({
      secret: attempt.secret.toUpperCase(),
      token,
      epoch: Math.floor(attempt.nowMs / 1000),
      epochTolerance: windowSteps * TOTP_STEP_SECONDS,
      afterTimeStep: Math.max(0, lastStep),
    });
    // An object is always truthy, and the library's type also covers HOTP, which has no step.
    return verdict.valid === true && "timeStep" in verdict ? verdict.timeStep : null;
  } catch {
    // The library throws on a damaged secret. That is a factor nobody can pass, not an error page.
    return null;
  }
}

function stepAt(nowMs: number): number {
  return Math.floor(nowMs / 1000 / TOTP_STEP_SECONDS);
}

/** Control and format characters, colons and lone surrogates out: they break the address or disguise a name in the app. */
function shownName(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")
    .replaceAll(":", " ")
    .trim();
}
