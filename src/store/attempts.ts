import { type Db, type Statement, UniqueViolation } from "../db/db.ts";

/** One row to count on. `limit`: the failure with this number is the first that blocks. */
export type Counter = {
  readonly key: string;
  readonly userId: number | null;
  readonly limit: number;
  /** Blocks until this time, whatever the policy says. */
  readonly untilMs?: number;
  /** Counts together what comes within so many milliseconds; after its first wait it starts anew. */
  readonly windowMs?: number;
};

/** What every attempt counts on: person and address, person, address; and where there is one, a cap. */
export type Counters = readonly [Counter, Counter, Counter] | readonly [Counter, Counter, Counter, Counter];

/** The rules live in auth/throttle.ts; here they are applied. Four waits: for the first block, the second, third, and all later ones. */
export type ThrottlePolicy = { readonly waitsMs: readonly [number, number, number, number]; readonly forgetMs: number };

/**
 * Counts one attempt on every counter, or on none, before it is evaluated. However many arrive at once, only as many
 * as are still free pass. Counters are forgotten by `purgeExpired`, which deletes them.
 *
 * @returns null: counted, go on. Otherwise the wait in milliseconds: nothing was counted, do not evaluate.
 */
export async function reserveAttempt(
  db: Db,
  counters: Counters,
  policy: ThrottlePolicy,
  nowMs: number,
): Promise<number | null> {
  const count = () => db.batch(counters.flatMap((counter) => sqlCount(counter, policy, nowMs)));
  if (await count()) return null;
  // Nothing matched: a counter blocks, or is not there yet.
  for (const counter of counters) await createCounter(db, counter, nowMs + (counter.windowMs ?? policy.forgetMs));
  if (await count()) return null;
  return Math.max(1000, (await blockedUntil(db, counters)) - nowMs);
}

/** MySQL assigns from left to right and reads what it just assigned: `failures` comes last to mean the old count. */
function sqlCount(counter: Counter, { waitsMs, forgetMs }: ThrottlePolicy, nowMs: number): Statement[] {
  const { key, userId, limit, untilMs, windowMs } = counter;
  if (windowMs !== undefined) return sqlCountInWindow(key, limit, windowMs, waitsMs[0], nowMs);
  const [first = 0, second = 0, third = 0, longest = 0] = waitsMs.map((wait) => untilMs ?? nowMs + wait);
  // Names nobody has are forgotten like any other, or strangers could fill the table for good.
  const forgetAtMs = (userId === null ? undefined : untilMs) ?? nowMs + forgetMs;
  const statement = {
    sql: `UPDATE attempts SET
            blocked_until = CASE WHEN failures + 1 < ? THEN 0 WHEN failures + 1 = ? THEN ? WHEN failures + 1 = ? THEN ?
                                 WHEN failures + 1 = ? THEN ? ELSE ? END,
            forget_at = ?, failures = failures + 1
          WHERE attempt_key = ? AND blocked_until <= ?`,
    params: [limit, limit, first, limit + 1, second, limit + 2, third, longest, forgetAtMs, key, nowMs],
    mustChange: true,
  };
  return [statement];
}

function sqlCountInWindow(key: string, limit: number, windowMs: number, waitMs: number, nowMs: number): Statement[] {
  const blockedUntil = nowMs + waitMs;
  return [
    {
      sql: `UPDATE attempts SET failures = 0, blocked_until = 0, forget_at = ?
             WHERE attempt_key = ? AND forget_at <= ?`,
      params: [nowMs + windowMs, key, nowMs],
    },
    {
      sql: `UPDATE attempts SET blocked_until = CASE WHEN failures + 1 < ? THEN 0 ELSE ? END,
              forget_at = CASE WHEN failures + 1 < ? THEN forget_at ELSE ? END, failures = failures + 1
            WHERE attempt_key = ? AND blocked_until <= ?`,
      params: [limit, blockedUntil, limit, blockedUntil, key, nowMs],
      mustChange: true,
    },
  ];
}

/** Gives an attempt back: the guess was right, or was never evaluated. */
export function sqlReleaseAttempt(keys: readonly string[]): Statement[] {
  return keys.map((key) => ({
    sql: "UPDATE attempts SET failures = failures - 1, blocked_until = 0 WHERE attempt_key = ? AND failures > 0",
    params: [key],
  }));
}

export function sqlClearAttempts(keys: readonly string[]): Statement[] {
  return keys.map((key) => ({
    sql: "UPDATE attempts SET failures = 0, blocked_until = 0 WHERE attempt_key = ?",
    params: [key],
  }));
}

/** Every counter of one person, from every address. */
export function sqlUnlock(userId: number): Statement {
  return { sql: "DELETE FROM attempts WHERE user_id = ?", params: [userId] };
}

async function createCounter(db: Db, { key, userId }: Counter, forgetAtMs: number): Promise<void> {
  if ((await db.one("SELECT attempt_key FROM attempts WHERE attempt_key = ?", [key])) !== null) return;
  await db
    .run("INSERT INTO attempts (attempt_key, user_id, failures, blocked_until, forget_at) VALUES (?, ?, 0, 0, ?)", [
      key,
      userId,
      forgetAtMs,
    ])
    .catch((error) => {
      if (!(error instanceof UniqueViolation)) throw error; // somebody else was faster: just as good
    });
}

async function blockedUntil(db: Db, counters: Counters): Promise<number> {
  const [pair, user, address] = counters;
  const cap = counters.at(3) ?? pair;
  const row = await db.one<{ until: number | null }>(
    "SELECT MAX(blocked_until) AS until FROM attempts WHERE attempt_key IN (?, ?, ?, ?)",
    [pair.key, user.key, address.key, cap.key],
  );
  return row?.until ?? 0;
}
