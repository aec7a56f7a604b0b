/**
 * How many forms strangers may send from one address, right or wrong. The counters of `throttle.ts` slow down guessing at a
 * person; this keeps one machine from occupying the threads that hash passwords, whatever it types.
 *
 * A bucket per address: so many at once, refilled steadily. A sign-in is two forms, so an office of 150 people behind one
 * address can sign in at the same moment, and then 60 more each minute; a script gets 2 forms a second. Counted in memory
 * and per process: a restart forgives, and several copies allow several times as much.
 */
export const AT_ONCE = 300;
export const PER_SECOND = 2;
/** Addresses remembered, about 1 MB. Beyond that the ones not heard of for longest are forgotten. */
export const MAX_ADDRESSES = 10_000;

/** This address has sent too much. Answered with 429 and `Retry-After`. */
export class OverBudget extends Error {
  override readonly name = "OverBudget";
  constructor(readonly retryAfterSeconds: number) {
    super("more forms than one address may send");
  }
}

export type Budget = {
  /**
   * @param address from `throttleAddress`.
   * @throws OverBudget; trying again meanwhile makes the wait no longer.
   */
  spend(address: string, nowMs: number): void;
  readonly size: number;
};

type Bucket = { readonly left: number; readonly atMs: number };

export function createBudget(maxAddresses = MAX_ADDRESSES): Budget {
  // A Map keeps the order of writing: the first entry is the one not heard of for longest.
  const buckets = new Map<string, Bucket>();
  return {
    spend(address, nowMs) {
      const left = leftIn(buckets.get(address), nowMs);
      if (left < 1) throw new OverBudget(Math.ceil((1 - left) / PER_SECOND));
      buckets.delete(address);
      buckets.set(address, { left: left - 1, atMs: nowMs });
      if (buckets.size > maxAddresses) buckets.delete(buckets.keys().next().value!);
    },
    get size() {
      return buckets.size;
    },
  };
}

/** A clock that was set back refills nothing. */
function leftIn(bucket: Bucket | undefined, nowMs: number): number {
  if (bucket === undefined) return AT_ONCE;
  const seconds = Math.max(0, nowMs - bucket.atMs) / 1000;
  return Math.min(AT_ONCE, bucket.left + seconds * PER_SECOND);
}
