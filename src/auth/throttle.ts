import { createHash } from "node:crypto";

/**
 * How failed sign-ins slow down the next ones. Only the numbers and names live here; `store/attempts.ts` counts.
 *
 * Three counters see each attempt, so that neither one guesser at one account, nor many machines at one account, nor
 * one machine at many accounts goes unnoticed, and one guesser alone cannot keep the owner out from elsewhere:
 *
 * | scope   | counts                  | free failures | then it waits                    |
 * |---------|-------------------------|---------------|----------------------------------|
 * | pair    | account and address     | 4             | 15 min, 1 h, 4 h, 24 h, 24 h, …  |
 * | user    | account, every address  | 19            | the same                         |
 * | address | address, every account  | 99 an hour    | 15 min, then the count starts anew |
 *
 * Rules for whoever counts:
 * - An attempt is counted before it is evaluated, by one conditional update: fifty guesses sent at once are five
 *   evaluated ones, not fifty.
 * - While blocked nothing is evaluated, nothing is counted and the block is not extended: a script that hammers on
 *   cannot keep the owner locked out for longer.
 * - Password and code have counters of their own, and every page that asks for a code (sign-in, reset, confirmation,
 *   authenticator or recovery code) uses the same ones. They are cleared only by a complete success, every factor
 *   passed, and never by repeating the first step.
 * - Unknown names are counted like known ones; the answer gives nothing away.
 *
 * Source: ASVS 6.3.1, NIST SP 800-63B-4 (at most 100 failures in a row, rising waits). At one guess a day and three valid
 * codes in a million, a year of guessing finds an authenticator code with odds of about 1 in 850.
 */
export type Factor = "password" | "code";
export type Scope = "pair" | "user" | "address";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Failures are forgotten this long after the last one. Longer than the longest wait, or waiting would reset the count. */
export const FORGET_MS = 7 * 24 * HOUR_MS;

/** The failure with this number is the first that blocks, for `WAITS_MS[0]`; each further one for the next, the last repeats. */
export const LIMITS: Record<Scope, number> = { pair: 5, user: 20, address: 100 };
export const WAITS_MS = [15 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS] as const;

/**
 * Where a password can be reset with a code of the authenticator alone, six digits stand between a guesser and the
 * account. So the failure with this number is the last: from then on it waits for an admin or a complete sign-in.
 */
export const RESET_CAP = 10;
/** A time no clock reaches, and still one that can be written as a date. */
export const UNTIL_UNLOCKED_MS = Date.UTC(9999, 11, 31);

/**
 * Of one address only so much is counted together: many people may share it, and what they mistype in the course of a
 * month must not add up to a wait for all of them.
 */
export const ADDRESS_WINDOW_MS = HOUR_MS;

/**
 * The same as the statements of `store/attempts.ts` count, in a form one can read and check: tests compare the two.
 *
 * @param failures how many there are now, this one included.
 * @returns milliseconds until the next attempt is evaluated; 0 while the limit is not reached.
 */
export function waitAfter(scope: Scope, failures: number): number {
  if (scope === "address") return failures === LIMITS.address ? WAITS_MS[0] : 0;
  const beyond = failures - LIMITS[scope];
  return beyond < 0 ? 0 : WAITS_MS[Math.min(beyond, WAITS_MS.length - 1)]!;
}

/**
 * Names of the three counters of an attempt: 64 hex digits each, never the same for two scopes, factors or subjects.
 * Hashed, because people type passwords into the username field.
 *
 * @param subject.user    canonical name, or what was typed when there is none.
 * @param subject.address from `throttleAddress`.
 */
export function attemptKeys(factor: Factor, subject: { user: string; address: string }): Record<Scope, string> {
  const { user, address } = subject;
  return {
    pair: attemptKey(["pair", factor, user, address]),
    user: attemptKey(["user", factor, user]),
    address: attemptKey(["address", factor, address]),
  };
}

/** Name of the counter of `RESET_CAP`, which never forgets. */
export function resetCapKey(user: string): string {
  return attemptKey(["cap", "reset", user]);
}

/** JSON keeps the parts apart whatever they contain, lone surrogates included. */
function attemptKey(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
