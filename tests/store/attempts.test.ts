import { afterEach, beforeEach, expect, test } from "bun:test";
import { ADDRESS_WINDOW_MS, FORGET_MS, LIMITS, WAITS_MS, waitAfter } from "#src/auth/throttle.ts";
import { type Counter, type Counters, reserveAttempt, sqlReleaseAttempt } from "#src/store/attempts.ts";
import { purgeExpired } from "#src/store/purge.ts";
import { type FreshDb, freshDb } from "../support/database.ts";

const POLICY = { waitsMs: WAITS_MS, forgetMs: FORGET_MS };
const START_MS = 1_800_000_000_000;

let fresh: FreshDb;
beforeEach(async () => {
  fresh = await freshDb();
});
afterEach(() => fresh.close());

/** Three counters of which only the first can ever block. */
const counters = (name: string, limit: number, more: Partial<Counter> = {}): Counters => [
  { key: `${name} pair`, userId: null, limit, ...more },
  { key: `${name} user`, userId: null, limit: 1_000_000 },
  { key: `${name} address`, userId: null, limit: 1_000_000 },
];

const reserve = (counted: Counters, nowMs: number) => reserveAttempt(fresh.db, counted, POLICY, nowMs);

test("the database applies the waits of the policy, failure by failure", async () => {
  for (const scope of ["pair", "user"] as const) {
    const counted = counters(scope, LIMITS[scope]);
    let nowMs = START_MS;
    for (let failures = 1; failures <= LIMITS[scope] + 6; failures++) {
      expect(await reserve(counted, nowMs)).toBeNull();
      const wait = waitAfter(scope, failures);
      if (wait > 0) expect(await reserve(counted, nowMs)).toBe(wait);
      nowMs += wait;
    }
  }
});

test("an address that many share waits fifteen minutes at most, and starts anew after it and every hour", async () => {
  const counted = counters("office", LIMITS.address, { windowMs: ADDRESS_WINDOW_MS });
  const fail = async (times: number, nowMs: number) => {
    for (let i = 0; i < times; i++) expect(await reserve(counted, nowMs)).toBeNull();
  };
  await fail(LIMITS.address - 1, START_MS);
  await fail(LIMITS.address, START_MS + ADDRESS_WINDOW_MS);
  const blockedMs = START_MS + ADDRESS_WINDOW_MS;
  expect(await reserve(counted, blockedMs)).toBe(waitAfter("address", LIMITS.address));
  await fail(LIMITS.address - 1, blockedMs + WAITS_MS[0]);
});

test("an attempt that was given back leaves no trace, also when it was the one that blocked", async () => {
  const counted = counters("ann", 2);
  await reserve(counted, START_MS);
  await reserve(counted, START_MS);
  expect(await reserve(counted, START_MS)).toBeGreaterThan(0);
  await fresh.db.batch(sqlReleaseAttempt(counted.map(({ key }) => key)));
  expect(await reserve(counted, START_MS)).toBeNull();
  expect(await reserve(counted, START_MS)).toBeGreaterThan(0);
});

test("fifty at once on counters nobody used before are as many as are free", async () => {
  const counted = counters("bob", 5);
  const waits = await Promise.all(Array.from({ length: 50 }, () => reserve(counted, START_MS)));
  expect(waits.filter((wait) => wait === null)).toHaveLength(5);
});

test("a refused attempt counts nowhere", async () => {
  const [pair, user, address] = counters("carol", 1);
  await reserve([pair, user, address], START_MS);
  await reserve([pair, user, address], START_MS);
  const rows = await fresh.db.all("SELECT failures FROM attempts");
  expect(rows.map((row) => row.failures)).toEqual([1, 1, 1]);
});

test("failures are forgotten a week after the last one", async () => {
  const counted = counters("carol2", 1);
  await reserve(counted, START_MS);
  await purgeExpired(fresh.db, START_MS + FORGET_MS - 1);
  expect(await fresh.db.all("SELECT attempt_key FROM attempts")).toHaveLength(3);
  await purgeExpired(fresh.db, START_MS + FORGET_MS);
  expect(await fresh.db.all("SELECT attempt_key FROM attempts")).toHaveLength(0);
});
