import { afterEach, beforeEach, expect, test } from "bun:test";
import { createApp } from "#src/app.tsx";
import { sqlEnrolMfa } from "#src/store/users.ts";
import { Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

/* Holes that somebody who was asked to break in has found, and that stay shut. */

let t: TestApp;
beforeEach(async () => {
  t = await openApp({ mfaPolicy: "admins" });
});
afterEach(() => t.close());

/** A browser for which something happens between reading the person and having checked the password. */
function slowHashing(meanwhile: () => Promise<unknown>): Browser {
  const { passwords } = t.deps;
  const verify: typeof passwords.verify = async (...args) => {
    const verdict = await passwords.verify(...args);
    await meanwhile();
    return verdict;
  };
  return new Browser(createApp({ ...t.deps, passwords: { ...passwords, verify } }));
}

const signIn = { username: "bob", password: PASSWORD };

test("who became an admin while the password was being checked is not let in without an authenticator", async () => {
  const bob = await t.addUser("bob", { authenticator: false });
  const browser = slowHashing(() => t.db.run("UPDATE users SET role = 'admin' WHERE id = ?", [bob.id]));
  expect((await browser.post("/login", signIn)).status).toBe(401);
  expect((await browser.get("/admin/users")).status).toBe(303);
});

test("who set up an authenticator meanwhile is not let in without its code", async () => {
  const bob = await t.addUser("bob", { authenticator: false });
  const browser = slowHashing(() => t.db.batch([sqlEnrolMfa(bob.id, "sealed", 0, t.deps.clock())]));
  expect((await browser.post("/login", signIn)).status).toBe(401);
  expect((await browser.get("/")).status).toBe(303);
});

test("who was disabled meanwhile has no session that wakes up when they are enabled", async () => {
  const bob = await t.addUser("bob", { authenticator: false });
  const browser = slowHashing(() => t.db.run("UPDATE users SET disabled_at = 1 WHERE id = ?", [bob.id]));
  expect((await browser.post("/login", signIn)).status).toBe(401);
  await t.db.run("UPDATE users SET disabled_at = NULL WHERE id = ?", [bob.id]);
  expect((await browser.get("/")).status).toBe(303);
});

test("a hundred failures from one address keep its people out for fifteen minutes, and a typo later for nothing", async () => {
  await t.addUser("bob", { authenticator: false });
  const office = t.browser();
  for (let i = 0; i < 100; i++) await office.post("/login", { username: `nobody${i}`, password: "x" });
  const blocked = await office.post("/login", signIn);
  expect([blocked.status, blocked.headers.get("Retry-After")]).toEqual([429, "900"]);
  t.advance(15 * 60_000);
  expect((await office.post("/login", { ...signIn, password: "typo" })).status).toBe(401);
  expect((await office.post("/login", signIn)).status).toBe(204);
});

test("an admin's session that was taken over cannot lift its own wait to go on guessing", async () => {
  const ann = await t.addUser("ann", { role: "admin" });
  const stolen = await t.signIn(ann);
  t.advance(11 * 60_000);
  const guesses: number[] = [];
  for (let i = 0; i < 12; i++) {
    expect((await stolen.post(`/admin/users/${ann.id}/unlock`)).status).toBe(403);
    guesses.push((await stolen.post("/confirm", { code: "000000" })).status);
  }
  expect(guesses.filter((status) => status === 401)).toHaveLength(5);
});

test("a form of nothing but separators is refused before it is taken apart, and a list of people is for admins", async () => {
  const stranger = t.browser();
  const parsed: unknown[] = [];
  const parse = Response.prototype.formData;
  Response.prototype.formData = function (this: Response) {
    parsed.push(this);
    return parse.call(this) as ReturnType<typeof parse>;
  };
  const post = (body: string) =>
    stranger.send("/admin/users/import/check", {
      method: "POST",
      body,
      headers: { Origin: "http://localhost:3000", "Content-Type": "application/x-www-form-urlencoded" },
    });
  try {
    expect((await post("a&".repeat(500_000))).status).toBe(413);
    expect((await post("a&".repeat(30_000))).status).toBe(413);
    expect((await post(`csv=${"x".repeat(500_000)}`)).status).toBe(413);
    expect(parsed).toHaveLength(0);
  } finally {
    Response.prototype.formData = parse;
  }
});

test("asking for the head of a stream opens none", async () => {
  const ann = await t.signIn(await t.addUser("ann", { role: "admin" }));
  for (let i = 0; i < 7; i++) expect((await ann.send("/live?of=system-status", { method: "HEAD" })).status).toBe(200);
  const stream = await ann.get("/live?of=system-status");
  expect(stream.status).toBe(200);
  await stream.body?.cancel();
});

test("changing the dashboard to and fro does not fill the audit log", async () => {
  const ann = await t.signIn(await t.addUser("ann"));
  for (let i = 0; i < 60; i++) await ann.post("/customise", { act: "reset" });
  const row = await t.db.one<{ n: number }>("SELECT COUNT(*) AS n FROM audit_log WHERE event = 'layout.changed'");
  expect(row!.n).toBeLessThanOrEqual(20);
});

test("names nobody has are forgotten although a reset by authenticator alone is capped", async () => {
  const capped = await openApp({ resetProof: "totp" });
  const fields = { username: "nobody", code: "000000", new_password: PASSWORD, confirm_password: PASSWORD };
  await capped.browser().post("/reset", fields);
  const row = await capped.db.one<{ latest: number }>("SELECT MAX(forget_at) AS latest FROM attempts");
  expect(row!.latest).toBeLessThan(capped.deps.clock() + 30 * 86_400_000);
  await capped.close();
});
