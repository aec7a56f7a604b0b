import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { CONFIRMED_FOR_MS } from "#src/routes/confirm.tsx";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

let t: TestApp;
let ann: TestUser;
let browser: Browser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.addUser("ann");
  browser = await t.signIn(ann);
});
afterEach(() => t.close());

/** An act that asks for a proof. */
const ACT = "/account/codes";
const stale = () => t.advance(CONFIRMED_FOR_MS + 1);
const isOpen = async (visitor: Browser) => (await visitor.get("/")).status === 200;
const events = async () =>
  (await t.db.all<{ event: string }>("SELECT event FROM audit_log ORDER BY id")).map(({ event }) => event);

describe("a sensitive act", () => {
  test("goes through for ten minutes after signing in, and not a millisecond longer", async () => {
    t.advance(CONFIRMED_FOR_MS);
    expect((await browser.post(ACT)).status).toBe(204);
    t.advance(1);
    expect((await browser.post(ACT)).status).toBe(403);
  });

  test("goes through again after the password or a code", async () => {
    for (const proof of [{ password: PASSWORD }, { code: "" }]) {
      stale();
      expect((await browser.post(ACT)).status).toBe(403);
      const fields = "code" in proof ? { code: t.codeOf(ann) } : proof;
      expect((await browser.post("/confirm", fields)).status).toBe(204);
      expect((await browser.post(ACT)).status).toBe(204);
    }
    expect((await events()).filter((event) => event === "session.confirmed")).toHaveLength(2);
  });

  test("asks in a dialog beside the form, which stays as it is", async () => {
    stale();
    const answer = await browser.post(ACT);
    expect(answer.headers.get("HX-Retarget")).toBe("#dialogs");
    expect(answer.headers.get("HX-Reswap")).toBe("innerHTML");
    expect(await answer.text()).toStartWith("<dialog");
  });

  test("asks for a password only, where there is no authenticator", async () => {
    await t.close();
    t = await openApp({ mfaPolicy: "optional" });
    await t.addUser("bob", { authenticator: false });
    const bobs = t.browser();
    await bobs.post("/login", { username: "bob", password: PASSWORD });
    stale();
    expect(await (await bobs.post("/account/authenticator")).text()).not.toContain("authenticator instead");
    expect((await bobs.post("/confirm", { code: "000000" })).status).toBe(401);
  });
});

describe("a proof", () => {
  test("gives the session a new token; the old one opens nothing", async () => {
    const thief = t.browser();
    thief.cookies.set("session", browser.cookies.get("session")!);
    expect(await isOpen(thief)).toBe(true);
    await browser.post("/confirm", { password: PASSWORD });
    expect(await isOpen(thief)).toBe(false);
    expect(await isOpen(browser)).toBe(true);
  });

  test("does not lengthen the session", async () => {
    const times = () => t.db.one("SELECT created_at, expires_at FROM user_sessions");
    const before = await times();
    stale();
    await browser.post("/confirm", { password: PASSWORD });
    expect(await times()).toEqual(before);
  });

  test("that is wrong changes nothing and is told and noted", async () => {
    stale();
    const before = browser.cookies.get("session");
    for (const [fields, message] of [
      [{ password: "wrong" }, "Incorrect password."],
      [{ code: "000000" }, "Incorrect code."],
      [{}, "Incorrect password."],
    ] as const) {
      const answer = await browser.post("/confirm", fields);
      expect(answer.status).toBe(401);
      expect(await answer.text()).toContain(message);
    }
    expect(browser.cookies.get("session")).toBe(before);
    expect((await browser.post(ACT)).status).toBe(403);
    expect((await events()).filter((event) => event === "session.confirm_refused")).toHaveLength(3);
  });

  test("counts with those of sign-in: five wrong ones, then a wait for both pages", async () => {
    for (const kind of ["password", "code"]) {
      for (let i = 0; i < 5; i++) expect((await browser.post("/confirm", { [kind]: "000000" })).status).toBe(401);
      const right = kind === "code" ? t.codeOf(ann, 1) : PASSWORD;
      const blocked = await browser.post("/confirm", { [kind]: right });
      expect([blocked.status, blocked.headers.get("Retry-After")]).toEqual([429, "900"]);
    }
    expect((await t.browser().post("/login", { username: "ann", password: PASSWORD })).status).toBe(429);
  });

  test("is spent: the code of the sign-in is none, and one code proves once", async () => {
    expect((await browser.post("/confirm", { code: t.codeOf(ann) })).status).toBe(401);
    const code = t.codeOf(ann, 1);
    expect((await browser.post("/confirm", { code })).status).toBe(204);
    expect((await browser.post("/confirm", { code })).status).toBe(401);
    const other = t.browser();
    await other.post("/login", { username: "ann", password: PASSWORD });
    expect((await other.post("/login/code", { code })).status).toBe(401);
  });

  test("is not accepted from somebody else's account", async () => {
    const bob = await t.addUser("bob");
    stale();
    expect((await browser.post("/confirm", { code: t.codeOf(bob), username: "bob" })).status).toBe(401);
  });

  test("may be of the other kind", async () => {
    const other = await browser.post("/confirm", { password: "half typed", confirm_with: "code" });
    expect(other.status).toBe(200);
    const text = await other.text();
    expect(text).toContain('name="code"');
    expect(text).not.toContain("half typed");
    expect(await events()).not.toContain("session.confirm_refused");
  });
});

