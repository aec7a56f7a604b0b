import { expect, test } from "bun:test";
import { DatabaseUnavailable, type Db, type SqlValue } from "#src/db/db.ts";
import { gatherSessions, type SessionGatherer } from "#src/store/session-gatherer.ts";
import { sqlDeleteSession, sqlInsertSession } from "#src/store/user-sessions.ts";
import { sqlInsertUser } from "#src/store/users.ts";
import { freshDb } from "../support/database.ts";

const NOW_MS = 1_800_000_000_000;
const never = (error: unknown) => {
  throw error;
};

/** A database that answers when told to, and remembers what it was asked. */
function slowDb() {
  const asked: { params: readonly SqlValue[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const all = (_: string, params: readonly SqlValue[] = []) =>
    new Promise((resolve, reject) => {
      const rows = params.map((sessionId) => ({ sessionId }));
      asked.push({ params, answer: () => resolve(rows), fail: reject });
    });
  return { db: { dialect: "mysql", all } as unknown as Db, asked };
}

const turn = () => new Promise(setImmediate);

test("a look-up that comes alone is asked alone, in the same turn of the event loop", async () => {
  const { db, asked } = slowDb();
  void gatherSessions(db, never).find("a");
  await turn();
  expect(asked.map(({ params }) => params)).toEqual([["a"]]);
});

test("those that come together go together, in the order they came, and everybody gets their own row", async () => {
  const { db, asked } = slowDb();
  const { find } = gatherSessions(db, never);
  const ids = Array.from({ length: 100 }, (_, i) => `s${i}`);
  const found = ids.map((id) => find(id));
  await turn();
  for (const { answer } of asked) answer();
  expect((await Promise.all(found)).map((row) => row?.sessionId ?? "")).toEqual(ids);
  expect(asked.map(({ params }) => params.length)).toEqual([64, 64]);
});

test("at most four statements are under way; what comes meanwhile waits, and goes in one", async () => {
  const { db, asked } = slowDb();
  const { find } = gatherSessions(db, never);
  const found = [];
  for (let i = 0; i < 10; i++) {
    found.push(find(`s${i}`));
    await turn();
  }
  expect(asked.map(({ params }) => params.length)).toEqual([1, 1, 1, 1]);
  for (let i = 0; i < 5; i++) {
    asked[i]!.answer();
    await turn();
  }
  expect((await Promise.all(found)).map((row) => row?.sessionId)).toEqual(found.map((_, i) => `s${i}`));
  expect(asked).toHaveLength(5);
});

test("a look-up never joins a statement that was sent before it came", async () => {
  const { db, asked } = slowDb();
  const { find } = gatherSessions(db, never);
  const first = find("a");
  await turn();
  const second = find("a");
  await turn();
  expect(asked).toHaveLength(2);
  asked[0]!.answer();
  asked[1]!.answer();
  expect((await Promise.all([first, second])).map((row) => row?.sessionId)).toEqual(["a", "a"]);
});

test("an error reaches everybody who waited for that statement, and nobody else", async () => {
  const { db, asked } = slowDb();
  const { find } = gatherSessions(db, never);
  const outcome = (id: string) =>
    find(id).then(
      () => "found",
      () => "failed",
    );
  const early = [outcome("a"), outcome("b")];
  await turn();
  const late = [outcome("c")];
  await turn();
  asked[0]!.fail(new DatabaseUnavailable("away"));
  asked[1]!.answer();
  expect(await Promise.all([...early, ...late])).toEqual(["failed", "failed", "found"]);
});

async function withSessions(work: (db: Db, gatherer: SessionGatherer, ids: string[]) => Promise<void>) {
  const { db, close } = await freshDb();
  await db.batch([
    sqlInsertUser({ username: "ann", usernameKey: "ann", role: "user", passwordHash: "x", nowMs: NOW_MS }),
  ]);
  const user = (await db.one<{ id: number }>("SELECT id FROM users"))!;
  const ids = Array.from({ length: 150 }, (_, i) => String(i).padStart(64, "0"));
  const session = { userId: user.id, nowMs: NOW_MS, expiresAtMs: NOW_MS + 1000, ip: "203.0.113.7", userAgent: "" };
  await db.batch(ids.map((sessionId) => sqlInsertSession({ ...session, sessionId })));
  await work(db, gatherSessions(db, never), ids).finally(close);
}

test("real look-ups of many sizes find what is there and nothing else", () =>
  withSessions(async (_, { find }, ids) => {
    for (const count of [1, 2, 5, 17, 65, 150]) {
      const rows = await Promise.all([...ids.slice(0, count), "unknown"].map((id) => find(id)));
      expect(rows.map((row) => row?.sessionId ?? null)).toEqual([...ids.slice(0, count), null]);
    }
  }));

test("a session that ended is refused by the very next look-up, however many are under way", () =>
  withSessions(async (db, { find }, ids) => {
    const before = ids.map((id) => find(id));
    await db.batch([sqlDeleteSession(ids[0]!)]);
    expect(await find(ids[0]!)).toBeNull();
    await Promise.all(before);
  }));

test("activity of many sessions is written together, never turns back and never revives an ended one", () =>
  withSessions(async (db, { touch, settled }, ids) => {
    await db.batch([sqlDeleteSession(ids[0]!)]);
    for (const id of ids) touch(id, NOW_MS + 60_000);
    touch(ids[1]!, NOW_MS - 60_000);
    await settled();
    const seen = await db.all("SELECT last_seen_at AS seen, COUNT(*) AS n FROM user_sessions GROUP BY last_seen_at");
    expect(seen).toEqual([{ seen: NOW_MS + 60_000, n: 149 }]);
  }));
