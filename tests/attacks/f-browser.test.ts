import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { sqlAudit } from "#src/store/audit-log.ts";
import { type Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

/** Tries to leave text, an attribute in quotes, and to bring along what htmx obeys. */
const HOSTILE = `x"'></b><script>evil()</script><img src=//evil.example onerror=evil()><p hx-get="//evil.example/a" hx-trigger=load data-hx-on:click="evil()" id=toasts style=color:red>`;

describe("text that got into the database", () => {
  async function plantEverywhere(): Promise<Browser> {
    const admin = await t.addUser("ann", { role: "admin" });
    const victim = await t.addUser("bob");
    const browser = await t.signIn(admin, t.browser());
    await t.db.run("UPDATE users SET username = ?, disabled_at = 1, disabled_reason = ? WHERE id = ?", [
      HOSTILE,
      HOSTILE,
      victim.id,
    ]);
    await t.db.run("UPDATE user_sessions SET user_agent = ?, ip = ?", [HOSTILE.slice(0, 255), "<script>x</script>"]);
    const origin = { ip: "<b>", userAgent: HOSTILE.slice(0, 255), requestId: "<i>" };
    for (const event of ["user.disabled", "access.refused", "fragment.failed", "sign_in.password_refused"] as const) {
      const person = { id: victim.id, username: HOSTILE };
      const detail = { reason: HOSTILE, fragment: HOSTILE, route: HOSTILE, from: HOSTILE };
      await t.db.batch([sqlAudit({ event, atMs: t.deps.clock(), origin, actor: person, target: person, detail })]);
    }
    return browser;
  }

  /** Whatever in a page a browser or htmx would obey and no page of ours has. */
  async function obeyed(page: string): Promise<string[]> {
    const found: string[] = [];
    const note = (element: HTMLRewriterTypes.Element) => {
      for (const [name, value] of element.attributes) {
        const address = /^(src|href|action|formaction|hx-(get|post|select|target)|xlink:href)$/.test(name);
        const ours = /^(\/(?!\/)|#|data:image\/|otpauth:\/\/|this$|find |closest |next )/.test(value);
        if (/^on|^(data-)?hx-on|^style$|^srcdoc$/.test(name)) found.push(`${element.tagName} ${name}`);
        if (address && !ours) found.push(`${name}=${value}`);
        if (name === "id" && !/^[a-z][\w-]*$/i.test(value)) found.push(`id=${value}`);
      }
      if (/^(iframe|object|embed|base|style|svg:script)$/.test(element.tagName)) found.push(element.tagName);
      if (element.tagName === "script" && !element.getAttribute("src")?.startsWith("/static/")) found.push("script");
    };
    await new HTMLRewriter().on("*", { element: note }).transform(new Response(page)).text();
    return found;
  }

  test("stays text on every page there is, for an admin who opens them all", async () => {
    const admin = await plantEverywhere();
    const victim = (await t.db.one<{ id: number }>("SELECT id FROM users WHERE disabled_at IS NOT NULL"))!;
    const gets = t.app.routes.filter(({ method, path }) => method === "GET" && !path.startsWith("/live"));
    const paths = gets.map(({ path }) => path.replace(/:\w+(\{[^}]*\})?/g, String(victim.id)).replace("*", "x"));
    const found = encodeURIComponent(HOSTILE.slice(0, 100));
    const asked = [
      ...paths,
      `/admin/users?q=${found}`,
      `/login?next=${found}&notice=${found}`,
      `/admin/audit?actor=${found}&ip=${found}`,
    ];
    let shown = 0;
    for (const path of [...asked, `/admin/users?sort=${found}&status=disabled`, `/confirm?next=${found}`]) {
      for (const headers of [{}, { "HX-Request": "true", "HX-Request-Type": "partial" }]) {
        const answer = await admin.get(path, headers);
        const page = await answer.text();
        if (!answer.headers.get("Content-Type")?.startsWith("text/html")) continue;
        expect([path, await obeyed(page)]).toEqual([path, []]);
        if (page.includes("&lt;script&gt;evil()")) shown++;
      }
    }
    expect(shown).toBeGreaterThan(4);
  });

  test("stays text when a form comes back with what was typed", async () => {
    const admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
    for (const { path } of t.app.routes.filter(({ method }) => method === "POST")) {
      if (path === "/logout") continue;
      const fields = ["username", "next", "q", "reason", "role", "code", "confirm_name", "order", "act", "id", "until"];
      const posted = Object.fromEntries(fields.map((name) => [name, HOSTILE]));
      const answer = await admin.post(path.replace(/:\w+/g, "1"), posted);
      expect([path, await obeyed(await answer.text())]).toEqual([path, []]);
    }
  });
});

describe("a page that comes from the history", () => {
  test("is a whole page, and for who is no longer signed in none at all", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    const restore = { "HX-History-Restore-Request": "true", "HX-Request-Type": "full" };
    const page = await browser.get("/account", restore);
    expect(await page.text()).toStartWith("<!DOCTYPE html>");
    await browser.post("/logout");
    const gone = await browser.get("/account", restore);
    expect([gone.status, gone.headers.get("HX-Redirect"), await gone.text()]).toEqual([401, "/login", ""]);
  });

  test("is not kept after signing out", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    const answer = await browser.post("/logout");
    expect(answer.headers.get("Clear-Site-Data")).toContain("storage");
  });
});

