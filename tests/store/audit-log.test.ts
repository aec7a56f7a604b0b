import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Db } from "#src/db/db.ts";
import { AUDIT_EVENTS, type AuditEvent, sqlAudit, sqlAuditBounded, topicOf } from "#src/store/audit-log.ts";
import { type AuditFilter, exportAudit, listAudit, listAuditOfPerson } from "#src/store/audit-pages.ts";
import { purgeAudit } from "#src/store/purge.ts";
import { type FreshDb, freshDb } from "#tests/support/database.ts";
import { projectFiles, read } from "#tests/support/files.ts";

const ALL: AuditFilter = {
  ...{ topic: null, event: null, actorName: null, targetName: null, ip: null, fromMs: null, beforeMs: null },
};
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 15, 10);
const ANN = { id: 1, username: "ann" };
const BOB = { id: 2, username: "bob" };

let fresh: FreshDb;
let db: Db;
beforeEach(async () => {
  fresh = await freshDb();
  db = fresh.db;
});
afterEach(() => fresh.close());

const from = (ip: string, userAgent = "Browser/1") => ({ ip, userAgent, requestId: "r-1" });

/** As many entries as times, in the order given. */
async function fill(timesMs: readonly number[], event: AuditEvent = "session.started"): Promise<void> {
  for (let i = 0; i < timesMs.length; i += 500)
    await db.batch(timesMs.slice(i, i + 500).map((atMs) => sqlAudit({ event, atMs, origin: null, actor: ANN })));
}

async function count(where = "1 = 1"): Promise<number> {
  return (await db.one<{ n: number }>(`SELECT COUNT(*) AS n FROM audit_log WHERE ${where}`))!.n;
}

async function allIds(filter: AuditFilter): Promise<number[]> {
  const ids: number[] = [];
  for (let after = null as Awaited<ReturnType<typeof listAudit>>["next"]; ; ) {
    const page = await listAudit(db, filter, after);
    ids.push(...page.rows.map(({ id }) => id));
    if (ids.length > 1000) throw new Error("the pages go round in circles");
    if (page.next === null) return ids;
    after = page.next;
  }
}

describe("pages", () => {
  test("show every entry once, newest first, also where hundreds share a millisecond", async () => {
    await fill([...Array(120).fill(NOW_MS), ...Array(60).fill(NOW_MS - 1), ...Array(30).fill(NOW_MS + 1)]);
    for (const filter of [ALL, { ...ALL, actorName: "ann" }, { ...ALL, event: "session.started" }]) {
      const ids = await allIds(filter);
      expect(ids).toHaveLength(210);
      expect(new Set(ids).size).toBe(210);
      const rows = await db.all<{ id: number }>("SELECT id FROM audit_log ORDER BY at DESC, id DESC");
      expect(ids).toEqual(rows.map(({ id }) => id));
    }
  });

  test("are of fifty, and the last one knows it is", async () => {
    await fill(Array(100).fill(NOW_MS));
    const first = await listAudit(db, ALL, null);
    expect(first.rows).toHaveLength(50);
    const second = await listAudit(db, ALL, first.next);
    expect([second.rows.length, second.next]).toEqual([50, null]);
  });

  test("do not shift when entries are added meanwhile", async () => {
    await fill(Array(60).fill(NOW_MS));
    const first = await listAudit(db, ALL, null);
    await fill(Array(20).fill(NOW_MS + 1));
    expect((await listAudit(db, ALL, first.next)).rows).toHaveLength(10);
  });

  test("hold a filter each, and all of them together", async () => {
    const entry = {
      event: "user.disabled",
      atMs: NOW_MS,
      origin: from("203.0.113.7"),
      actor: ANN,
      target: BOB,
    } as const;
    await db.batch([
      sqlAudit(entry),
      sqlAudit({ ...entry, event: "user.enabled" }),
      sqlAudit({ ...entry, event: "session.ended" }),
      sqlAudit({ ...entry, atMs: NOW_MS - DAY_MS }),
      sqlAudit({ ...entry, atMs: NOW_MS + DAY_MS }),
      sqlAudit({ ...entry, actor: BOB }),
      sqlAudit({ ...entry, target: ANN }),
      sqlAudit({ ...entry, origin: from("203.0.113.8") }),
    ]);
    const filter: AuditFilter = {
      topic: "people",
      event: "user.disabled",
      actorName: "ann",
      targetName: "bob",
      ip: "203.0.113.7",
      fromMs: NOW_MS,
      beforeMs: NOW_MS + 1,
    };
    const found = async (part: Partial<AuditFilter>) => (await allIds({ ...ALL, ...part })).length;
    expect(await allIds(filter)).toHaveLength(1);
    expect(await found({ topic: "people" })).toBe(7);
    expect(await found({ event: "user.enabled" })).toBe(1);
    expect(await found({ actorName: "ann" })).toBe(7);
    expect(await found({ targetName: "bob" })).toBe(7);
    expect(await found({ ip: "203.0.113.8" })).toBe(1);
    expect(await found({ fromMs: NOW_MS })).toBe(7);
    expect(await found({ beforeMs: NOW_MS })).toBe(1);
    expect(await found({ actorName: "an" })).toBe(0);
    expect(await found({ actorName: "ann' OR 1=1 --" })).toBe(0);
  });

  test("of one person hold what they did and what was done to them, once each", async () => {
    const entry = { atMs: NOW_MS, origin: null } as const;
    await db.batch([
      sqlAudit({ ...entry, event: "password.changed", actor: ANN, target: ANN }),
      sqlAudit({ ...entry, event: "user.disabled", actor: BOB, target: ANN }),
      sqlAudit({ ...entry, event: "user.disabled", actor: ANN, target: BOB }),
      sqlAudit({ ...entry, event: "sign_in.password_refused", target: ANN }),
      sqlAudit({ ...entry, event: "session.ended", actor: BOB }),
    ]);
    const rows = await listAuditOfPerson(db, ANN.id, 10);
    expect(rows.map(({ id }) => id)).toEqual([4, 3, 2, 1].map((n) => rows.at(-1)!.id + n - 1));
  });
});

