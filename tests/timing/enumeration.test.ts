import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openApp, type TestApp } from "../support/app.ts";

/*
 * Whether the time of an answer tells who exists. The two kinds of request take turns, so that what else the machine does
 * meets both alike, and then the ranks of their times are compared: the share of pairs in which the one was slower. Half
 * means that nothing can be told; without the dummy hash nearly every pair is told right.
 */

const SAMPLES = 200;
/**
 * Far outside of chance (for 200 samples its standard deviation is 0.03), far inside of what a missing hash does (0.95
 * and more). A bias below that would take a stranger thousands of tries per name, and he has five.
 */
const MOST_TOLD = 0.2;
const LIMIT_MS = 120_000;

/** Strong enough that the hash is the larger part of an answer. */
const ROUNDS = 6;

let t: TestApp;
beforeAll(async () => {
  t = await openApp({ bcryptRounds: ROUNDS });
  for (const username of ["annann", "carol1"]) await t.addUser(username);
  await t.addUser("bobbob", { authenticator: false });
  await t.db.run("UPDATE users SET disabled_at = 1 WHERE username = 'carol1'");
});
afterAll(() => t.close());

const NEW_PASSWORD = { new_password: "seven purple giraffes", confirm_password: "seven purple giraffes" };
const ASKS = {
  "/login": (username: string) => ({ username, password: "wrong" }),
  "/reset": (username: string) => ({
    ...{ username, code: "000000", recovery_code: "AAAAA-BBBBB-CCCCC" },
    ...NEW_PASSWORD,
  }),
} as const;

let addresses = 0;

async function timeOf(path: keyof typeof ASKS, username: string): Promise<number> {
  // Neither throttled nor slowed down by a growing table of counters.
  await t.db.run("DELETE FROM attempts");
  addresses++;
  const browser = t.browser(`198.${18 + (addresses >> 16)}.${(addresses >> 8) & 255}.${addresses & 255}`);
  const startMs = performance.now();
  const answer = await browser.post(path, ASKS[path](username));
  const ms = performance.now() - startMs;
  if (answer.status !== 401) throw new Error(`${path} answered ${answer.status}`);
  return ms;
}

/** Share of all pairs in which `a` is larger, ties counted half: Mann and Whitney's U, divided by the number of pairs. */
function shareLarger(a: readonly number[], b: readonly number[]): number {
  let larger = 0;
  for (const x of a) for (const y of b) larger += x > y ? 1 : x === y ? 0.5 : 0;
  return larger / (a.length * b.length);
}

async function compare(path: keyof typeof ASKS, known: string): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < SAMPLES + 10; i++) {
    // Which one comes first changes from turn to turn.
    const order = i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const which of order) {
      const ms = await timeOf(path, which === 0 ? known : "nobody");
      if (i >= 10) times[which].push(ms);
    }
  }
  return shareLarger(...times);
}

for (const path of ["/login", "/reset"] as const)
  describe(path, () => {
    for (const [who, username] of [
      ["somebody with authenticator", "annann"],
      ["somebody without", "bobbob"],
      ["somebody disabled", "carol1"],
    ] as const)
      test(
        `takes as long for ${who} as for an unknown username`,
        async () => {
          const share = await compare(path, username);
          expect(Math.abs(share - 0.5)).toBeLessThan(MOST_TOLD);
        },
        LIMIT_MS,
      );
  });
