import { afterEach, expect, test } from "bun:test";
import { createApp } from "#src/app.tsx";
import { HashingBusy } from "#src/auth/hash-pool.ts";
import { DatabaseUnavailable } from "#src/db/db.ts";
import { defineFragment } from "#src/fragment.ts";
import { Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

let t: TestApp;
afterEach(() => t.close());

const PARTIAL = { "HX-Request": "true", "HX-Request-Type": "partial" };
const CANARY = "canary: /srv/secret.ts line 7";

/** The same application with a database that fails. */
function brokenBy(error: unknown): Browser {
  const fail = () => Promise.reject(error);
  const db = { ...t.deps.db, dialect: t.deps.db.dialect, all: fail, one: fail, run: fail, batch: fail };
  const browser = new Browser(createApp({ ...t.deps, db }));
  browser.cookies.set("session", "x".repeat(43));
  return browser;
}

test("whatever is thrown, the browser learns a number, the log the rest, and the process lives on", async () => {
  t = await openApp();
  for (const thrown of [new Error(CANARY), CANARY, undefined, null, { message: CANARY }, 7, Symbol("x")]) {
    const answer = await brokenBy(thrown).get("/");
    expect(answer.status).toBe(500);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    const page = await answer.text();
    expect(page).not.toContain("canary");
    const requestId = page.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)?.[0];
    expect(t.logged()).toContain(requestId!);
  }
  expect(t.logged()).toContain(CANARY);
  expect((await t.browser().get("/login")).status).toBe(200);
});

test("a database that is away is 503 with Retry-After, for pages and for parts, and lets nobody in", async () => {
  t = await openApp();
  const browser = brokenBy(new DatabaseUnavailable(CANARY));
  for (const headers of [{}, PARTIAL]) {
    const answer = await browser.get("/", headers);
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("5");
    expect(await answer.text()).not.toContain("canary");
  }
  expect((await browser.post("/login", { username: "ann", password: PASSWORD })).status).toBe(503);
  expect((await browser.get("/readyz")).status).toBe(503);
  expect((await browser.get("/healthz")).status).toBe(200);
});

test("too many passwords at once are 503 with Retry-After, and the attempt does not count", async () => {
  t = await openApp();
  await t.addUser("ann");
  const verify = () => Promise.reject(new HashingBusy(10));
  const busy = new Browser(createApp({ ...t.deps, passwords: { ...t.deps.passwords, verify } }));
  for (let i = 0; i < 10; i++) {
    const answer = await busy.post("/login", { username: "ann", password: PASSWORD });
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "10"]);
  }
  expect((await t.browser().post("/login", { username: "ann", password: PASSWORD })).status).toBe(204);
});

test("what broke on our side can be tried again, where that posts nothing, and has a number to report", async () => {
  t = await openApp();
  const retry = /<a class="button" href="">Try again</;
  const broken = brokenBy(new Error(CANARY));
  expect(await (await broken.get("/")).text()).toMatch(retry);
  expect(await (await broken.plainPost("/login", {})).text()).not.toMatch(retry);
  const lost = await (await (await t.signIn(await t.addUser("ann"))).get("/nothing")).text();
  expect(lost).not.toMatch(retry);
  expect(lost).not.toContain("request-number");
});

test("an error during a form leaves the form in place and speaks beside it", async () => {
  t = await openApp();
  const answer = await brokenBy(new Error(CANARY)).post("/login", { username: "ann", password: PASSWORD });
  expect(answer.headers.get("HX-Retarget")).toBe("#toasts");
  expect(await answer.text()).toStartWith("<div");
});

test("an unknown address is 404 with a way on, as a page and as a part, also among the static files", async () => {
  t = await openApp();
  for (const path of [
    "/nothing",
    "/static/nothing.js",
    "/static/..%2f..%2fpackage.json",
    "/.env",
    "/.git/HEAD",
    "/%ff",
  ]) {
    const answer = await t.browser().get(path);
    expect(`${path}: ${answer.status}`).toBe(`${path}: 404`);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
  }
  const ann = await t.signIn(await t.addUser("ann"));
  const page = await ann.get("/nothing");
  expect(page.status).toBe(404);
  expect(await page.text()).toContain('href="/"');
  expect(await (await ann.get("/nothing", PARTIAL)).text()).toStartWith("<div");
});

test("a fragment that fails spoils its own card alone", async () => {
  const broken = defineFragment({
    title: "Broken",
    render: () => {
      throw new Error(CANARY);
    },
  });
  const text = defineFragment({ title: "Text", render: () => Promise.reject("just a text") });
  const fine = defineFragment({ title: "Fine", render: () => "all is well" });
  const all = { broken, text, fine };
  t = await openApp({
    fragments: {
      usable: Object.entries(all).map(([name, fragment]) => ({ name, fragment })),
      faulty: [],
      find: (name) => all[name as keyof typeof all] ?? null,
      failures: new Map(),
    },
  });
  const ann = await t.signIn(await t.addUser("ann"));
  for (const name of ["broken", "text"]) {
    const answer = await ann.get(`/fragments/${name}`, PARTIAL);
    expect(answer.status).toBe(500);
    const box = await answer.text();
    expect(box).toContain("Retry");
    expect(box).not.toContain("canary");
  }
  expect(await (await ann.get("/fragments/fine", PARTIAL)).text()).toContain("all is well");
});
