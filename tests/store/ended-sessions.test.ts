import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Db, Statement } from "#src/db/db.ts";
import { sqlEndSession, sqlUndoEnd, UNDO_MS } from "#src/store/ended-sessions.ts";
import { purgeExpired } from "#src/store/purge.ts";
import { gatherSessions } from "#src/store/session-gatherer.ts";
import * as store from "#src/store/user-sessions.ts";
import { sqlInsertUser } from "#src/store/users.ts";
import { freshDb } from "../support/database.ts";

const NOW_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const [OPEN, ENDED] = ["a".repeat(64), "b".repeat(64)];

let db: Db;
let close: () => Promise<void>;
let ann: number;
beforeEach(async () => {
  ({ db, close } = await freshDb());
  const user = { username: "ann", usernameKey: "ann", role: "user", passwordHash: "x", nowMs: NOW_MS } as const;
  await db.batch([sqlInsertUser(user)]);
  ann = (await db.one<{ id: number }>("SELECT id FROM users"))!.id;
  const session = { userId: ann, nowMs: NOW_MS, expiresAtMs: NOW_MS + HOUR_MS, ip: "203.0.113.7", userAgent: "" };
  await db.batch([OPEN, ENDED].map((sessionId) => store.sqlInsertSession({ ...session, sessionId })));
  expect(await run(sqlEndSession(ann, ENDED, ann, NOW_MS))).toBe(true);
});
afterEach(() => close());

const run = (statement: Statement) => db.batch([statement]);
const isLeft = async (id: string, statement: Statement) => (await run(statement)) && (await row(id)) !== null;
const row = (id: string) => db.one<Record<string, unknown>>("SELECT * FROM user_sessions WHERE session_id = ?", [id]);

describe("to every function of the store", () => {
  /** True: the function finds, changes or keeps the session. Deleting one is what may be done to it. */
  const SEES: Partial<Record<keyof typeof store, (id: string) => Promise<boolean>>> = {
    sqlRenewSession: (id) => run(store.sqlRenewSession(id, "c".repeat(64), NOW_MS)),
    noteWelcome: (id) => store.noteWelcome(db, id, NOW_MS),
    listOpenSessions: async (id) =>
      (await store.listOpenSessions(db, ann, NOW_MS, HOUR_MS)).some(({ sessionId }) => sessionId === id),
    listEveryOpenSession: async (id) => {
      await db.run("UPDATE user_sessions SET ip = '192.0.2.1' WHERE session_id = ?", [id]);
      return (await store.listEveryOpenSession(db, null, NOW_MS, HOUR_MS)).some(({ ip }) => ip === "192.0.2.1");
    },
    sqlDeleteSession: (id) => isLeft(id, store.sqlDeleteSession(id)),
    sqlDeleteSessions: (id) => isLeft(id, store.sqlDeleteSessions(ann)),
    sqlDeleteOtherSessions: (id) => isLeft(id, store.sqlDeleteOtherSessions(ann, OPEN)),
    sqlDeleteEverySession: (id) => isLeft(id, store.sqlDeleteEverySession()),
  };
  const DELETES = Object.keys(SEES).filter((name) => name.startsWith("sqlDelete"));

  test("there is a case", () => {
    const functions = Object.entries(store).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
    expect(Object.keys(SEES).sort()).toEqual(functions.filter((name) => name !== "sqlInsertSession").sort());
  });

  test.each(Object.keys(SEES))("%s: an ended session is not there", async (name) => {
    const sees = SEES[name as keyof typeof store]!;
    expect(await sees(ENDED)).toBe(false);
    if (!DELETES.includes(name)) expect(await sees(OPEN)).toBe(true);
  });

  test("the look-up of a request and the note of its activity leave it alone", async () => {
    const { find, touch, settled } = gatherSessions(db, (error) => {
      throw error;
    });
    for (const id of [OPEN, ENDED]) touch(id, NOW_MS + 1);
    await settled();
    expect([await find(OPEN), await find(ENDED)]).toMatchObject([{ sessionId: OPEN, lastSeenAtMs: NOW_MS + 1 }, null]);
    expect((await row(ENDED))?.last_seen_at).toBe(NOW_MS);
  });
});

describe("what was ended", () => {
  const before = async () => ({ ...(await row(OPEN)), session_id: ENDED });

  test("comes back as it was, for whoever ended it, once", async () => {
    expect(await run(sqlUndoEnd(ann, ENDED, ann, NOW_MS + UNDO_MS - 1))).toBe(true);
    expect(await row(ENDED)).toEqual(await before());
    expect(await run(sqlUndoEnd(ann, ENDED, ann, NOW_MS))).toBe(false);
  });

  test("does not come back later, for others, or for somebody who may not sign in", async () => {
    expect(await run(sqlUndoEnd(ann, ENDED, ann, NOW_MS + UNDO_MS))).toBe(false);
    expect(await run(sqlUndoEnd(ann, ENDED, ann + 1, NOW_MS))).toBe(false);
    expect(await run(sqlUndoEnd(ann + 1, ENDED, ann, NOW_MS))).toBe(false);
    await db.run("UPDATE users SET disabled_at = ?", [NOW_MS]);
    expect(await run(sqlUndoEnd(ann, ENDED, ann, NOW_MS))).toBe(false);
  });

  test("cannot be ended again, nor can what is over", async () => {
    expect(await run(sqlEndSession(ann, ENDED, ann, NOW_MS))).toBe(false);
    expect(await run(sqlEndSession(ann, OPEN, ann, NOW_MS + HOUR_MS))).toBe(false);
  });

  test("is purged when it cannot come back any more", async () => {
    await purgeExpired(db, NOW_MS + UNDO_MS - 1);
    expect(await row(ENDED)).not.toBeNull();
    await purgeExpired(db, NOW_MS + UNDO_MS);
    expect([await row(ENDED), (await row(OPEN))?.session_id]).toEqual([null, OPEN]);
  });
});
