import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Db } from "#src/db/db.ts";
import { findPerson, sqlDeleteUser, sqlDisable, sqlSetRole } from "#src/store/people.ts";
import { type After, countPeople, listPeople, SORTS, type Sort, type Wanted } from "#src/store/people-list.ts";
import { type FreshDb, freshDb } from "../support/database.ts";

const NOW_MS = Date.UTC(2026, 0, 15, 10);
const DAY_MS = 86_400_000;

let fresh: FreshDb;
let db: Db;
beforeEach(async () => {
  fresh = await freshDb();
  db = fresh.db;
});
afterEach(() => fresh.close());

const EVERYBODY: Wanted = { q: "", role: null, status: null, authenticator: null, sort: "name" };

type Given = Partial<{
  role: "admin" | "user";
  hash: string;
  mfa: string | null;
  disabledAt: number | null;
  until: number | null;
  seen: number;
}>;

async function add(name: string, given: Given = {}): Promise<void> {
  const { role = "user", hash = "x", mfa = null, disabledAt = null, until = null, seen = 0 } = given;
  await db.run(
    `INSERT INTO users (username, username_key, role, password_hash, mfa_secret, disabled_at, disabled_until, signed_in_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [name, name, role, hash, mfa, disabledAt, until, seen],
  );
}

async function names(wanted: Partial<Wanted>, after: After | null = null): Promise<string[]> {
  const page = await listPeople(db, { ...EVERYBODY, ...wanted }, after, NOW_MS);
  return page.people.map((person) => person.username);
}

/** Everybody a reader meets who goes on to the last page. */
async function allPages(wanted: Partial<Wanted>): Promise<{ names: string[]; pages: number }> {
  const found: string[] = [];
  let after: After | null = null;
  for (let pages = 1; ; pages++) {
    const page = await listPeople(db, { ...EVERYBODY, ...wanted }, after, NOW_MS);
    found.push(...page.people.map((person) => person.username));
    if (page.next === null) return { names: found, pages };
    after = page.next;
  }
}

describe("filters", () => {
  beforeEach(async () => {
    await add("ann", { role: "admin", mfa: "s" });
    await add("bob", { mfa: "s" });
    await add("carol", { hash: "" });
    await add("carol2", { disabledAt: 1 });
    await add("carol3", { role: "admin", disabledAt: 1, until: NOW_MS + DAY_MS, hash: "" });
    await db.run(
      "INSERT INTO attempts (attempt_key, user_id, failures, blocked_until, forget_at) SELECT 'k', id, 9, ?, ? FROM users WHERE username = 'bob'",
      [NOW_MS + 1, NOW_MS + DAY_MS],
    );
  });

  test("leave those they describe, each alone and together", async () => {
    expect(await names({})).toEqual(["ann", "bob", "carol", "carol2", "carol3"]);
    expect(await names({ role: "admin" })).toEqual(["ann", "carol3"]);
    expect(await names({ status: "active" })).toEqual(["ann", "bob"]);
    expect(await names({ status: "invited" })).toEqual(["carol"]);
    expect(await names({ status: "disabled" })).toEqual(["carol2", "carol3"]);
    expect(await names({ status: "locked" })).toEqual(["bob"]);
    expect(await names({ authenticator: "on" })).toEqual(["ann", "bob"]);
    expect(await names({ role: "user", status: "active", authenticator: "on" })).toEqual(["bob"]);
    expect(await names({ role: "admin", status: "invited" })).toEqual([]);
  });

  test("are what is counted, up to a thousand", async () => {
    expect(await countPeople(db, EVERYBODY)).toBe(5);
    expect(await countPeople(db, { ...EVERYBODY, role: "admin" })).toBe(2);
    for (let round = 0; round < 8; round++)
      await db.run(
        `INSERT INTO users (username, username_key, password_hash)
         SELECT CONCAT('p', ${round}, '-', id), CONCAT('p', ${round}, '-', id), 'x' FROM users`,
      );
    expect(await countPeople(db, { ...EVERYBODY, role: "user" })).toBe(1001);
    expect(await countPeople(db, { ...EVERYBODY, role: "admin" })).toBe(2);
  });

  test("go with a search", async () => {
    await add("ann.user");
    expect(await names({ q: "an" })).toEqual(["ann", "ann.user"]);
    expect(await names({ q: "an", role: "admin" })).toEqual(["ann"]);
    expect(await names({ q: "nn", role: "user" })).toEqual(["ann.user"]);
    expect(await names({ q: "ob", status: "locked" })).toEqual(["bob"]);
    expect(await names({ q: "an", status: "locked" })).toEqual([]);
  });
});

describe("search", () => {
  test("finds names that begin with the text first, then those that hold it", async () => {
    for (const name of ["ann1", "carol-ann", "ann2", "bob-ann"]) await add(name);
    expect(await names({ q: "ann" })).toEqual(["ann1", "ann2", "bob-ann", "carol-ann"]);
  });

  test("takes wildcards for what they are", async () => {
    for (const name of ["50%off", "500off", "a_b", "axb", "wow!", "back\\slash"]) await add(name);
    expect(await names({ q: "0%" })).toEqual(["50%off"]);
    expect(await names({ q: "_" })).toEqual(["a_b"]);
    expect(await names({ q: "w!" })).toEqual(["wow!"]);
    expect(await names({ q: "k\\s" })).toEqual(["back\\slash"]);
    expect(await names({ q: "%" })).toEqual(["50%off"]);
  });

  test("meets everybody once over all its pages", async () => {
    const all = Array.from({ length: 130 }, (_, i) => `${i % 2 ? "mid" : "id"}-${String(i).padStart(3, "0")}`);
    for (const name of all) await add(name);
    const { names: found, pages } = await allPages({ q: "id" });
    expect(pages).toBe(3);
    expect(found).toHaveLength(130);
    expect(new Set(found)).toEqual(new Set(all));
  });
});

describe("pages", () => {
  beforeEach(async () => {
    for (let i = 0; i < 121; i++) {
      const name = `p${String((i * 37) % 121).padStart(3, "0")}`;
      await add(name, { role: i % 3 ? "user" : "admin", mfa: i % 2 ? "s" : null, seen: i % 4 ? 0 : 1000 + (i % 8) });
    }
  });

  for (const sort of SORTS) {
    test(`meet everybody once and in order, sorted by ${sort}`, async () => {
      const { names: found, pages } = await allPages({ sort });
      expect(pages).toBe(3);
      expect(found).toEqual(await inOrder(sort));
    });
  }

  test("stay in order with a filter", async () => {
    const { names: found } = await allPages({ sort: "-seen", role: "user" });
    const users = new Set(
      (await db.all<{ n: string }>("SELECT username AS n FROM users WHERE role = 'user'")).map((r) => r.n),
    );
    expect(found).toEqual((await inOrder("-seen")).filter((name) => users.has(name)));
  });

  test("start from the beginning when the place is of another order", async () => {
    expect(await names({ sort: "created" }, ["p050"])).toEqual(await names({ sort: "created" }));
    expect(await names({ sort: "-seen" }, ["p050", "x"])).toEqual(await names({ sort: "-seen" }));
  });
});

async function inOrder(sort: Sort): Promise<string[]> {
  const by = { name: "username_key", created: "id", seen: "signed_in_at, id" }[sort.replace("-", "") as "name"];
  const order = sort.startsWith("-") ? by.replace(/\w+/g, "$& DESC") : by;
  return (await db.all<{ n: string }>(`SELECT username AS n FROM users ORDER BY ${order}`)).map(({ n }) => n);
}

describe("the last admin who can sign in", () => {
  const changes = {
    demote: (id: number) => sqlSetRole(id, "user", NOW_MS),
    disable: (id: number) => sqlDisable(id, { reason: "x", untilMs: NOW_MS + DAY_MS, nowMs: NOW_MS }),
    delete: (id: number) => sqlDeleteUser(id, NOW_MS),
  };
  const idOf = async (name: string) =>
    (await db.one<{ id: number }>("SELECT id FROM users WHERE username = ?", [name]))!.id;

  for (const [name, change] of Object.entries(changes)) {
    test(`cannot be touched by: ${name}`, async () => {
      await add("ann", { role: "admin" });
      await add("bob");
      await add("carol", { role: "admin", hash: "" });
      await add("carol2", { role: "admin", disabledAt: 1 });
      await add("carol3", { role: "admin", disabledAt: 1, until: NOW_MS + 1 });
      expect(await db.batch([change(await idOf("ann"))])).toBe(false);
    });

    test(`is not the last while another can: ${name}`, async () => {
      await add("ann", { role: "admin" });
      await add("bob", { role: "admin", disabledAt: 1, until: NOW_MS });
      expect(await db.batch([change(await idOf("ann"))])).toBe(true);
    });
  }

  test("does not keep users and other admins from being disabled and deleted", async () => {
    await add("ann", { role: "admin" });
    await add("bob");
    await add("carol", { role: "admin", hash: "" });
    expect(await db.batch([changes.disable(await idOf("bob"))])).toBe(true);
    expect(await db.batch([changes.delete(await idOf("bob"))])).toBe(true);
    expect(await db.batch([changes.delete(await idOf("carol"))])).toBe(true);
  });
});

test("a person is read without hash and secret", async () => {
  await add("ann", { hash: "hash-of-ann", mfa: "secret-of-ann" });
  const person = await findPerson(db, 1);
  expect(JSON.stringify(person)).not.toMatch(/hash-of-ann|secret-of-ann/);
  expect(person).toMatchObject({ username: "ann", hasPassword: true, hasAuthenticator: true, signedInAtMs: null });
});
