import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { hashToken, newToken } from "#src/auth/token.ts";
import type { Config } from "#src/config.ts";
import { sqlUnlock } from "#src/store/attempts.ts";
import { sqlInsertTicket } from "#src/store/tickets.ts";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

const NEW_PASSWORD = "seven purple giraffes dancing";
const HOUR_MS = 60 * 60_000;

let t: TestApp;
let ann: TestUser;
beforeEach(() => open());
afterEach(() => t.close());

async function open(changes: Partial<Config> = {}): Promise<void> {
  t = await openApp(changes);
  ann = await t.addUser("ann");
}

async function reopen(changes: Partial<Config>): Promise<void> {
  await t.close();
  await open(changes);
}

const fieldsOf = (user: TestUser, changes: Record<string, string> = {}) => ({
  username: user.username,
  code: t.codeOf(user),
  recovery_code: user.recoveryCodes[0]!,
  new_password: NEW_PASSWORD,
  confirm_password: NEW_PASSWORD,
  ...changes,
});
const reset = (changes: Record<string, string> = {}, browser = t.browser()) =>
  browser.post("/reset", fieldsOf(ann, changes));
const isOpen = async (visitor: Browser) => (await visitor.get("/")).status === 200;
const signIn = async (password: string, browser = t.browser()) =>
  (await browser.post("/login", { username: "ann", password })).status;
const count = async (event: string) => (await t.db.all("SELECT id FROM audit_log WHERE event = ?", [event])).length;

