import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { hashToken } from "#src/auth/token.ts";
import { POLLING_HEADER } from "#src/session.ts";
import { purgeExpired } from "#src/store/purge.ts";
import { openApp, PASSWORD, type TestApp } from "../support/app.ts";

const MINUTE_MS = 60_000;

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

const statusOf = async (browser: { get(path: string): Promise<Response> }) => (await browser.get("/")).status;

describe("a session ends", () => {
  test("after 30 minutes without activity, and not a minute earlier", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    t.advance(29 * MINUTE_MS);
    expect(await statusOf(browser)).toBe(200);
    t.advance(29 * MINUTE_MS);
    expect(await statusOf(browser)).toBe(200);
    t.advance(30 * MINUTE_MS);
    expect(await statusOf(browser)).toBe(303);
  });

  test("after 12 hours, however active", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
      t.advance(20 * MINUTE_MS);
      expect(await statusOf(browser)).toBe(200);
    }
    t.advance(20 * MINUTE_MS);
    expect(await statusOf(browser)).toBe(303);
  });

  test("although a card polls", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    for (let i = 0; i < 3; i++) {
      t.advance(10 * MINUTE_MS - 1);
      await browser.get("/fragments/account", { [POLLING_HEADER]: "true", "HX-Request-Type": "partial" });
    }
    t.advance(3);
    expect(await statusOf(browser)).toBe(303);
  });

  test("at sign-out, also for a copy of the cookie", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    const thief = t.browser();
    for (const [name, value] of browser.cookies) thief.cookies.set(name, value);
    expect(await statusOf(thief)).toBe(200);
    expect((await browser.post("/logout")).headers.get("HX-Redirect")).toBe("/login");
    expect([...browser.cookies]).toEqual([["session", "signed-out"]]);
    expect(await statusOf(thief)).toBe(303);
  });

  test("when its user is disabled, on the next request", async () => {
    const ann = await t.addUser("ann");
    const browser = await t.signIn(ann);
    await t.db.run("UPDATE users SET disabled_at = ? WHERE id = ?", [t.deps.clock(), ann.id]);
    expect(await statusOf(browser)).toBe(303);
  });
});

describe("the role", () => {
  test("is the one the user has now", async () => {
    const ann = await t.addUser("ann", { role: "admin" });
    const browser = await t.signIn(ann);
    expect((await browser.get("/fragments/who-is-signed-in")).status).toBe(200);
    await t.db.run("UPDATE users SET role = 'user' WHERE id = ?", [ann.id]);
    expect((await browser.get("/fragments/who-is-signed-in")).status).toBe(403);
  });
});

