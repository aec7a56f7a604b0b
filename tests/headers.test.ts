import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createApp } from "#src/app.tsx";
import { AT_ONCE } from "#src/auth/budget.ts";
import { HashingBusy } from "#src/auth/hash-pool.ts";
import { DatabaseUnavailable } from "#src/db/db.ts";
import { Browser, openApp, PASSWORD, type TestApp } from "./support/app.ts";

/*
 * Every answer there is, whoever asks and however it goes, carries the same protection. The sweep asks every route in the
 * table, so a new one is checked without being named here.
 */

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx";
const ALWAYS = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};
const POWERFUL = ["camera", "microphone", "geolocation", "payment", "usb", "serial", "hid", "display-capture"];
const PARTIAL = { "HX-Request": "true", "HX-Request-Type": "partial" };
const HTTPS = "https://tools.example.org";

type Kind = "page" | "file" | "bare";

/** Everything that is wrong with the headers of an answer. */
function faults({ headers, status }: Response, body: string, kind: Kind, https = false): string[] {
  const found: string[] = [];
  const expected = (name: string, value: string | null) => {
    if (headers.get(name) !== value) found.push(`${name}: ${headers.get(name)}`);
  };
  for (const [name, value] of Object.entries(ALWAYS)) expected(name, value);
  expected("Strict-Transport-Security", https ? "max-age=31536000; includeSubDomains" : null);
  expected("Cache-Control", kind === "file" ? "public, max-age=31536000, immutable" : "no-store");
  const varies = { page: /(^|, )HX-Request-Type/, file: /^Accept-Encoding$/, bare: /^/ }[kind];
  if (!varies.test(headers.get("Vary") ?? "")) found.push(`Vary: ${headers.get("Vary")}`);
  const type = headers.get("Content-Type");
  if (type?.startsWith("text/") && !/charset=utf-8/i.test(type)) found.push(`Content-Type: ${type}`);
  if (type === null && ![204, 303, 401].includes(status)) found.push("no Content-Type");
  for (const name of ["Server", "X-Powered-By", "Via", "Access-Control-Allow-Origin"]) expected(name, null);
  const permissions = headers.get("Permissions-Policy") ?? "";
  // Permissions belong to documents: parts and files do without that longest of all headers.
  for (const feature of body.startsWith("<!DOCTYPE") ? POWERFUL : [])
    if (!permissions.includes(`${feature}=()`)) found.push(`Permissions-Policy: ${feature}`);
  return found;
}

let t: TestApp;
const visitors: Record<string, Browser> = {};

beforeAll(async () => {
  t = await openApp();
  visitors.stranger = t.browser("198.51.100.1");
  visitors["half signed in"] = t.browser("198.51.100.2");
  await t.addUser("bob");
  await visitors["half signed in"].post("/login", { username: "bob", password: PASSWORD });
  visitors.user = await t.signIn(await t.addUser("carol"));
  visitors.admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
});
afterAll(() => t.close());

const seen = new Map<number, number>();

async function expectProtected(name: string, asked: Promise<Response>, kind: Kind = "page", https = false) {
  const answer = await asked;
  const isHtml = answer.headers.get("Content-Type")?.startsWith("text/html") ?? false;
  const body = isHtml ? await answer.text() : "";
  if (!isHtml) await answer.body?.cancel();
  seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
  expect(`${name} (${answer.status}) ${faults(answer, body, kind, https)}`).toBe(`${name} (${answer.status}) `);
  return answer;
}

/** Addresses with a handler of their own. */
function addresses(): string[] {
  const paths = t.app.routes.filter(({ method }) => method !== "ALL").map(({ path }) => path);
  return [...new Set(paths)].map((path) => path.replace(/:\w+(\{[^}]*\})?/g, "1").replace("*", "x"));
}

const kindOf = (path: string): Kind => (path.startsWith("/static/") ? "bare" : "page");