describe("a password reset with both codes", () => {
  test("sets the password, signs nobody in and keeps the authenticator", async () => {
    const browser = t.browser();
    const answer = await reset({}, browser);
    expect(answer.headers.get("HX-Redirect")).toBe("/login?notice=reset");
    expect(browser.cookies.size).toBe(0);
    expect(await (await browser.get("/login?notice=reset")).text()).toContain("Password changed.");
    expect(await signIn(PASSWORD)).toBe(401);
    t.advance(60_000);
    const second = await browser.post("/login", { username: "ann", password: NEW_PASSWORD });
    expect(second.headers.get("HX-Redirect")).toBe("/login/code");
    expect((await browser.post("/login/code", { code: t.codeOf(ann) })).status).toBe(204);
    expect([await count("password.reset"), await count("recovery_code.used")]).toEqual([1, 1]);
  });

  test("works with a plain form", async () => {
    const answer = await t.browser().plainPost("/reset", fieldsOf(ann));
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/login?notice=reset"]);
  });

  test("ends every session, and whatever was begun with the old password", async () => {
    const browsers = [await t.signIn(ann), await t.signIn(ann), await t.signIn(ann)];
    const half = t.browser();
    await half.post("/login", { username: "ann", password: PASSWORD });
    t.advance(60_000);
    expect((await reset()).status).toBe(204);
    expect(await Promise.all(browsers.map(isOpen))).toEqual([false, false, false]);
    expect((await half.post("/login/code", { code: t.codeOf(ann, 1) })).headers.get("HX-Redirect")).toBe("/login");
  });

  test("needs both of them, right, unspent and one's own", async () => {
    const bob = await t.addUser("bob");
    for (const wrong of [
      { code: "000000" },
      { code: "" },
      { code: t.codeOf(bob) },
      { recovery_code: "" },
      { recovery_code: "AAAAA-BBBBB-CCCCC" },
      { recovery_code: bob.recoveryCodes[0]! },
      { username: "bob" },
    ]) {
      t.advance(2 * HOUR_MS);
      const answer = await reset(wrong);
      expect([wrong, answer.status]).toEqual([wrong, 401]);
    }
    expect(await count("password.reset")).toBe(0);
    expect(await signIn(PASSWORD)).toBe(204);
  });

  test("spends nothing when one of them is wrong", async () => {
    expect((await reset({ recovery_code: "AAAAA-BBBBB-CCCCC" })).status).toBe(401);
    expect((await reset({ code: "000000" })).status).toBe(401);
    expect((await reset()).status).toBe(204);
  });

  test("spends both: neither opens anything afterwards", async () => {
    const code = t.codeOf(ann);
    await reset();
    const browser = t.browser();
    await browser.post("/login", { username: "ann", password: NEW_PASSWORD });
    expect((await browser.post("/login/code", { code })).status).toBe(401);
    expect((await browser.post("/login/code", { recovery_code: ann.recoveryCodes[0]! })).status).toBe(401);
    expect((await reset({ code: t.codeOf(ann, 1) })).status).toBe(401);
  });

  test("twice at once with the same recovery code has one winner", async () => {
    // Two steps of the authenticator are good at the same moment, so the recovery code alone decides.
    const answers = await Promise.all([reset({ code: t.codeOf(ann, 0) }), reset({ code: t.codeOf(ann, 1) })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
    expect(await count("password.reset")).toBe(1);
  });

  test("is refused for a disabled person", async () => {
    await t.db.run("UPDATE users SET disabled_at = 1 WHERE id = ?", [ann.id]);
    expect((await reset()).status).toBe(401);
  });

  test("that breaks the rules is refused before anything is counted or spent", async () => {
    for (const [changes, message] of [
      [{ new_password: "short" }, "Use at least 8 characters."],
      [{ new_password: "iloveyou1", confirm_password: "iloveyou1" }, "too easy"],
      [{ new_password: "annannann", confirm_password: "annannann" }, "your username"],
      [{ confirm_password: "another" }, "The passwords do not match."],
    ] as const)
      for (let i = 0; i < 3; i++) {
        const answer = await reset(changes);
        expect(answer.status).toBe(422);
        const text = await answer.text();
        expect(text).toContain(message);
        expect(text).not.toContain(ann.recoveryCodes[0]!);
      }
    expect((await reset()).status).toBe(204);
  });
});

describe("guessing", () => {
  test("counts with the codes of sign-in, both codes as one attempt", async () => {
    for (let i = 0; i < 5; i++) expect((await reset({ code: "000000", recovery_code: "x" })).status).toBe(401);
    const blocked = await reset();
    expect([blocked.status, blocked.headers.get("Retry-After")]).toEqual([429, "900"]);
    const browser = t.browser();
    await browser.post("/login", { username: "ann", password: PASSWORD });
    expect((await browser.post("/login/code", { code: t.codeOf(ann) })).status).toBe(429);
  });

  test("fifty at once are five evaluated ones", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => reset({ code: "000000" })));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(45);
  });
});

describe("with the authenticator alone", () => {
  beforeEach(() => reopen({ resetProof: "totp" }));

  test("no recovery code is asked for and none is spent", async () => {
    expect(await (await t.browser().get("/reset")).text()).not.toContain("recovery_code");
    expect((await reset({ recovery_code: "" })).status).toBe(204);
    expect(await count("recovery_code.used")).toBe(0);
    expect((await reset({ recovery_code: "" })).status).toBe(401);
  });

  async function tenFailures(username = "ann"): Promise<void> {
    for (let i = 0; i < 10; i++) {
      const answer = await reset({ username, code: "000000" }, t.browser(`198.51.100.${i}`));
      expect(answer.status).toBe(401);
    }
  }

  test("the tenth failure is the last, from wherever and however long one waits", async () => {
    await tenFailures();
    t.advance(365 * 24 * HOUR_MS);
    const answer = await reset({}, t.browser("192.0.2.1"));
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([429, null]);
    expect(await answer.text()).toContain("ask an admin for help");
  });

  test("the same for an unknown username", async () => {
    await tenFailures("nobody");
    expect((await reset({ username: "nobody" }, t.browser("192.0.2.1"))).status).toBe(429);
  });

  test("until an admin unlocks", async () => {
    await tenFailures();
    await t.db.batch([sqlUnlock(ann.id)]);
    expect((await reset()).status).toBe(204);
  });

  test("until a complete sign-in", async () => {
    await tenFailures();
    await t.signIn(ann);
    t.advance(60_000);
    expect((await reset()).status).toBe(204);
  });
});