describe("an export", () => {
  test("reads a batch only when the one before was taken", async () => {
    await fill(Array(2500).fill(NOW_MS));
    let reads = 0;
    const counting: Db = {
      ...db,
      all: (sql, params) => {
        reads++;
        return db.all(sql, params);
      },
    };
    const batches = exportAudit(counting, ALL);
    expect((await batches.next()).value).toHaveLength(1000);
    expect(reads).toBe(1);
    expect((await batches.next()).value).toHaveLength(1000);
    expect((await batches.next()).value).toHaveLength(500);
    expect((await batches.next()).done).toBe(true);
    expect(reads).toBe(3);
  });
});

describe("an entry", () => {
  test("has no control, line end or direction characters, wherever they came from", async () => {
    const forged = "a\u0000b\r\nc\u001b[2J\u202egnp\u2066x\u2028y\ud800z";
    await db.batch([
      sqlAudit({
        event: "user.disabled",
        atMs: NOW_MS,
        origin: from("203.0.113.7", forged),
        actor: { id: 1, username: forged },
        target: { id: 2, username: forged },
        detail: { reason: forged },
      }),
    ]);
    const [row] = (await listAudit(db, ALL, null)).rows;
    const clean = "a?b??c?[2J?gnp?x?y?z";
    expect([row?.actorName, row?.targetName, row?.userAgent, row?.detail?.reason]).toEqual(Array(4).fill(clean));
  });

  test("keeps names in every alphabet", async () => {
    await db.batch([
      sqlAudit({ event: "session.ended", atMs: 1, origin: null, actor: { id: 1, username: "Zoë 李 👩‍🔧" } }),
    ]);
    expect((await listAudit(db, ALL, null)).rows[0]?.actorName).toBe("Zoë 李 👩‍🔧");
  });

  test("has a topic, whatever its event", () => {
    for (const event of AUDIT_EVENTS) expect(topicOf(event)).toBeString();
  });
});

describe("what strangers cause", () => {
  const refused = (ip: string, atMs = NOW_MS) =>
    db.batch([sqlAuditBounded({ event: "request.foreign_origin", atMs, origin: from(ip) })]);

  test("is written twenty times a minute for one address", async () => {
    for (let i = 0; i < 30; i++) await refused("203.0.113.7");
    expect(await count()).toBe(20);
    await refused("203.0.113.8");
    expect(await count()).toBe(21);
    await refused("203.0.113.7", NOW_MS + 60_001);
    expect(await count()).toBe(22);
  });

  test("is written three hundred times a minute for all addresses together", async () => {
    for (let i = 0; i < 310; i++) await refused(`2001:db8::${i}`);
    expect(await count()).toBe(300);
  });

  test("is not held back by other events", async () => {
    await fill(Array(400).fill(NOW_MS));
    await refused("203.0.113.7");
    expect(await count("event = 'request.foreign_origin'")).toBe(1);
  });
});

describe("retention", () => {
  const LAST_DAY = Math.floor(NOW_MS / DAY_MS) * DAY_MS - 30 * DAY_MS;

  test("takes whole days, in batches, and says so once", async () => {
    await fill([...Array(1200).fill(LAST_DAY - 1), LAST_DAY, NOW_MS]);
    expect(await purgeAudit(db, NOW_MS, 30)).toBe(1200);
    expect(await purgeAudit(db, NOW_MS, 30)).toBe(0);
    const { rows } = await listAudit(db, ALL, null);
    expect(rows.map(({ event, atMs }) => [event, atMs])).toEqual([
      ["audit.purged", NOW_MS],
      ["session.started", NOW_MS],
      ["session.started", LAST_DAY],
    ]);
    expect(rows[0]?.detail).toEqual({ entries: 1200, days: 30 });
  });

  test("by several copies at once is one entry", async () => {
    await fill(Array(1200).fill(LAST_DAY - 1));
    await Promise.all([1, 2, 3, 4].map(() => purgeAudit(db, NOW_MS, 30)));
    expect(await count("event = 'session.started'")).toBe(0);
    expect(await count("event = 'audit.purged'")).toBe(1);
  });

  test("goes on after it was interrupted, and the next day", async () => {
    await fill([LAST_DAY - 1]);
    await purgeAudit(db, NOW_MS, 30);
    await fill([LAST_DAY - 2, LAST_DAY + DAY_MS - 1]);
    expect(await purgeAudit(db, NOW_MS, 30)).toBe(1);
    expect(await count("event = 'audit.purged'")).toBe(1);
    expect(await purgeAudit(db, NOW_MS + DAY_MS, 30)).toBe(1);
    expect(await count("event = 'audit.purged'")).toBe(2);
  });

  test("of 0 days keeps everything", async () => {
    await fill([1]);
    expect(await purgeAudit(db, NOW_MS, 0)).toBe(0);
    expect(await count()).toBe(1);
  });
});

test("nothing but retention changes or deletes entries", () => {
  const changing =
    /\b(UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE(\s+TABLE)?|ALTER\s+TABLE|DROP\s+TABLE)\s+`?audit_log\b/gi;
  const found = projectFiles()
    .filter((file) => file.startsWith("src/"))
    .flatMap((file) => [...read(file).matchAll(changing)].map(() => file));
  expect(found).toEqual(["src/store/purge.ts"]);
});
