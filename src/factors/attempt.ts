import type { Deps } from "../app.tsx";
import { throttleAddress } from "../auth/address.ts";
import {
  ADDRESS_WINDOW_MS,
  attemptKeys,
  type Factor,
  FORGET_MS,
  LIMITS,
  RESET_CAP,
  resetCapKey,
  type Scope,
  UNTIL_UNLOCKED_MS,
  WAITS_MS,
} from "../auth/throttle.ts";
import type { Statement } from "../db/db.ts";
import { type Counter, type Counters, sqlClearAttempts, sqlReleaseAttempt } from "../store/attempts.ts";
import { type AuditEvent, type Origin, sqlAudit, sqlAuditBounded } from "../store/audit-log.ts";
import type { User } from "../store/users.ts";

/* What is counted and noted of every attempt at a factor, whichever page it comes from. */

export type Refused =
  | { readonly ok: false; readonly retryAfterMs: number }
  /** `behindSeconds`, how far the phone's clock is, may be shown: it does not say whether a code will do in a moment. */
  | { readonly ok: false; readonly retryAfterMs: null; readonly behindSeconds?: number };

export type Asked = {
  readonly user: User | null;
  readonly name: string;
  readonly origin: Origin;
  /** What a refusal is called in the audit log; default: that of a sign-in. */
  readonly refusedAs?: AuditEvent;
};

/**
 * A complete sign-in clears what the person got wrong from this address and in all, for both factors, and the cap on
 * resets. The address keeps its count: others may be guessing from there, and one own account must not wash it clean.
 */
export function clearFailures(userId: number, origin: Origin): Statement[] {
  const counters = (["password", "code"] as const).flatMap((factor) =>
    countersOf(factor, userId, "", origin).filter((counter) => counter.userId !== null),
  );
  return sqlClearAttempts([...counters.map((counter) => counter.key), resetCapKey(userKey(userId, ""))]);
}

export const POLICY = { waitsMs: WAITS_MS, forgetMs: FORGET_MS };

/** The prefixes keep a person called "7" apart from the person with the id 7. */
const userKey = (userId: number | null, name: string): string => (userId === null ? `name:${name}` : `id:${userId}`);

export function countersOf(
  factor: Factor,
  userId: number | null,
  name: string,
  origin: Origin,
): [Counter, Counter, Counter] {
  const user = userKey(userId, name);
  const keys = attemptKeys(factor, { user, address: throttleAddress(origin.ip) });
  const counter = (scope: Scope, id: number | null) => ({ key: keys[scope], userId: id, limit: LIMITS[scope] });
  const address = { ...counter("address", null), windowMs: ADDRESS_WINDOW_MS };
  return [counter("pair", userId), counter("user", userId), address];
}

/** Where a reset takes the authenticator alone, one more counter caps it. */
export function resetCounters(config: Deps["config"], userId: number | null, name: string, origin: Origin): Counters {
  const [pair, person, address] = countersOf("code", userId, name, origin);
  if (config.resetProof !== "totp") return [pair, person, address];
  const key = resetCapKey(userKey(userId, name));
  return [pair, person, address, { key, userId, limit: RESET_CAP, untilMs: UNTIL_UNLOCKED_MS }];
}

export const release = (counters: Counters): Statement[] => sqlReleaseAttempt(counters.map(({ key }) => key));

/** Answers an attempt that was not evaluated. */
export async function refuseBlocked(
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

/** Notes a refusal. */
export async function audit(
  { db, clock }: Deps,
  event: AuditEvent,
  user: User | null,
  origin: Origin,
  detail: Record<string, string>,
): Promise<void> {
  await db.batch([sqlAudit({ event, atMs: clock(), origin, target: user, detail })]);
}