describe("the cookie", () => {
  test("holds a token the database does not know, and the database nothing that would serve as a cookie", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    const token = browser.cookies.get("session")!;
    const row = await t.db.one<{ session_id: string }>("SELECT session_id FROM user_sessions");
    expect(row!.session_id).toBe(hashToken(token));
    const thief = t.browser();
    thief.cookies.set("session", row!.session_id);
    expect(await statusOf(thief)).toBe(303);
  });

  test("is new at every sign-in; one that was planted before never becomes valid", async () => {
    const browser = t.browser();
    browser.cookies.set("session", "x".repeat(43));
    const ann = await t.addUser("ann");
    await t.signIn(ann, browser);
    const first = browser.cookies.get("session")!;
    expect(first).not.toBe("x".repeat(43));
    await t.signIn(ann, browser);
    expect(browser.cookies.get("session")).not.toBe(first);
  });

  test("is guarded by the browser over https, and by name and path on loopback", async () => {
    const answer = async (app: TestApp, origin: string) => {
      await app.addUser("carol");
      return app.browser().post("/login", { username: "carol", password: PASSWORD }, { Origin: origin });
    };
    expect((await answer(t, "http://localhost:3000")).headers.getSetCookie()[0]).toMatch(
      /^ticket=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const secure = await openApp({ publicOrigin: "https://tools.example.org" });
    expect((await answer(secure, "https://tools.example.org")).headers.getSetCookie()[0]).toMatch(
      /^__Host-ticket=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    await secure.close();
  });

  test("anything that is no token costs no look-up and opens nothing", async () => {
    for (const value of ["", "x", "x".repeat(44), "../../etc", "%00".repeat(14), "x".repeat(5000)]) {
      const browser = t.browser();
      browser.cookies.set("session", value);
      expect(await statusOf(browser)).toBe(303);
    }
  });
});

test("activity is written at most once a minute and never revives a session", async () => {
  const browser = await t.signIn(await t.addUser("ann"));
  const lastSeen = async () =>
    (await t.db.one<{ seen: number }>("SELECT last_seen_at AS seen FROM user_sessions"))?.seen;
  const started = await lastSeen();
  t.advance(MINUTE_MS - 1);
  await statusOf(browser);
  expect(await lastSeen()).toBe(started!);
  t.advance(1);
  await statusOf(browser);
  expect(await lastSeen()).toBe(started! + MINUTE_MS);
});

test("what has expired is deleted, what is open stays", async () => {
  const open = await t.addUser("ann");
  await t.signIn(await t.addUser("bob"));
  t.advance(t.deps.config.sessionLifetimeMs);
  const browser = await t.signIn(open);
  const deleted = await purgeExpired(t.db, t.deps.clock());
  expect(deleted).toBeGreaterThan(0);
  expect(await t.db.one("SELECT COUNT(*) AS left_over FROM user_sessions")).toEqual({ left_over: 1 });
  expect(await statusOf(browser)).toBe(200);
});

test("an expired session during a partial request leads to the sign-in page and back again", async () => {
  const browser = await t.signIn(await t.addUser("ann"));
  t.advance(31 * MINUTE_MS);
  const answer = await browser.get("/fragments/account", {
    "HX-Request": "true",
    "HX-Request-Type": "partial",
    "HX-Current-URL": "http://localhost:3000/fragments/account?x=1",
  });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("HX-Redirect")).toBe("/login?next=%2Ffragments%2Faccount%3Fx%3D1");
  expect(await answer.text()).toBe("");
});

describe("how long a session still lasts", () => {
  const leftOf = async (answer: Promise<Response>) => (await answer).json();
  const MINUTES = (idle: number, lifetime: number) => ({
    idleMs: idle * MINUTE_MS,
    lifetimeMs: lifetime * MINUTE_MS,
    warnMs: 2 * MINUTE_MS,
  });

  test("can be asked without prolonging it, and prolonged by asking for it", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    t.advance(28 * MINUTE_MS);
    const poll = { [POLLING_HEADER]: "1" };
    expect(await leftOf(browser.get("/session", poll))).toEqual(MINUTES(2, 692));
    expect(await leftOf(browser.get("/session", poll))).toEqual(MINUTES(2, 692));
    expect(await leftOf(browser.post("/session"))).toEqual(MINUTES(30, 692));
    expect(await leftOf(browser.get("/session", poll))).toEqual(MINUTES(30, 692));
  });

  test("stands in every page of a person, and in none of a stranger", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    const page = await (await browser.get("/account")).text();
    expect(page).toContain('data-idle-ms="1800000" data-lifetime-ms="43200000" data-warn-ms="120000"');
    expect(await (await t.browser().get("/login")).text()).not.toContain("data-idle-ms");
  });

  test("is told with where to sign in when it is over", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    t.advance(31 * MINUTE_MS);
    const headers = { "HX-Request": "true", "HX-Current-URL": "http://localhost:3000/account?a=1" };
    const answer = await browser.get("/session", headers);
    expect([answer.status, answer.headers.get("HX-Redirect")]).toEqual([401, "/login?next=%2Faccount%3Fa%3D1"]);
  });
});
