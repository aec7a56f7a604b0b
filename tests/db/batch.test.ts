import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Statement, UniqueViolation } from "#src/db/db.ts";
import { dialect, type FreshDb, freshDb } from "#tests/support/database.ts";

let fresh: FreshDb;
beforeEach(async () => {
  fresh = await freshDb({ pool: 8 });
  await fresh.db.run("DELETE FROM locks WHERE name <> ?", ["admins"]);
});
afterEach(() => fresh.close());

const insert = (name: string): Statement => ({
  sql: "INSERT INTO locks (name, version) VALUES (?, 0)",
  params: [name],
});
const bump = (name: string): Statement => ({
  sql: "UPDATE locks SET version = version + 1 WHERE name = ?",
  params: [name],
  mustChange: true,
});
const versions = () => fresh.db.all<{ name: string; version: number }>("SELECT name, version FROM locks ORDER BY name");
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe(`batch (${dialect})`, () => {
  test("writes all", async () => {
    expect(await fresh.db.batch([insert("a"), insert("b"), bump("a")])).toBe(true);
    expect(await versions()).toEqual([
      { name: "a", version: 1 },
      { name: "admins", version: 0 },
      { name: "b", version: 0 },
    ]);
  });

  test("writes nothing when a statement that must change a row does not", async () => {
    expect(await fresh.db.batch([insert("a"), bump("nobody"), insert("b")])).toBe(false);
    expect(await versions()).toEqual([{ name: "admins", version: 0 }]);
  });

  test("a row that keeps its value counts as changed", async () => {
    const same = { sql: "UPDATE locks SET version = 0 WHERE name = ?", params: ["admins"], mustChange: true };
    expect(await fresh.db.batch([same, insert("a")])).toBe(true);
  });

  test("writes nothing when a key is taken, and the connection stays usable", async () => {
    await expect(fresh.db.batch([insert("a"), insert("admins")])).rejects.toBeInstanceOf(UniqueViolation);
    expect(await versions()).toEqual([{ name: "admins", version: 0 }]);
    expect(await fresh.db.batch([insert("a")])).toBe(true);
  });

  test("writes nothing when a later statement is wrong", async () => {
    await expect(fresh.db.batch([insert("a"), { sql: "UPDATE nowhere SET x = 1", params: [] }])).rejects.toThrow();
    expect(await versions()).toEqual([{ name: "admins", version: 0 }]);
  });

  test("a batch that is rolled back takes no neighbour's write along", async () => {
    await Promise.all(
      times(40, (index) => {
        if (index % 2) return fresh.db.run("INSERT INTO locks (name, version) VALUES (?, 0)", [`kept-${index}`]);
        return fresh.db.batch([insert(`gone-${index}`), insert(`gone-${index}b`), bump("nobody")]);
      }),
    );
    const names = (await versions()).map((row) => row.name);
    expect(names).toHaveLength(21);
    expect(names.filter((name) => name.startsWith("gone"))).toEqual([]);
  });

  test("no increment is lost under parallel use", async () => {
    const results = await Promise.all(times(60, () => fresh.db.batch([bump("admins"), bump("admins")])));
    expect(results).toEqual(times(60, () => true));
    expect(await versions()).toEqual([{ name: "admins", version: 120 }]);
  });

  test("of many that take the same thing exactly one wins", async () => {
    const take = {
      sql: "UPDATE locks SET version = 1 WHERE name = ? AND version = 0",
      params: ["admins"],
      mustChange: true,
    };
    const results = await Promise.all(times(20, (index) => fresh.db.batch([take, insert(`winner-${index}`)])));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await versions()).toHaveLength(2);
  });

  test("two batches that lock rows in opposite order both succeed, 30 times", async () => {
    const names = times(12, (index) => `row-${index}`);
    await fresh.db.batch(names.map(insert));
    const there = names.map(bump);
    for (let round = 0; round < 30; round++) {
      expect(await Promise.all([fresh.db.batch(there), fresh.db.batch(there.toReversed())])).toEqual([true, true]);
    }
    const bumped = (await versions()).filter((row) => row.name !== "admins");
    expect(bumped.map((row) => row.version)).toEqual(names.map(() => 60));
  }, 30_000);
});
