import { expect, test } from "bun:test";
import fc from "fast-check";
import { attemptKeys, type Factor, FORGET_MS, type Scope, waitAfter } from "#src/auth/throttle.ts";
import { anyText } from "./any-text.ts";

const MINUTE_MS = 60_000;
const WAITS_MS = [15, 60, 240, 1440, 1440, 1440].map((minutes) => minutes * MINUTE_MS);

test.each([
  ["pair", 5],
  ["user", 20],
] as const)("%s: failure %d is the first that blocks, then the waits rise to a day", (scope, first) => {
  for (let failures = 0; failures < first; failures++) expect(waitAfter(scope, failures)).toBe(0);
  expect(WAITS_MS.map((_, more) => waitAfter(scope, first + more))).toEqual(WAITS_MS);
  expect(waitAfter(scope, 1_000_000)).toBe(1440 * MINUTE_MS);
});

test("address: failure 100 blocks for fifteen minutes, and no number of them for longer", () => {
  expect(waitAfter("address", 99)).toBe(0);
  expect(waitAfter("address", 100)).toBe(15 * MINUTE_MS);
  expect(waitAfter("address", 101)).toBe(0);
});

test("waiting out the longest block does not wipe the count", () => {
  expect(FORGET_MS).toBeGreaterThan(2 * waitAfter("user", 1_000));
});

test("in a year of guessing at most a thousand guesses per account are evaluated, from any number of addresses", () => {
  const yearMs = 365 * 24 * 60 * MINUTE_MS;
  expect(guessesWithin(yearMs, (failures) => waitAfter("user", failures))).toBeLessThan(400);
  // Somebody patient lets everything be forgotten and starts over with the free failures.
  const burst = [...Array(24).keys()].map((failures) => waitAfter("user", failures)).reduce((a, b) => a + b);
  expect((yearMs / (FORGET_MS + burst)) * 24).toBeLessThan(1_200);
});

function guessesWithin(spanMs: number, wait: (failures: number) => number): number {
  let failures = 0;
  for (let nowMs = 0; nowMs < spanMs; nowMs += wait(failures)) failures++;
  return failures;
}

test("no two counters share a name", () => {
  const factor = fc.constantFrom<Factor>("password", "code");
  const attempt = fc.tuple(factor, anyText, fc.string());
  fc.assert(
    fc.property(attempt, attempt, (one, two) => {
      const names = [...named(one), ...named(two)];
      const subjects = new Set(names.map(([subject]) => subject));
      expect(new Set(names.map(([, key]) => key)).size).toBe(subjects.size);
      for (const [, key] of names) expect(key).toMatch(/^[0-9a-f]{64}$/);
    }),
  );
});

/** Each counter's key beside what it is meant to count. */
function named([factor, user, address]: [Factor, string, string]): [string, string][] {
  const keys = attemptKeys(factor, { user, address });
  const meaning: Record<Scope, string[]> = { pair: [user, address], user: [user], address: [address] };
  return (Object.keys(keys) as Scope[]).map((scope) => [JSON.stringify([scope, factor, meaning[scope]]), keys[scope]]);
}

test("shifting characters between name and address makes another pair", () => {
  const pair = (user: string, address: string) => attemptKeys("password", { user, address }).pair;
  expect(pair("ann1", "0.0.0.1")).not.toBe(pair("ann", "10.0.0.1"));
  expect(pair('ann","', "x")).not.toBe(pair("ann", '","x'));
});