describe("a reset link", () => {
  async function issue(user: TestUser): Promise<string> {
    const token = newToken();
    const nowMs = t.deps.clock();
    const ticket = { ticketId: hashToken(token), purpose: "reset", userId: user.id, nowMs } as const;
    await t.db.batch([sqlInsertTicket({ ...ticket, expiresAtMs: nowMs + HOUR_MS })]);
    return `/reset/${token}`;
  }
  const fields = { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD };

  test("sets the password, ends every session, signs nobody in and keeps the authenticator", async () => {
    const other = await t.signIn(ann);
    const path = await issue(ann);
    const browser = t.browser();
    expect(await (await browser.get(path)).text()).toContain("Choose a new password");
    expect((await browser.post(path, fields)).headers.get("HX-Redirect")).toBe("/login?notice=reset");
    expect(browser.cookies.size).toBe(0);
    expect(await isOpen(other)).toBe(false);
    expect((await t.db.one<{ s: string }>("SELECT mfa_secret AS s FROM users"))?.s).not.toBeNull();
    expect([await signIn(PASSWORD), await signIn(NEW_PASSWORD)]).toEqual([401, 204]);
    expect(await count("reset_link.used")).toBe(1);
  });

  test("works with a plain form", async () => {
    const answer = await t.browser().plainPost(await issue(ann), fields);
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/login?notice=reset"]);
  });

  test("is good once, also for twenty at once", async () => {
    const path = await issue(ann);
    const answers = await Promise.all(Array.from({ length: 20 }, () => t.browser().post(path, fields)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(19);
    expect((await t.browser().get(path)).status).toBe(404);
    expect(await count("reset_link.used")).toBe(1);
  });

  test("is good for an hour, and not for a disabled person or another purpose", async () => {
    const path = await issue(ann);
    await t.db.run("UPDATE users SET disabled_at = 1");
    expect((await t.browser().get(path)).status).toBe(404);
    await t.db.run("UPDATE users SET disabled_at = NULL");
    expect((await t.browser().get(path.replace("reset", "invite"))).status).toBe(404);
    t.advance(HOUR_MS - 1);
    expect((await t.browser().get(path)).status).toBe(200);
    t.advance(1);
    expect((await t.browser().get(path)).status).toBe(404);
    expect((await t.browser().post(path, fields)).status).toBe(404);
    for (const token of ["x", newToken(), "../login"])
      expect((await t.browser().get(`/reset/${encodeURIComponent(token)}`)).status).toBe(404);
  });

  test("survives a password that breaks the rules", async () => {
    const path = await issue(ann);
    const weak = await t.browser().post(path, { new_password: "iloveyou1", confirm_password: "iloveyou1" });
    expect(weak.status).toBe(422);
    expect((await t.browser().post(path, fields)).status).toBe(204);
  });

  test("is gone when the password is changed in another way, and so is a sign-in that is half done", async () => {
    const path = await issue(ann);
    const half = t.browser();
    await half.post("/login", { username: "ann", password: PASSWORD });
    await t.browser().post(await issue(ann), fields);
    expect((await t.browser().get(path)).status).toBe(404);
    expect((await half.post("/login/code", { code: t.codeOf(ann) })).headers.get("HX-Redirect")).toBe("/login");
  });
});

test("whose authenticator an admin took away sets up another with the next sign-in", async () => {
  await t.db.run("UPDATE users SET mfa_secret = NULL WHERE id = ?", [ann.id]);
  const browser = t.browser();
  const answer = await browser.post("/login", { username: "ann", password: PASSWORD });
  expect(answer.headers.get("HX-Redirect")).toBe("/login/enrol");
  expect((await browser.get("/login/enrol")).status).toBe(200);
});
