import { afterAll, beforeAll, expect, test } from "bun:test";
import { purgeExpired, SESSIONS } from "#src/store/purge.ts";
import { sqlInsertSession } from "#src/store/user-sessions.ts";
import { sqlInsertUser } from "#src/store/users.ts";
import { dialect, type FreshDb, freshDb } from "../support/database.ts";

const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
/** So many that no optimizer finds reading all of them cheap. */
const LIVE = 3000;
const EXPIRED = 1200;

let fresh: FreshDb;
beforeAll(async () => {
  fresh = await freshDb();
  const ann = { username: "ann", usernameKey: "ann", role: "user", passwordHash: "x", nowMs: NOW_MS } as const;
  await fresh.db.batch([sqlInsertUser(ann)]);
  const userId = (await fresh.db.one<{ id: number }>("SELECT id FROM users"))!.id;
  const session = (n: number) =>
    sqlInsertSession({
      ...{ sessionId: String(n).padStart(64, "0"), userId, nowMs: NOW_MS - HOUR_MS, ip: "203.0.113.7", userAgent: "" },
      expiresAtMs: n < EXPIRED ? NOW_MS - n : NOW_MS + 1 + n,
    });
  await fresh.db.batch(Array.from({ length: EXPIRED + LIVE }, (_, n) => session(n)));
});
afterAll(() => fresh.close());

test("expired sessions are found and deleted by an index, so that no request waits behind a look at every row", async () => {
  const over = [NOW_MS, NOW_MS];
  const ids = Array.from({ length: SESSIONS.batch }, (_, n) => String(n).padStart(64, "0"));
  for (const [sql, params] of [
    [SESSIONS.find, over],
    [SESSIONS.remove, [...ids, ...over]],
  ] as const) {
    if (dialect === "mysql") {
      const plan = await fresh.db.all<{ table: string; type: string }>(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, params);
      expect(plan.map(({ table, type }) => `${table} ${type}`)).toEqual(["user_sessions range"]);
    } else {
      const plan = await fresh.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params);
      expect(plan.map(({ detail }) => detail.split(" USING")[0])).toEqual(["SEARCH user_sessions"]);
    }
  }
});

test("all of them go, in several batches, and nothing else", async () => {
  expect(await purgeExpired(fresh.db, NOW_MS)).toBe(EXPIRED);
  expect(await purgeExpired(fresh.db, NOW_MS)).toBe(0);
  expect(await fresh.db.one("SELECT COUNT(*) AS n FROM user_sessions")).toEqual({ n: LIVE });
});
