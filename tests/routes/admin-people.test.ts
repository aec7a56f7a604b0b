import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

let t: TestApp;
let ann: TestUser;
let admin: Browser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.addUser("ann", { role: "admin" });
  admin = await t.signIn(ann);
});
afterEach(() => t.close());

const events = async () =>
  (await t.db.all<{ event: string }>("SELECT event FROM audit_log ORDER BY id")).map(({ event }) => event);
const register = (fields: Record<string, string>, browser = admin) => browser.post("/admin/users", fields);
const linkIn = (html: string) => /data-testid="one-time-link"[^>]*>([^<]+)</.exec(html)?.[1] ?? "";
const pathOf = (link: string) => new URL(link).pathname;
const namesIn = (html: string) => [...html.matchAll(/<a href="\/admin\/users\/\d+">([^<]+)</g)].map(([, name]) => name);

describe("registration", () => {
  test("puts the row into the table and shows an address that works once", async () => {
    const answer = await register({ username: "Bob", role: "user" });
    expect(answer.status).toBe(201);
    const html = await answer.text();
    expect(html).toContain('<hx-partial hx-target="#people-rows" hx-swap="afterbegin"><tr id="person-');
    expect(namesIn(html)).toEqual(["bob"]);
    const link = linkIn(html);
    expect(link).toStartWith("http://localhost:3000/invite/");

    const bob = t.browser();
    expect((await bob.get(pathOf(link))).status).toBe(200);
    const chosen = { new_password: `${PASSWORD} too`, confirm_password: `${PASSWORD} too` };
    expect((await bob.post(pathOf(link), chosen)).headers.get("HX-Redirect")).toBe("/login/enrol");
    expect((await bob.get(pathOf(link))).status).toBe(404);
    // Accepting is not signing in.
    expect((await bob.get("/")).status).toBe(303);
  });

  test("gives the address for 72 hours", async () => {
    const path = pathOf(linkIn(await (await register({ username: "bob" })).text()));
    t.advance(72 * 3_600_000 - 1);
    expect((await t.browser().get(path)).status).toBe(200);
    t.advance(1);
    expect((await t.browser().get(path)).status).toBe(404);
  });

  test("without htmx answers with the whole page", async () => {
    const answer = await admin.plainPost("/admin/users", { username: "bob", role: "admin" });
    expect(answer.status).toBe(201);
    const html = await answer.text();
    expect(html).toStartWith("<!DOCTYPE html>");
    expect(namesIn(html)).toEqual(["ann", "bob"]);
    expect(linkIn(html)).toContain("/invite/");
  });

  test("of a taken name is refused with the same form, whatever its spelling", async () => {
    for (const username of ["ann", "ANN", " ann ", "\uff41nn"]) {
      const answer = await register({ username, role: "admin" });
      expect(answer.status).toBe(409);
      const html = await answer.text();
      expect(html).toStartWith('<form id="register"');
      expect(html).toContain("That username is taken");
    }
    expect(await events()).not.toContain("user.registered");
  });

  test("of two at once under one name one wins", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => register({ username: "bob" })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  test("refuses names nobody could type and roles there are not", async () => {
    for (const username of [
      "",
      "ab",
      "a b c",
      "<script>alert(1)</script>",
      "'; DROP TABLE users; --",
      "a".repeat(65),
      "bøb",
    ])
      expect((await register({ username })).status).toBe(422);
    for (const role of ["1", "ADMIN ", "root", ""])
      expect((await register({ username: "bob", role })).status).toBe(422);
    expect((await t.db.all("SELECT id FROM users")).length).toBe(1);
  });

  test("echoes a hostile name as text", async () => {
    const html = await (await register({ username: '"><img src=x onerror=alert(1)>' })).text();
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img");
  });

  test("is in the audit log, about the person and without the token", async () => {
    const token = pathOf(linkIn(await (await register({ username: "bob", role: "admin" })).text())).slice(
      "/invite/".length,
    );
    const entry = await t.db.one<{ target_name: string; target_id: number; detail: string }>(
      "SELECT target_name, target_id, detail FROM audit_log WHERE event = 'user.registered'",
    );
    expect(entry).toEqual({ target_name: "bob", target_id: expect.any(Number) as never, detail: '{"role":"admin"}' });
    expect(JSON.stringify(await t.db.all("SELECT * FROM audit_log"))).not.toContain(token);
    expect(t.logged()).not.toContain(token);
  });

  test("builds the address from PUBLIC_URL where there is one", async () => {
    await t.close();
    t = await openApp({ publicOrigin: "http://tools.example.org" });
    admin = t.browser();
    const headers = { Origin: "http://tools.example.org", Host: "evil.example" };
    const carol = await t.addUser("carol", { role: "admin" });
    t.advance(60_000);
    await admin.post("/login", { username: "carol", password: PASSWORD }, headers);
    await admin.post("/login/code", { code: t.codeOf(carol) }, headers);
    const answer = await admin.post("/admin/users", { username: "bob" }, headers);
    expect(linkIn(await answer.text())).toStartWith("http://tools.example.org/invite/");
  });
});

describe("the list", () => {
  test("is the bare list for htmx, with a clean address, and a page otherwise", async () => {
    const part = await admin.get("/admin/users?q=&role=admin&status=&after=", {
      "HX-Request": "true",
      "HX-Request-Type": "partial",
    });
    expect(part.headers.get("HX-Push-Url")).toBe("/admin/users?role=admin");
    expect(await part.text()).toStartWith('<section id="people"');
    const page = await admin.get("/admin/users?role=admin");
    expect(await page.text()).toContain("<h1>People</h1>");
  });

  test("keeps what the address says in its controls", async () => {
    const html = await (await admin.get("/admin/users?q=AN%25&role=user&status=locked&mfa=on")).text();
    expect(html).toContain('value="AN%"');
    for (const value of ["user", "locked", "on"]) expect(html).toContain(`<option value="${value}" selected="">`);
  });

  test("takes a hand-made address for the first page", async () => {
    for (const query of [
      "after=%7B",
      "after=WzEsMl0",
      "after=bnVsbA",
      "after=eyJ4IjoxfQ",
      "sort=x&role=root&status=1&mfa=2",
    ]) {
      const answer = await admin.get(`/admin/users?${query}`);
      expect(answer.status).toBe(200);
      expect(namesIn(await answer.text())).toEqual(["ann"]);
    }
  });

  test("finds nobody for what can be no name", async () => {
    expect(namesIn(await (await admin.get("/admin/users?q=%E2%80%8B")).text())).toEqual([]);
  });

  test("shows a disablement that ended as none", async () => {
    const bob = await t.addUser("bob");
    await admin.post(`/admin/users/${bob.id}/disable`, { reason: "away", until: "2026-01-16" });
    expect(namesIn(await (await admin.get("/admin/users?status=disabled")).text())).toEqual(["bob"]);
    t.advance(86_400_000);
    admin = await t.signIn(ann);
    expect(namesIn(await (await admin.get("/admin/users?status=disabled")).text())).toEqual([]);
    expect(namesIn(await (await admin.get("/admin/users?status=active")).text())).toEqual(["ann", "bob"]);
  });

  test("leads on page by page", async () => {
    for (let i = 0; i < 60; i++)
      await t.db.run("INSERT INTO users (username, username_key) VALUES (?, ?)", [`p${100 + i}`, `p${100 + i}`]);
    const first = await (await admin.get("/admin/users?status=invited")).text();
    expect(namesIn(first)).toHaveLength(50);
    const next = /href="([^"]*after=[^"]*)"/.exec(first)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect(namesIn(await (await admin.get(next)).text())).toEqual(Array.from({ length: 10 }, (_, i) => `p${150 + i}`));
  });
});

describe("several at once", () => {
  const bulk = (
    ids: readonly (string | number)[],
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ) => {
    const body = new URLSearchParams(fields);
    for (const id of ids) body.append("id", String(id));
    const htmx = { "HX-Request": "true", "HX-Request-Type": "partial" };
    return admin.send("/admin/users/bulk", {
      method: "POST",
      body,
      headers: { Origin: "http://localhost:3000", ...htmx, ...headers },
    });
  };

  test("says by name what happened to each, and shows each row as it is now", async () => {
    const [bob, carol] = [await t.addUser("bob"), await t.addUser("carol")];
    await bulk([carol.id], { act: "disable", reason: "left" });
    const answer = await bulk([bob.id, carol.id, ann.id, 99], { act: "disable", reason: "left" });
    expect(answer.status).toBe(200);
    const text = (await answer.text()).replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    expect(text).toContain("1 of 4 done");
    expect(text).toContain("bob is disabled.");
    expect(text).toContain("carol is already disabled.");
    expect(text).toContain("ann: You cannot disable yourself.");
    expect(text).toContain("Somebody: This account has been deleted.");
  });

  test("takes each act", async () => {
    const bob = await t.addUser("bob");
    const browser = await t.signIn(bob);
    const state = () => t.db.one("SELECT role, disabled_at FROM users WHERE id = ?", [bob.id]);
    await bulk([bob.id], { act: "sessions" });
    expect((await browser.get("/")).status).toBe(303);
    await bulk([bob.id], { act: "admin" });
    expect(await state()).toEqual({ role: "admin", disabled_at: null });
    await bulk([bob.id], { act: "user" });
    expect(await state()).toEqual({ role: "user", disabled_at: null });
    await bulk([bob.id], { act: "disable", reason: "x" });
    expect(await state()).toEqual({ role: "user", disabled_at: t.deps.clock() });
    await bulk([bob.id], { act: "enable" });
    expect(await state()).toEqual({ role: "user", disabled_at: null });
  });

  test("needs somebody, a known act, and a reason to disable", async () => {
    const bob = await t.addUser("bob");
    expect((await bulk([], { act: "enable" })).status).toBe(422);
    expect((await bulk([bob.id], { act: "disable" })).status).toBe(422);
    expect((await bulk([bob.id], { act: "delete" })).status).toBe(422);
    expect((await bulk(["1 OR 1=1"], { act: "enable" })).status).toBe(422);
    expect((await bulk([...Array(101)].fill(bob.id), { act: "enable" })).ok).toBe(false);
  });

  test("without htmx answers with the whole page", async () => {
    const bob = await t.addUser("bob");
    const body = new URLSearchParams({ id: String(bob.id), act: "sessions" });
    const answer = await admin.send("/admin/users/bulk", {
      method: "POST",
      body,
      headers: { Origin: "http://localhost:3000" },
    });
    const html = await answer.text();
    expect(html).toStartWith("<!DOCTYPE html>");
    expect(html).toContain("1 of 1 done");
  });
});

describe("the filters that are set", () => {
  const chipsOf = (html: string) =>
    [...html.matchAll(/<a class="chip" href="([^"]+)"[^>]*>([^<]+) </g)].map(([, href, text]) => [href, text!.trim()]);

  test("stand above the list, each with an address without it, and all together", async () => {
    const html = await (await admin.get("/admin/users?role=user&status=disabled&sort=-seen")).text();
    expect(chipsOf(html)).toEqual([
      ["/admin/users?status=disabled&amp;sort=-seen", "Rights: Users"],
      ["/admin/users?role=user&amp;sort=-seen", "Status: Disabled"],
    ]);
    expect(html).toContain('<a href="/admin/users?sort=-seen">Clear all</a>');
    expect(chipsOf(await (await admin.get("/admin/users")).text())).toEqual([]);
  });

  test("are without what was typed: that is said where it was typed, and taken away with all of them", async () => {
    const found = await (await admin.get("/admin/users?q=an&role=admin")).text();
    expect(chipsOf(found)).toEqual([["/admin/users?q=an", "Rights: Admins"]]);
    expect(found).toContain('<a href="/admin/users">Clear all</a>');
    const nobody = await (await admin.get("/admin/users?q=zebra")).text();
    expect(nobody).toContain('value="zebra"');
    expect(nobody.replace(/<[^>]*>/g, "")).not.toContain("zebra");
  });
});

describe("the count above the list", () => {
  const on = (search: string) => ({ "HX-Current-URL": `http://localhost:3000/admin/users${search}` });
  const countIn = async (answer: Response) =>
    /hx-target="#people-count"[^>]*><p[^>]*>([^<]*)</.exec(await answer.text())?.[1] ?? null;

  test("follows a registration, an act and its undo, under the filters of the page", async () => {
    const bob = await t.addUser("bob");
    expect(await countIn(await admin.post("/admin/users", { username: "carol" }, on("")))).toBe("3 people");
    const row = { as: "row" };
    const act = (what: string, search: string) => admin.post(`/admin/users/${bob.id}/${what}`, row, on(search));
    expect(await countIn(await act("disable", "?status=disabled"))).toBe("1 person");
    expect(await countIn(await act("enable", "?status=disabled"))).toBe("0 people");
  });

  test("stays where nothing was counted, or the act was elsewhere", async () => {
    const bob = await t.addUser("bob");
    const end = (headers: Record<string, string>) =>
      admin.post(`/admin/users/${bob.id}/sessions`, { as: "row" }, headers);
    for (const headers of [on("?q=bo"), on("?status=locked"), {}, { "HX-Current-URL": "nonsense" }])
      expect(await countIn(await end(headers))).toBeNull();
  });
});

test("without scripts, a refused act on several keeps who was selected, what for, and the page of the list", async () => {
  const bob = await t.addUser("bob");
  const html = await (await admin.get("/admin/users?role=user")).text();
  expect(html).toContain('action="/admin/users/bulk?role=user"');
  const answer = await admin.plainPost("/admin/users/bulk?role=user", { id: String(bob.id), act: "disable" });
  expect(answer.status).toBe(422);
  const refused = await answer.text();
  expect(refused).toMatch(new RegExp(`value="${bob.id}" form="bulk" checked`));
  expect(refused).toContain('<option value="disable" selected');
  expect(refused).toContain('<option value="user" selected');
});