describe("the same headers", () => {
  test("on every address, for every visitor, by every method, as page and as part", async () => {
    for (const path of addresses()) {
      for (const [who, browser] of Object.entries(visitors)) {
        for (const headers of [{}, PARTIAL]) {
          await expectProtected(`GET ${path} for ${who}`, browser.get(path, headers), kindOf(path));
          for (const method of ["HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
            await expectProtected(`${method} ${path} for ${who}`, browser.send(path, { method, headers }), "bare");
          if (path === "/logout") continue;
          await expectProtected(`POST ${path} for ${who}`, browser.plainPost(path, {}, headers), "bare");
        }
      }
    }
    for (const status of [200, 204, 303, 401, 403, 404, 405, 422])
      expect([status, seen.has(status)]).toEqual([status, true]);
  });

  test("when too much, the wrong kind or nonsense is sent", async () => {
    const { stranger } = visitors;
    const type = "application/x-www-form-urlencoded";
    const post = (body: string, headers: Record<string, string> = {}) =>
      stranger!.send("/login", {
        method: "POST",
        body,
        headers: { Origin: "http://localhost:3000", "Content-Type": type, ...headers },
      });
    expect((await expectProtected("large", post("x".repeat(70_000)))).status).toBe(413);
    expect((await expectProtected("many fields", post("a=&".repeat(101)))).status).toBe(413);
    expect((await expectProtected("JSON", post("{}", { "Content-Type": "application/json" }))).status).toBe(415);
    expect((await expectProtected("no UTF-8", post("a=%ff"))).status).toBe(400);
    expect((await expectProtected("foreign", post("a=b", { Origin: "https://evil.example" }))).status).toBe(403);
    expect((await expectProtected("two hosts", stranger!.get("/", { Host: "a, b" }), "bare")).status).toBe(400);
  });

  test("when somebody is slowed down, for one account or in all", async () => {
    const guesser = t.browser("198.51.100.7");
    for (let i = 0; i < 5; i++) await guesser.post("/login", { username: "bob", password: "wrong" });
    const throttled = await expectProtected("guesser", guesser.post("/login", { username: "bob", password: "wrong" }));
    const flood = t.browser("198.51.100.8");
    for (let i = 0; i < AT_ONCE; i++) await flood.post("/logout");
    const flooded = await expectProtected("flood", flood.plainPost("/logout"));
    for (const { status, headers } of [throttled, flooded]) {
      expect(status).toBe(429);
      expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
    }
  });

  test("when something of ours is broken or busy, the error page included", async () => {
    const brokenBy = (error: unknown) => {
      const fail = () => Promise.reject(error);
      const db = { ...t.deps.db, dialect: t.deps.db.dialect, all: fail, one: fail, run: fail, batch: fail };
      const browser = new Browser(createApp({ ...t.deps, db }));
      browser.cookies.set("session", "x".repeat(43));
      return browser;
    };
    for (const headers of [{}, PARTIAL]) {
      expect((await expectProtected("error", brokenBy(new Error("x")).get("/", headers))).status).toBe(500);
      expect((await expectProtected("text", brokenBy("x").get("/", headers))).status).toBe(500);
      const away = brokenBy(new DatabaseUnavailable("x"));
      expect((await expectProtected("away", away.get("/", headers))).status).toBe(503);
      expect((await expectProtected("not ready", away.get("/readyz", headers))).status).toBe(503);
      const busy = await brokenBy(new HashingBusy(3)).get("/", headers);
      expect(busy.headers.get("Retry-After")).toBe("3");
    }
    const assets = new Proxy(t.deps.assets, {
      get: () => {
        throw new Error("even the error page needs this");
      },
    });
    const wrecked = new Browser(createApp({ ...t.deps, assets }));
    expect((await expectProtected("wrecked", wrecked.get("/login"), "bare")).status).toBe(500);
  });

  test("on files, which alone may be kept", async () => {
    for (const path of [t.deps.assets.outside, t.deps.assets.inside].flatMap(Object.values))
      for (const method of ["GET", "HEAD"])
        expect((await expectProtected(path, t.browser().send(path, { method }), "file")).status).toBe(200);
    await expectProtected("no file", t.browser().get("/static/x.js"), "bare");
  });

  test("over https, with HSTS for a year and all subdomains", async () => {
    const secure = await openApp({ publicOrigin: HTTPS });
    for (const path of ["/", "/login", "/nothing", "/healthz", "/static/x", secure.deps.assets.outside.css]) {
      const kind = path.startsWith("/static/x") ? "bare" : path.startsWith("/static/") ? "file" : "page";
      await expectProtected(path, secure.browser().get(path), kind, true);
    }
    await expectProtected("bare", secure.browser().get("/", { Host: "a, b" }), "bare", true);
    await secure.close();
  });
});

describe("a method an address does not know", () => {
  test.each([
    ["DELETE", "/login", "GET, HEAD, POST"],
    ["OPTIONS", "/login", "GET, HEAD, POST"],
    ["TRACE", "/healthz", "GET, HEAD"],
    ["GET", "/logout", "POST"],
    ["HEAD", "/logout", "POST"],
    ["PUT", "/static/x", "GET, HEAD"],
  ])("%s %s: 405, and Allow says %s", async (method, path, allow) => {
    const answer = await t.browser("198.51.100.3").send(path, { method });
    expect([answer.status, answer.headers.get("Allow")]).toEqual([405, allow]);
  });

  test("is 404 where there is no such address, and tells strangers nothing of what they may not see", async () => {
    const { stranger, admin } = visitors;
    expect((await admin!.send("/nothing", { method: "PROPFIND" })).status).toBe(404);
    for (const path of ["/account", "/admin/users", "/fragments/account", "/fragments/nothing"]) {
      const answer = await stranger!.send(path, { method: "PROPFIND" });
      expect([path, answer.status, answer.headers.get("Allow")]).toEqual([path, 303, null]);
    }
  });
});

test("HEAD is GET without the body, for every address and visitor", async () => {
  for (const path of addresses()) {
    for (const [who, browser] of Object.entries(visitors)) {
      const get = await browser.get(path);
      await get.body?.cancel();
      const head = await browser.send(path, { method: "HEAD" });
      expect(await head.text()).toBe("");
      const told = (answer: Response) =>
        `${path} for ${who}: ${answer.status} ${answer.headers.get("Content-Type")} ${answer.headers.get("Location")}`;
      expect(told(head)).toBe(told(get));
    }
  }
});