describe("without JavaScript", () => {
  const hidden = (html: string) =>
    [
      ...(/<form id="confirm"[\s\S]*?<\/form>/.exec(html)?.[0] ?? "").matchAll(
        /<input type="hidden" name="([^"]*)" value="([^"]*)"/g,
      ),
    ].map(([, name, value]) => [name, value]);
  const actionOf = (html: string) =>
    /<form id="confirm"[^>]* action="([^"]*)"/.exec(html)![1]!.replaceAll("&amp;", "&");

  test("a page carries what was posted, but no secret, and the browser posts it again", async () => {
    stale();
    const fields = {
      note: `"><script>`,
      saved: "yes",
      password: "p",
      new_password: "n",
      code: "1",
      recovery_code: "r",
    };
    const asked = await browser.plainPost("/account/codes?x=1", fields);
    expect(asked.status).toBe(403);
    const html = await asked.text();
    expect(hidden(html)).toEqual([
      ["note", "&quot;&gt;&lt;script&gt;"],
      ["saved", "yes"],
    ]);
    const action = actionOf(html);
    const wrong = await browser.plainPost(action, { saved: "yes", password: "wrong" });
    expect([wrong.status, hidden(await wrong.text())]).toEqual([401, [["saved", "yes"]]]);
    const right = await browser.plainPost(action, { saved: "yes", password: PASSWORD });
    expect([right.status, right.headers.get("Location")]).toEqual([307, "/account/codes?x=1"]);
    expect((await browser.plainPost("/account/codes?x=1", { saved: "yes", password: PASSWORD })).status).toBe(303);
  });

  test("a page that was asked for is asked for again", async () => {
    stale();
    const asked = await browser.get("/account/authenticator");
    expect(asked.status).toBe(403);
    const right = await browser.plainPost(actionOf(await asked.text()), { password: PASSWORD });
    expect([right.status, right.headers.get("Location")]).toEqual([303, "/account/authenticator"]);
  });

  test("a page leads back to where the act was begun", async () => {
    for (const [address, leadsTo] of [
      ["/account/sessions/7/end", "/account"],
      ["/admin/users/7/session/undo", "/admin/users/7"],
      ["/admin/users/import/invitations.csv", "/admin/users/import"],
      ["/admin/users?after=7", "/admin/users?after=7"],
      ["/admin/audit/export", "/admin/audit"],
      ["/accounting", "/"],
      ["//evil.example/account", "/"],
    ] as const) {
      const html = await (await browser.get(`/confirm?next=${encodeURIComponent(address)}`)).text();
      expect([address, /<a href="([^"]*)">Cancel</.exec(html)?.[1]]).toEqual([address, leadsTo]);
    }
  });

  test("an address from elsewhere leads to no post and to no other site", async () => {
    for (const [address, leadsTo] of [
      ["/confirm?next=/account/codes&again=post", "/account/codes"],
      ["/confirm?next=https://evil.example/", "/"],
      ["/confirm?next=//evil.example/", "/"],
      ["/confirm?next=/logout&again=post", "/"],
      ["/confirm", "/"],
    ] as const) {
      const action = actionOf(await (await browser.get(address)).text());
      const right = await browser.plainPost(action, { password: PASSWORD });
      expect([address, right.status, right.headers.get("Location")]).toEqual([address, 303, leadsTo]);
    }
    const elsewhere = await browser.plainPost("/confirm?next=//evil.example&again=post", { password: PASSWORD });
    expect([elsewhere.status, elsewhere.headers.get("Location")]).toEqual([303, "/"]);
  });
});
