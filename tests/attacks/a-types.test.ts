import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createApp } from "#src/app.tsx";
import type { Db } from "#src/db/db.ts";
import { findUserByKey } from "#src/store/users.ts";
import { Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

const nameCount = async () => (await t.db.one<{ n: number }>("SELECT COUNT(*) AS n FROM users"))!.n;

describe("who is meant", () => {
  test("is said by a text alone: for MySQL the number 0 would be everybody whose name is no number", async () => {
    await t.addUser("ann");
    const others = [
      0,
      1,
      false,
      true,
      0n,
      Number.NaN,
      ["ann"],
      { ann: 1 },
      { toSqlString: () => "1 OR 1=1" },
      new Date(),
    ];
    for (const other of others) expect(findUserByKey(t.db, other as never)).rejects.toBeInstanceOf(TypeError);
    expect((await findUserByKey(t.db, "ann"))?.username).toBe("ann");
    expect(await findUserByKey(t.db, "0")).toBeNull();
  });

  test("is never a number, a list or an object in a form, nor JSON", async () => {
    await t.addUser("ann");
    const send = (type: string, body: string) =>
      t.browser().send("/login", {
        method: "POST",
        body,
        headers: { Origin: "http://localhost:3000", "Content-Type": type },
      });
    for (const name of ["0", "false", "null", "[]", "{}", "1e0"]) {
      const body = `username=${name}&password=${encodeURIComponent(PASSWORD)}`;
      const { status } = await send("application/x-www-form-urlencoded", body);
      expect([name, status]).toEqual([name, 401]);
    }
    for (const type of ["application/json", "application/json; charset=utf-8", "application/csp-report", "text/plain"])
      expect((await send(type, JSON.stringify({ username: 0, password: PASSWORD }))).status).toBe(415);
  });
});

describe("a role", () => {
  const ALMOST = [
    "1",
    "0",
    "2",
    "ADMIN",
    "Admin",
    "admin ",
    " admin",
    "admin\t",
    "admin\0",
    "ａｄｍｉｎ",
    "",
    "root",
    "user,admin",
  ];

  test("is spelled exactly, or nobody is registered or changed", async () => {
    const admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
    const bob = await t.addUser("bob");
    for (const [i, role] of ALMOST.entries()) {
      const registered = await admin.post("/admin/users", { username: `new${i}`, role });
      const changed = await admin.post(`/admin/users/${bob.id}/role`, { role });
      const several = await admin.post("/admin/users/bulk", { id: String(bob.id), act: role });
      expect([role, registered.status, changed.status, several.status]).toEqual([role, 422, 422, 422]);
    }
    expect(await t.db.all("SELECT username, role FROM users ORDER BY id")).toEqual([
      { username: "ann", role: "admin" },
      { username: "bob", role: "user" },
    ]);
  });

  test("comes from no other form", async () => {
    const bob = await t.addUser("bob");
    const browser = await t.signIn(bob);
    const extra = { role: "admin", "user[role]": "admin", id: "1", user_id: "1", is_admin: "1" };
    const change = { current_password: PASSWORD, new_password: "seven purple giraffes dancing" };
    await browser.post("/account/password", { ...change, confirm_password: change.new_password, ...extra });
    await browser.post("/customise", { order: "account", ...extra });
    await t.browser().post("/login", { username: "bob", password: PASSWORD, ...extra });
    expect(await t.db.one("SELECT role FROM users")).toEqual({ role: "user" });
  });

  test("is refused by the database too, whatever reaches it", async () => {
    await t.addUser("ann");
    for (const role of ["ADMIN", "root", "", "admin\0"])
      expect(t.db.run("UPDATE users SET role = ?", [role])).rejects.toThrow();
  });
});

test("twins of a name are the same name or no name, never a second account", async () => {
  const admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
  await t.addUser("bob");
  const same = ["bob", "BOB", "Bob", " bob ", "bob ", "ｂｏｂ", "\u00a0bob", "b\uff2fb"];
  const none = [
    "bob\0",
    "bob\x01",
    "bob\t",
    "b\u200bob",
    "\ufeffbob",
    "b\u00adob",
    "bób",
    "bo\u0308b",
    "bоb",
    "ßob",
    "b🔑b",
    "bob\n",
  ];
  for (const username of same) {
    const { status } = await admin.post("/admin/users", { username });
    expect([username, status]).toEqual([username, 409]);
  }
  for (const username of none) {
    const { status } = await admin.post("/admin/users", { username });
    expect([username, status]).toEqual([username, 422]);
  }
  expect(await nameCount()).toBe(2);
});

test("five failures under as many spellings are five failures of one person", async () => {
  await t.addUser("bob");
  for (const username of ["bob", "BOB", " bob", "ｂｏｂ", "bob "])
    expect((await t.browser().post("/login", { username, password: "wrong" })).status).toBe(401);
  const sixth = await t.browser().post("/login", { username: "BoB", password: PASSWORD });
  expect(sixth.status).toBe(429);
});

test("what was not valid UTF-8 is refused everywhere, in names and values of fields", async () => {
  const admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
  const type = { Origin: "http://localhost:3000", "Content-Type": "application/x-www-form-urlencoded" };
  for (const path of ["/login", "/reset", "/logout", "/admin/users", "/account/password", "/customise", "/confirm"]) {
    for (const body of ["x=%ff", "%ff=x", "new_password=%ed%a0%80abcdefghijkl", "a=b&code=%c0%80"]) {
      const answer = await admin.send(path, { method: "POST", body, headers: type });
      expect([path, body, answer.status]).toEqual([path, body, 400]);
    }
  }
});

test("no request makes a new SQL text: what differs is bound", async () => {
  const texts = new Set<string>();
  const noting = (work: "all" | "one" | "run") => (sql: string, params?: readonly never[]) => {
    texts.add(sql);
    return t.db[work](sql, params) as never;
  };
  const batch: Db["batch"] = (statements) => {
    for (const { sql } of statements) texts.add(sql);
    return t.db.batch(statements);
  };
  const db = {
    dialect: t.db.dialect,
    all: noting("all"),
    one: noting("one"),
    run: noting("run"),
    batch,
  } as unknown as Db;
  const ann = await t.addUser("ann", { role: "admin" });
  const app = createApp({ ...t.deps, db });
  const round = async (i: number) => {
    const admin = await t.signIn(ann, new Browser(app));
    const person = await t.addUser(`person${i}`);
    await admin.post("/admin/users", { username: `invited${i}` });
    await admin.post("/admin/users/bulk", { id: String(person.id), act: "enable" });
    await admin.post(`/admin/users/${person.id}/disable`, { reason: `reason ${i}` });
    for (const path of [`/admin/users?q=p${i}`, `/admin/users/${person.id}`, `/admin/audit?q=${i}`, "/account", "/"])
      await admin.get(path);
    await t.browser(`198.51.100.${i}`).post("/login", { username: `nobody${i}`, password: `wrong${i}` });
  };
  for (let i = 0; i < 3; i++) await round(i);
  const known = texts.size;
  for (let i = 3; i < 8; i++) await round(i);
  expect(texts.size).toBe(known);
});
