import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Window } from "happy-dom";
import { type Browser, openApp, PASSWORD, type TestApp } from "./support/app.ts";

/*
 * Small promises that belong to no single page; tests/asvs.ts names the requirement behind each. Where it can be, every
 * page there is is asked, so that a new one cannot forget them.
 */
let t: TestApp;
let admin: Browser;
/** Between password and code, and between password and the first authenticator. */
let half: Browser;
let enrolling: Browser;

beforeAll(async () => {
  t = await openApp();
  await t.addUser("bob12");
  admin = await t.signIn(await t.addUser("annann", { role: "admin" }));
  half = t.browser("192.0.2.9");
  await half.post("/login", { username: "bob12", password: PASSWORD });
  await t.addUser("ann99", { authenticator: false });
  enrolling = t.browser("192.0.2.10");
  await enrolling.post("/login", { username: "ann99", password: PASSWORD });
});
afterAll(() => t.close());

/** Addresses that answer a GET; `:id` is somebody, `:token` is nothing. */
const addresses = (): string[] => {
  const paths = t.app.routes.filter(({ method }) => method === "GET").map(({ path }) => path.replace(":id", "1"));
  return [...new Set(paths)].filter((path) => !/[:*]/.test(path) && !/^\/(live|metrics|healthz|readyz)/.test(path));
};

type Seen = { address: string; html: string; document: Window["document"] };

/** Every page as somebody sees it who may. */
async function pages(browser: Browser): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const address of addresses()) {
    const answer = await browser.get(address);
    const html = await answer.text();
    if (answer.status !== 200 || !html.startsWith("<!DOCTYPE html>")) continue;
    const { document } = new Window();
    document.write(html);
    seen.push({ address, html, document });
  }
  return seen;
}

const everyPage = async (): Promise<Seen[]> =>
  (await Promise.all([t.browser("192.0.2.11"), half, enrolling, admin].map(pages))).flat();

