import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

/*
 * Walks every route there is as every kind of visitor. A route is private unless it stands in this list: a new one that
 * answers a stranger fails here until somebody decided that it may.
 */
const OPEN_TO_ALL = new Set([
  "GET /static/*",
  "GET /healthz",
  "GET /readyz",
  // 404 for everybody but a direct neighbour on loopback and admins.
  "GET /metrics",
  "GET /login",
  "POST /login",
  // These look at a ticket or token and lead to /login, or answer 404, without one.
  "GET /login/code",
  "POST /login/code",
  "GET /login/enrol",
  "POST /login/enrol",
  "POST /login/enrol/codes.txt",
  "POST /login/enrol/done",
  "POST /logout",
  "GET /setup/:token",
  "POST /setup/:token",
  "GET /invite/:token",
  "POST /invite/:token",
  "GET /reset",
  "POST /reset",
  "GET /reset/:token",
  "POST /reset/:token",
]);

let t: TestApp;
let admin: Browser;
const outsiders: Record<string, Browser> = {};

beforeAll(async () => {
  t = await openApp();
  outsiders.stranger = t.browser();

  await t.addUser("bob");
  outsiders["half signed in"] = t.browser();
  await outsiders["half signed in"].post("/login", { username: "bob", password: PASSWORD });

  const carol = await t.addUser("carol", { role: "admin" });
  outsiders.disabled = await t.signIn(carol);
  await t.db.run("UPDATE users SET disabled_at = ? WHERE id = ?", [t.deps.clock(), carol.id]);

  outsiders["with an invented cookie"] = t.browser();
  outsiders["with an invented cookie"].cookies.set("session", "A".repeat(43));

  admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
});
afterAll(() => t.close());

/** Every address with a handler of its own; `ALL` are middleware. */
function routes(): { method: string; path: string; name: string }[] {
  const seen = new Map<string, { method: string; path: string; name: string }>();
  for (const { method, path } of t.app.routes) {
    const name = `${method} ${path}`;
    if (method !== "ALL")
      seen.set(name, { method, path: path.replace(/:\w+(\{[^}]*\})?/g, "1").replace("*", "x"), name });
  }
  return [...seen.values()];
}

const ask = (browser: Browser, method: string, path: string) =>
  method === "GET" ? browser.get(path) : browser.plainPost(path, {});

describe("every route", () => {
  test("is private or stands in the list of those that are not", async () => {
    for (const { method, path, name } of routes()) {
      if (OPEN_TO_ALL.has(name)) continue;
      for (const [who, browser] of Object.entries(outsiders)) {
        const answer = await ask(browser, method, path);
        const told = `${name} for ${who}: ${answer.status}`;
        expect(told).toBe(`${name} for ${who}: 303`);
        expect(answer.headers.get("Location")).toStartWith("/login");
        expect(await answer.text()).toBe("");
      }
    }
  });

  test("that is an admin's refuses a user", async () => {
    const user = await t.signIn(await t.addUser("carol2"));
    for (const { method, path, name } of routes()) {
      if (!path.startsWith("/admin")) continue;
      expect(`${name}: ${(await ask(user, method, path)).status}`).toBe(`${name}: 403`);
    }
  });

  test("answers an admin without an error of ours", async () => {
    for (const { method, path, name } of routes()) {
      if (path.startsWith("/logout")) continue;
      const answer = await ask(admin, method, path);
      expect(`${name}: ${answer.status < 500}`).toBe(`${name}: true`);
    }
  });

  test("that changes something refuses a foreign page, whoever is signed in", async () => {
    for (const { method, path, name } of routes()) {
      if (method === "GET") continue;
      for (const headers of [
        { Origin: "https://evil.example" },
        { Origin: "null" },
        { Origin: "http://localhost:3000", "Sec-Fetch-Site": "cross-site" },
        { Origin: "http://localhost:3001" },
      ]) {
        const answer = await admin.send(path, { method, headers, body: new URLSearchParams() });
        expect(`${name}: ${answer.status}`).toBe(`${name}: 403`);
      }
      const without = await admin.send(path, { method, body: new URLSearchParams() });
      expect(`${name} without Origin: ${without.status}`).toBe(`${name} without Origin: 403`);
      const json = await admin.send(path, {
        method,
        body: "{}",
        headers: { Origin: "http://localhost:3000", "Content-Type": "application/json" },
      });
      expect(`${name} as JSON: ${json.status}`).toBe(`${name} as JSON: 415`);
    }
  });
});

test("a list entry that is no route any more is taken out", () => {
  const names = new Set(routes().map(({ name }) => name));
  expect([...OPEN_TO_ALL].filter((name) => !names.has(name))).toEqual([]);
});

test("the guard of one part never guards another", async () => {
  expect((await t.browser().get("/login")).status).toBe(200);
  expect((await t.browser().get("/healthz")).status).toBe(200);
});
