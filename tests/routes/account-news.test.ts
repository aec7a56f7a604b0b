import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { sqlAudit } from "#src/store/audit-log.ts";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

let t: TestApp;
let ann: TestUser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.addUser("ann");
});
afterEach(() => t.close());

const text = async (browser: Browser, path = "/") => (await (await browser.get(path)).text()).replace(/<[^>]*>/g, "");

describe("after signing in, once,", () => {
  test("the last sign-in is told, on the dashboard or the account page, whichever comes first", async () => {
    await t.signIn(ann, t.browser("198.51.100.4"));
    const browser = await t.signIn(ann);
    expect(await text(browser)).toContain("Last sign-in 15 Jan 2026, 10:01 UTC from 198.51.100.4.");
    expect(await text(browser)).not.toContain("Last sign-in");
    expect(await text(browser, "/account")).not.toContain("Last sign-in");
    const next = await t.signIn(ann);
    expect(await text(next, "/account")).toContain("Last sign-in 15 Jan 2026, 10:02 UTC");
    expect(await text(next)).not.toContain("Last sign-in");
  });

  test("nothing at the first sign-in of all", async () => {
    expect(await text(await t.signIn(ann))).not.toContain("Last sign-in");
  });

  test("failed attempts since then are counted, those before are not", async () => {
    const stranger = t.browser("192.0.2.66");
    const fail = () => stranger.post("/login", { username: "ann", password: "wrong" });
    await fail();
    await t.signIn(ann);
    t.advance(1000);
    await fail();
    expect(await text(await t.signIn(ann))).toContain("; 1 failed attempt since.");
    t.advance(1000);
    for (let i = 0; i < 3; i++) await fail();
    await stranger.post("/login", { username: "ann", password: PASSWORD });
    await stranger.post("/login/code", { code: "000000" });
    expect(await text(await t.signIn(ann))).toContain("; 4 failed attempts since.");
    t.advance(1000);
    expect(await text(await t.signIn(ann))).toMatch(/Last sign-in [^;]*\./);
  });

  test("what others changed is told, and what one did oneself is not", async () => {
    const bob = await t.addUser("bob", { role: "admin" });
    await t.signIn(ann);
    t.advance(1000);
    const entry = { atMs: t.deps.clock(), origin: null } as const;
    await t.db.batch([
      sqlAudit({ ...entry, event: "user.role_changed", actor: bob, target: ann, detail: { to: "admin" } }),
      sqlAudit({ ...entry, event: "authenticator.reset", actor: bob, target: ann }),
      sqlAudit({ ...entry, event: "user.sessions_ended", actor: ann, target: ann }),
      sqlAudit({ ...entry, event: "user.role_changed", actor: ann, target: bob, detail: { to: "user" } }),
    ]);
    const told = await text(await t.signIn(ann));
    expect(told).toContain("bob made you an admin.");
    expect(told).toContain("bob removed your authenticator.");
    expect(told).not.toContain("You ended");
    expect(told).not.toContain("made bob");
  });

  test("a reset of the password by codes is told", async () => {
    await t.signIn(ann);
    t.advance(60_000);
    const new_password = "seven purple giraffes dancing";
    const fields = { username: "ann", code: t.codeOf(ann), recovery_code: ann.recoveryCodes[0]!, new_password };
    expect((await t.browser().post("/reset", { ...fields, confirm_password: new_password })).status).toBe(204);
    t.advance(60_000);
    const browser = t.browser();
    await browser.post("/login", { username: "ann", password: new_password });
    await browser.post("/login/code", { code: t.codeOf(ann) });
    expect(await text(browser)).toContain("A new password was set for you.");
  });
});

describe("signing in with a recovery code", () => {
  test("leads to a notice to replace the authenticator, which the account page keeps", async () => {
    const browser = t.browser();
    await browser.post("/login", { username: "ann", password: PASSWORD });
    t.advance(1000);
    await browser.post("/login/code", { recovery_code: ann.recoveryCodes[0]! });
    const dashboard = await text(browser);
    expect(dashboard).toContain("You signed in with a recovery code. 9 are left.");
    expect(dashboard).toContain("replace your authenticator");
    expect(await text(browser, "/account")).toContain("If the phone is lost, replace it now.");
    expect(await text(await t.signIn(ann))).not.toContain("You signed in with a recovery code.");
  });
});