describe("on every page", () => {
  test("somebody signed in, whole or half, finds the way out", async () => {
    for (const browser of [admin, half, enrolling]) {
      const seen = (await pages(browser)).filter(({ address }) => browser === admin || /^\/login\//.test(address));
      expect(seen.length).toBeGreaterThan(0);
      const without = seen.filter(
        ({ document }) => document.querySelector('form[method=post][action="/logout"]') === null,
      );
      expect(without.map(({ address }) => address)).toEqual([]);
    }
  });

  test("passwords are hidden, may be pasted, and password managers know which is which", async () => {
    const purposes: Record<string, string> = {
      password: "current-password",
      current_password: "current-password",
      new_password: "new-password",
      confirm_password: "new-password",
      code: "one-time-code",
    };
    let found = 0;
    for (const { address, document } of await everyPage()) {
      for (const [name, purpose] of Object.entries(purposes)) {
        for (const input of document.querySelectorAll(`input[name=${name}]`)) {
          found++;
          const told = [address, name, input.getAttribute("type"), input.getAttribute("autocomplete")];
          expect(told).toEqual([address, name, name === "code" ? "text" : "password", purpose]);
          expect(
            [...input.attributes].map((attribute) => attribute.name).filter((one) => /^on|paste/.test(one)),
          ).toEqual([]);
        }
      }
    }
    expect(found).toBeGreaterThan(8);
  });

  test("what is secret is sent in the body of a form, never in an address", async () => {
    const secret = /^(password|current_password|new_password|confirm_password|code|recovery_code)$/;
    for (const { address, document } of await everyPage())
      for (const form of document.querySelectorAll("form")) {
        const names = [...form.querySelectorAll("[name]")].map((field) => field.getAttribute("name") ?? "");
        if (!names.some((name) => secret.test(name))) continue;
        expect([address, form.getAttribute("method"), form.hasAttribute("hx-get")]).toEqual([address, "post", false]);
      }
  });

  test("everything comes from here, and leads nowhere else by itself", async () => {
    for (const { address, document } of await everyPage()) {
      const loaded = [
        ...document.querySelectorAll("script[src], link[href], img[src], form[action], [hx-get], [hx-post]"),
      ];
      const places = loaded.flatMap((element) =>
        ["src", "href", "action", "hx-get", "hx-post"].flatMap((name) => element.getAttribute(name) ?? []),
      );
      expect(places.length).toBeGreaterThan(0);
      expect([address, places.filter((place) => !/^(\/(?!\/)|data:image\/|#|$)/.test(place))]).toEqual([address, []]);
    }
  });
});

/** All rows of all tables but what says when somebody was last here. */
async function everything(): Promise<string> {
  const tables = [
    "users",
    "tickets",
    "recovery_codes",
    "attempts",
    "audit_log",
    "locks",
    "server_keys",
    "fragment_layouts",
  ];
  const rows = [];
  for (const table of tables) rows.push(await t.db.all(`SELECT * FROM ${table}`));
  return JSON.stringify(rows);
}

describe("reading", () => {
  test("changes nothing, however often", async () => {
    const before = await everything();
    for (let round = 0; round < 2; round++)
      for (const browser of [t.browser("192.0.2.12"), half, admin])
        for (const address of addresses()) {
          await browser.get(address);
          await browser.send(address, { method: "HEAD" });
        }
    expect(await everything()).toBe(before);
  });

  test("is answered in one way, whatever is added: no callback, no other file behind a page", async () => {
    const plain = await (await admin.get("/account")).text();
    const asked = await (await admin.get("/account?callback=evil&jsonp=evil")).text();
    const steady = (html: string) => html.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "");
    expect(steady(asked)).toBe(steady(plain));
    for (const path of [
      "/account/x.css",
      "/account/..%2fstatic",
      "/account.css",
      "/;/account.js",
      "/admin/users/x.png",
    ]) {
      const answer = await admin.get(path);
      expect([path, answer.status, answer.headers.get("Cache-Control")]).toEqual([path, 404, "no-store"]);
    }
  });

  test("files of ours are the same for everybody", async () => {
    const html = await (await admin.get("/account")).text();
    const files = [...html.matchAll(/"(\/static\/[^"]+)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(1);
    for (const path of files) {
      const [ours, theirs] = await Promise.all([admin, t.browser()].map(async (who) => (await who.get(path)).text()));
      expect([path, ours === theirs, ours!.length > 0]).toEqual([path, true, true]);
    }
  });

  test.each(["-1", "0", "1e3", "0x1", "1.0", "01", " 1", "99999999999999999999", "1 OR 1=1", "1;", "NaN", "１"])(
    "a number in an address is a number in its only spelling: %p is nobody",
    async (id) => {
      expect((await admin.get(`/admin/users/${encodeURIComponent(id)}`)).status).toBe(404);
    },
  );
});

describe("what was sent", () => {
  test("is decoded once: %2561 is no a, in names and in addresses", async () => {
    const browser = t.browser("192.0.2.13");
    expect((await browser.post("/login", { username: "%62ob12", password: PASSWORD })).status).toBe(401);
    expect((await browser.post("/login", { username: "bob12", password: PASSWORD })).status).toBe(204);
    expect((await admin.get("/%2561dmin/users")).status).toBe(404);
  });

  test("never becomes a property of everything", async () => {
    const fields = [
      "__proto__",
      "constructor",
      "__proto__[polluted]",
      "constructor.prototype.polluted",
      "a[__proto__]",
    ];
    for (const field of fields)
      for (const path of ["/login", "/reset", "/confirm", "/admin/users", "/admin/users/bulk", "/customise"]) {
        const answer = await admin.plainPost(path, { [field]: "yes", "x.polluted": "yes" });
        expect([path, field, answer.status < 500]).toEqual([path, field, true]);
      }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("says nothing about the time: only our clock counts", async () => {
    const user = await t.addUser("carol9");
    const browser = t.browser("192.0.2.14");
    await browser.post("/login", { username: "carol9", password: PASSWORD });
    const later = { epoch: String(t.deps.clock() / 1000 + 300), time: String(t.deps.clock() + 300_000) };
    const headers = { Date: new Date(t.deps.clock() + 300_000).toUTCString() };
    const early = await browser.post("/login/code", { code: t.codeOf(user, 10), ...later }, headers);
    expect(early.status).toBe(401);
  });

  test("is written to the log as it is: %s and %o mean nothing there", async () => {
    t.deps.log.info({ text: "%s%o%c%d" }, "request");
    t.deps.log.error({ err: new Error("%s {} %j") }, "request failed");
    const [request, failed] = t
      .logged()
      .trim()
      .split("\n")
      .slice(-2)
      .map((line) => JSON.parse(line));
    expect([request.text, request.msg, failed.err.message]).toEqual(["%s%o%c%d", "request", "%s {} %j"]);
  });
});

test("cookies are short, and there are two", async () => {
  const browser = t.browser("192.0.2.15");
  const lines: string[] = [];
  const user = await t.addUser("carol90");
  for (const [path, fields] of [
    ["/login", { username: "carol90", password: PASSWORD }],
    ["/login/code", { code: t.codeOf(user) }],
    ["/logout", {}],
  ] as const)
    lines.push(...(await browser.post(path, fields)).headers.getSetCookie());
  expect(new Set(lines.map((line) => line.split("=")[0]))).toEqual(new Set(["session", "ticket"]));
  for (const line of lines) {
    expect(line.length).toBeLessThan(200);
    expect(line).toMatch(/; HttpOnly/);
    expect(line).not.toMatch(/Domain=/i);
  }
});

test("a password does not grow old", async () => {
  const old = await openApp();
  const user = await old.addUser("ann");
  old.advance(20 * 365 * 86_400_000);
  expect((await (await old.signIn(user)).get("/")).status).toBe(200);
  await old.close();
});

test("a new house has nobody in it, and no name and password opens it", async () => {
  const fresh = await openApp();
  expect(await fresh.db.one<{ n: number }>("SELECT COUNT(*) AS n FROM users")).toEqual({ n: 0 });
  for (const name of ["admin", "root", "administrator", "gatehouse", "test"])
    for (const password of [name, "admin", "password", "gatehouse", "123456"]) {
      const { status } = await fresh.browser(`198.51.100.${name.length}`).post("/login", { username: name, password });
      expect(status === 401 || status === 429).toBe(true);
    }
  await fresh.close();
});

describe("with an https address", () => {
  test("a form sent over plain HTTP is refused, never led on", async () => {
    const safe = await openApp({ publicOrigin: "https://tools.example.org" });
    await safe.addUser("ann");
    const browser = safe.browser();
    const plain = await browser.post(
      "/login",
      { username: "ann", password: PASSWORD },
      { Origin: "http://tools.example.org" },
    );
    expect([plain.status, plain.headers.get("Location"), plain.headers.getSetCookie()]).toEqual([403, null, []]);
    const good = await browser.post(
      "/login",
      { username: "ann", password: PASSWORD },
      { Origin: "https://tools.example.org" },
    );
    expect(good.status).toBe(204);
    for (const line of good.headers.getSetCookie()) expect(line).toMatch(/^__Host-.*; Secure/);
    await safe.close();
  });
});