describe("a form from elsewhere", () => {
  /** What may be sent with a post, and whether it then started on a page of ours. */
  type Case = [headers: Record<string, string>, accepted: boolean];
  const WHERE: Record<string, { publicOrigin: string | null; host: string; cases: Case[] }> = {
    "behind a proxy that ends TLS": {
      publicOrigin: "https://tools.example.org",
      host: "gatehouse-7.internal:8080",
      cases: [
        [{ Origin: "https://tools.example.org" }, true],
        [{ Origin: "https://tools.example.org", "Sec-Fetch-Site": "same-origin" }, true],
        [{ "Sec-Fetch-Site": "same-origin" }, true],
        [{ Origin: "http://tools.example.org" }, false],
        [{ Origin: "https://tools.example.org:8443" }, false],
        [{ Origin: "https://tools.example.org.evil.example" }, false],
        [{ Origin: "https://evil.tools.example.org" }, false],
        [{ Origin: "http://gatehouse-7.internal:8080" }, false],
        [{ Origin: "https://evil.example", Host: "evil.example" }, false],
        [{ Origin: "https://evil.example", "X-Forwarded-Host": "evil.example" }, false],
      ],
    },
    "at a name of the local network, without TLS": {
      publicOrigin: "http://tools.lan:3000",
      host: "tools.lan:3000",
      cases: [
        // No Sec-Fetch-Site: browsers send it to trustworthy addresses only.
        [{ Origin: "http://tools.lan:3000" }, true],
        [{ Origin: "http://tools.lan" }, false],
        [{ Origin: "http://tools.lan:3001" }, false],
        [{ Origin: "http://localhost:3000" }, false],
        [{ Origin: "http://evil.lan:3000", Host: "evil.lan:3000" }, false],
      ],
    },
    "on this machine": {
      publicOrigin: null,
      host: "localhost:3000",
      cases: [
        [{ Origin: "http://localhost:3000" }, true],
        [{ Origin: "http://127.0.0.1:3000", Host: "127.0.0.1:3000" }, true],
        [{ Origin: "http://[::1]:3000", Host: "[::1]:3000" }, true],
        [{ Origin: "http://localhost:3001" }, false],
        [{ Origin: "http://127.0.0.1:3000" }, false],
        [{ Origin: "http://rebound.example:3000", Host: "rebound.example:3000" }, false],
        [{ Origin: "http://localhost.evil.example:3000", Host: "localhost.evil.example:3000" }, false],
      ],
    },
  };
  /** Nowhere accepted, whatever the right origin is. */
  const NEVER: Record<string, string>[] = [
    {},
    { Origin: "null" },
    { Origin: "" },
    { Origin: "https://evil.example" },
    { Origin: "OWN", "Sec-Fetch-Site": "cross-site" },
    { Origin: "OWN", "Sec-Fetch-Site": "same-site" },
    { Origin: "OWN, https://evil.example" },
    { Referer: "OWN/login" },
    { "Sec-Fetch-Site": "none" },
    { "Sec-Fetch-Site": "cross-site" },
  ];

  test.each(Object.keys(WHERE))("is refused on every route %s, and ours are not", async (where) => {
    const { publicOrigin, host, cases } = WHERE[where]!;
    await t.close();
    t = await openApp({ publicOrigin });
    const own = publicOrigin ?? "http://localhost:3000";
    const routes = t.app.routes.filter(({ method }) => method === "POST").map(({ path }) => path.replace(/:\w+/g, "1"));
    const never = NEVER.map((headers) => {
      const filled = Object.entries(headers).map(([name, value]) => [name, value.replace("OWN", own)]);
      return [Object.fromEntries(filled), false] as Case;
    });
    for (const path of new Set(routes)) {
      for (const [headers, accepted] of [...cases, ...never]) {
        const answer = await t.browser().send(path, {
          method: "POST",
          body: new URLSearchParams({ x: "y" }),
          headers: { Host: host, ...headers },
        });
        expect([path, headers, answer.status !== 403]).toEqual([path, headers, accepted]);
      }
    }
  });

  test("that signs somebody in under another's name is refused like any other", async () => {
    await t.addUser("carol");
    const victim = t.browser();
    const login = { username: "carol", password: PASSWORD };
    expect((await victim.plainPost("/login", login, { Origin: "https://evil.example" })).status).toBe(403);
    expect(victim.cookies.size).toBe(0);
  });

  test("leads nowhere by an address that says it was interrupted", async () => {
    const browser = await t.signIn(await t.addUser("ann", { role: "admin" }));
    const page = await (await browser.get("/confirm?next=/admin/users/1/delete&again=post")).text();
    expect(page).not.toContain("again=post");
  });
});

test("over https no other program on the same host can plant or read our cookies", async () => {
  await t.close();
  t = await openApp({ publicOrigin: "https://tools.example.org" });
  await t.addUser("ann");
  const own = { Origin: "https://tools.example.org" };
  const answer = await t.browser().post("/login", { username: "ann", password: PASSWORD }, own);
  for (const cookie of answer.headers.getSetCookie()) {
    expect(cookie).toStartWith("__Host-");
    expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=(Strict|Lax)$/);
  }
  const planted = t.browser();
  planted.cookies.set("ticket", answer.headers.getSetCookie()[0]!.match(/=([\w-]+)/)![1]!);
  expect((await planted.get("/login/code")).status).toBe(303);
});
