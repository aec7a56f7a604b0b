import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { generateSync } from "otplib";
import type { Config } from "#src/config.ts";
import { CONFIRMED_FOR_MS } from "#src/routes/confirm.tsx";
import { sqlAudit } from "#src/store/audit-log.ts";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

let t: TestApp;
let ann: TestUser;
let browser: Browser;
beforeEach(() => open());
afterEach(() => t.close());

async function open(changes: Partial<Config> = {}): Promise<void> {
  t = await openApp(changes);
  ann = await t.addUser("ann");
  browser = await t.signIn(ann);
}

async function reopen(changes: Partial<Config>): Promise<void> {
  await t.close();
  await open(changes);
}

const isOpen = async (visitor: Browser) => (await visitor.get("/")).status === 200;
const page = async (visitor = browser, path = "/account") => (await visitor.get(path)).text();
const stale = () => t.advance(CONFIRMED_FOR_MS + 1);
const count = async (event: string) => (await t.db.all("SELECT id FROM audit_log WHERE event = ?", [event])).length;
const location = (answer: Response) => answer.headers.get("HX-Redirect");
/** Lets something happen between what a request checked and what it writes, `what` being part of one of its statements. */
function beforeWriting(what: string, happens: () => Promise<unknown>): void {
  const { db } = t;
  const batch = db.batch.bind(db);
  db.batch = async (statements) => {
    if (!statements.some(({ sql }) => sql.includes(what))) return batch(statements);
    db.batch = batch;
    await happens();
    return batch(statements);
  };
}
const keyIn = (html: string) => /data-testid="totp-key">(.*?)<\/code>/s.exec(html)![1]!.replace(/<[^>]*>/g, "");
const codesIn = (html: string) =>
  [.../data-testid="recovery-codes">(.*?)<\/ol>/s.exec(html)![1]!.matchAll(/<li>([^<]+)/g)].map(([, code]) => code!);
const codeFor = (secret: string, steps = 0) => generateSync({ secret, epoch: t.deps.clock() / 1000 + 30 * steps });
const secondStep = async (fields: Record<string, string>, username = "ann") => {
  const visitor = t.browser(`192.0.2.${Math.floor(t.deps.clock() / 1000) % 250}`);
  await visitor.post("/login", { username, password: PASSWORD });
  return (await visitor.post("/login/code", fields)).status;
};

describe("the authenticator", () => {
  /** Begins, and answers with the key that is shown. */
  async function begin(visitor = browser): Promise<string> {
    expect(location(await visitor.post("/account/authenticator"))).toBe("/account/authenticator");
    return keyIn(await page(visitor, "/account/authenticator"));
  }
  const verify = (code: string, visitor = browser) => visitor.post("/account/authenticator/verify", { code });

  test("is replaced by the first code of the new one; until then the old one works", async () => {
    const secret = await begin();
    expect(await secondStep({ code: t.codeOf(ann, 1) })).toBe(204);
    t.advance(60_000);
    expect((await verify(codeFor(ann.secret))).status).toBe(422);
    expect(location(await verify(codeFor(secret)))).toBe("/account?done=authenticator");
    t.advance(60_000);
    expect(await secondStep({ code: codeFor(ann.secret) })).toBe(401);
    expect(await secondStep({ code: codeFor(secret) })).toBe(204);
    expect(await count("authenticator.replaced")).toBe(1);
  });

  test("keeps the recovery codes when it is replaced", async () => {
    await verify(codeFor(await begin()));
    expect(await secondStep({ recovery_code: ann.recoveryCodes[4]! })).toBe(204);
  });

  test("ends every other session when it is replaced, and gives this one a new token", async () => {
    const others = [await t.signIn(ann), await t.signIn(ann)];
    const copy = t.browser();
    copy.cookies.set("session", browser.cookies.get("session")!);
    await verify(codeFor(await begin()));
    expect(await Promise.all([...others, copy].map(isOpen))).toEqual([false, false, false]);
    expect(await isOpen(browser)).toBe(true);
  });

  test("is confirmed by a code that is good for nothing else", async () => {
    const code = codeFor(await begin());
    await verify(code);
    expect(await secondStep({ code })).toBe(401);
    expect((await browser.post("/confirm", { code })).status).toBe(401);
    const fields = { username: "ann", code, recovery_code: ann.recoveryCodes[0]! };
    const password = { new_password: "seven purple giraffes", confirm_password: "seven purple giraffes" };
    expect((await t.browser().post("/reset", { ...fields, ...password })).status).toBe(401);
    expect(location(await verify(code))).toBe("/account");
  });

  test("is confirmed once: a copy of the ticket is worth nothing afterwards", async () => {
    const secret = await begin();
    const ticket = browser.cookies.get("ticket")!;
    await verify(codeFor(secret));
    browser.cookies.set("ticket", ticket);
    expect(location(await verify(codeFor(secret, 1)))).toBe("/account");
  });

  test("is not put in the place of one that an admin took away meanwhile", async () => {
    const code = codeFor(await begin());
    beforeWriting("SET mfa_secret", () => t.db.run("UPDATE users SET mfa_secret = NULL WHERE id = ?", [ann.id]));
    expect((await verify(code)).status).toBe(409);
    expect(await t.db.one("SELECT mfa_secret FROM users WHERE id = ?", [ann.id])).toEqual({ mfa_secret: null });
  });

  test("that is replaced opens nothing with a code that was checked a moment before", async () => {
    const secret = await begin();
    const half = t.browser();
    await half.post("/login", { username: "ann", password: PASSWORD });
    beforeWriting("INSERT INTO user_sessions", async () => expect((await verify(codeFor(secret))).status).toBe(204));
    expect((await half.post("/login/code", { code: t.codeOf(ann, 1) })).status).toBe(401);
    expect(await isOpen(half)).toBe(false);
  });

  test("is neither shown nor replaced without a proof of who one is", async () => {
    const secret = await begin();
    stale();
    expect((await browser.get("/account/authenticator")).status).toBe(403);
    expect((await verify(codeFor(secret))).status).toBe(403);
    expect((await browser.post("/account/authenticator")).status).toBe(403);
    expect((await browser.post("/account/authenticator/remove")).status).toBe(403);
  });

  test("that was begun is of no use to another person or another browser", async () => {
    const secret = await begin();
    const bobs = await t.signIn(await t.addUser("bob"));
    bobs.cookies.set("ticket", browser.cookies.get("ticket")!);
    expect(location(await verify(codeFor(secret), bobs))).toBe("/account");
    const elsewhere = await t.signIn(ann);
    expect(location(await verify(codeFor(secret), elsewhere))).toBe("/account");
    const stranger = t.browser();
    stranger.cookies.set("ticket", browser.cookies.get("ticket")!);
    expect((await stranger.get("/login/enrol")).headers.get("Location")).toBe("/login");
  });

  test("that was begun on the way in cannot be finished here", async () => {
    await t.db.run("UPDATE users SET mfa_secret = NULL WHERE id = ?", [ann.id]);
    const half = t.browser();
    await half.post("/login", { username: "ann", password: PASSWORD });
    const secret = keyIn(await page(half, "/login/enrol"));
    browser.cookies.set("ticket", half.cookies.get("ticket")!);
    expect(location(await verify(codeFor(secret)))).toBe("/account");
  });

  test("that was begun is forgotten after a quarter of an hour, and with signing out", async () => {
    const secret = await begin();
    t.advance(15 * 60_000);
    await browser.post("/confirm", { password: PASSWORD });
    expect(location(await verify(codeFor(secret)))).toBe("/account");
    const next = await begin();
    const ticket = browser.cookies.get("ticket")!;
    await browser.post("/logout");
    const again = await t.signIn(ann);
    again.cookies.set("ticket", ticket);
    expect(location(await verify(codeFor(next), again))).toBe("/account");
  });

  test("replaced at the same moment in two sessions has one winner", async () => {
    const other = await t.signIn(ann);
    // Two tickets side by side, as two browsers that began at the same moment would have.
    const first = await begin();
    const ticket = await t.db.one<{ ticket_id: string }>("SELECT ticket_id FROM tickets WHERE purpose = 'enrol'");
    await t.db.run("UPDATE tickets SET purpose = 'login' WHERE ticket_id = ?", [ticket!.ticket_id]);
    const second = await begin(other);
    await t.db.run("UPDATE tickets SET purpose = 'enrol'");
    const answers = await Promise.all([verify(codeFor(first)), verify(codeFor(second), other)]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect([await isOpen(browser), await isOpen(other)].filter(Boolean)).toHaveLength(1);
    expect(await count("authenticator.replaced")).toBe(1);
  });

  test("cannot be removed where one is required", async () => {
    expect(await page()).not.toContain("Remove");
    expect((await browser.post("/account/authenticator/remove")).status).toBe(403);
    expect(await isOpen(browser)).toBe(true);
  });

  test("works by plain forms too", async () => {
    const begun = await browser.plainPost("/account/authenticator");
    expect([begun.status, begun.headers.get("Location")]).toEqual([303, "/account/authenticator"]);
    const code = codeFor(keyIn(await page(browser, "/account/authenticator")));
    const done = await browser.plainPost("/account/authenticator/verify", { code });
    expect([done.status, done.headers.get("Location")]).toEqual([303, "/account?done=authenticator"]);
  });

  describe("where it is optional", () => {
    beforeEach(() => reopen({ mfaPolicy: "optional" }));

    test("can be removed: the next sign-in needs the password alone, and the recovery codes are gone", async () => {
      const other = await t.signIn(ann);
      expect(location(await browser.post("/account/authenticator/remove"))).toBe("/account?done=authenticator-removed");
      expect([await isOpen(browser), await isOpen(other)]).toEqual([true, false]);
      expect(location(await t.browser().post("/login", { username: "ann", password: PASSWORD }))).toBe("/");
      expect(await t.db.all("SELECT code_hash FROM recovery_codes")).toEqual([]);
      expect((await browser.post("/account/authenticator/remove")).status).toBe(409);
    });

    test("can be added, with recovery codes", async () => {
      await t.addUser("carol", { authenticator: false });
      const carols = t.browser();
      await carols.post("/login", { username: "carol", password: PASSWORD });
      const elsewhere = t.browser();
      await elsewhere.post("/login", { username: "carol", password: PASSWORD });
      expect(await page(carols)).toContain("Add authenticator");
      const secret = await begin(carols);
      expect(location(await verify(codeFor(secret), carols))).toBe("/account/codes");
      expect([await isOpen(carols), await isOpen(elsewhere)]).toEqual([true, false]);
      const codes = codesIn(await page(carols, "/account/codes"));
      expect(codes).toHaveLength(10);
      t.advance(60_000);
      expect(await secondStep({ code: codeFor(secret) }, "carol")).toBe(204);
      expect(await secondStep({ recovery_code: codes[0]! }, "carol")).toBe(204);
      expect(await count("authenticator.enrolled")).toBe(1);
    });

    test("is removable for users but not for admins where admins need one", async () => {
      await reopen({ mfaPolicy: "admins" });
      const admin = await t.signIn(await t.addUser("bob", { role: "admin" }));
      expect((await admin.post("/account/authenticator/remove")).status).toBe(403);
      expect((await browser.post("/account/authenticator/remove")).status).toBe(204);
    });
  });
});

describe("recovery codes", () => {
  const make = () => browser.post("/account/codes");

  test("made anew replace the old ones and are shown until they are saved", async () => {
    expect(location(await make())).toBe("/account/codes");
    const codes = codesIn(await page(browser, "/account/codes"));
    expect(new Set(codes).size).toBe(10);
    const file = await browser.plainPost("/account/codes/codes.txt");
    expect(file.headers.get("Content-Disposition")).toContain("attachment");
    expect((await file.text()).trim().split("\n")).toEqual(codes);
    expect((await browser.post("/account/codes/done")).status).toBe(422);
    expect(location(await browser.post("/account/codes/done", { saved: "yes" }))).toBe("/account?done=codes");
    expect((await browser.get("/account/codes")).headers.get("Location")).toBe("/account");
    expect((await browser.plainPost("/account/codes/codes.txt")).status).toBe(303);
    expect(await secondStep({ recovery_code: ann.recoveryCodes[0]! })).toBe(401);
    expect(await secondStep({ recovery_code: codes[0]! })).toBe(204);
    expect(await count("recovery_codes.replaced")).toBe(1);
  });

  test("made anew end every other session", async () => {
    const others = [await t.signIn(ann), await t.signIn(ann)];
    await make();
    expect(await Promise.all(others.map(isOpen))).toEqual([false, false]);
    expect(await isOpen(browser)).toBe(true);
  });

  test("are nowhere in the database as they are", async () => {
    await make();
    const codes = codesIn(await page(browser, "/account/codes"));
    const rows = await t.db.all("SELECT * FROM recovery_codes");
    const tickets = await t.db.all("SELECT payload FROM tickets");
    const stored = JSON.stringify([...rows, ...tickets]);
    for (const code of codes) expect(stored).not.toContain(code.replaceAll("-", ""));
    for (const code of codes) expect(stored).not.toContain(code);
  });

  test("are counted, with a warning when few are left", async () => {
    expect(await page()).toContain("10 of 10 left.");
    for (let used = 1; used <= 7; used++)
      expect(await secondStep({ recovery_code: ann.recoveryCodes[used]! })).toBe(204);
    expect(await page()).toContain("Only 3 are left.");
  });

  test("are not made without an authenticator", async () => {
    await reopen({ mfaPolicy: "optional" });
    await browser.post("/account/authenticator/remove");
    expect((await make()).status).toBe(409);
  });
});

describe("one's own sessions", () => {
  const ids = (html: string) => [...html.matchAll(/\/account\/sessions\/([0-9a-f]{64})\/end"/g)].map(([, id]) => id!);
  const end = (id: string, visitor = browser) => visitor.post(`/account/sessions/${id}/end`);
  const idOf = async (visitor: Browser, others: string[]) => {
    const own = ids(await page(visitor));
    return others.find((id) => !own.includes(id))!;
  };

  test("are listed with what they say of themselves; this one is marked and has no button", async () => {
    const phone = t.browser("198.51.100.9");
    t.advance(60_000);
    const userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604.1";
    await phone.post("/login", { username: "ann", password: PASSWORD });
    await phone.post("/login/code", { code: t.codeOf(ann) }, { "User-Agent": userAgent });
    const html = await page();
    expect(html).toContain("Safari on an iPhone");
    expect(html).toContain("198.51.100.9");
    expect(html.match(/>current</g)).toHaveLength(1);
    expect(new Set(ids(html)).size).toBe(1);
    expect(html).not.toContain(phone.cookies.get("session")!);
  });

  test("that are over are not listed", async () => {
    await t.signIn(ann);
    t.advance(20 * 60_000);
    await page();
    t.advance(20 * 60_000);
    expect(ids(await page())).toEqual([]);
  });

  test("are ended one by one", async () => {
    const [one, two] = [await t.signIn(ann), await t.signIn(ann)];
    const all = ids(`${await page()}${await page(one)}`);
    expect((await end(await idOf(one, all))).status).toBe(200);
    expect([await isOpen(browser), await isOpen(one), await isOpen(two)]).toEqual([true, false, true]);
    expect(await count("session.ended")).toBe(1);
  });

  test("are ended all but this one", async () => {
    const others = [await t.signIn(ann), await t.signIn(ann)];
    const bobs = await t.signIn(await t.addUser("bob"));
    expect(location(await browser.post("/account/sessions/end-others"))).toBe("/account?done=sessions");
    expect(await Promise.all(others.map(isOpen))).toEqual([false, false]);
    expect([await isOpen(browser), await isOpen(bobs)]).toEqual([true, true]);
  });

  test("of others are not there: 404, and they go on", async () => {
    const bob = await t.addUser("bob");
    const bobs = await t.signIn(bob);
    const row = await t.db.one<{ id: string }>("SELECT session_id AS id FROM user_sessions WHERE user_id = ?", [
      bob.id,
    ]);
    for (const id of [row!.id, "x", "0".repeat(64)]) expect((await end(id)).status).toBe(404);
    expect(await isOpen(bobs)).toBe(true);
    expect(await count("session.ended")).toBe(0);
  });

  test("end only with a proof of who one is", async () => {
    const other = await t.signIn(ann);
    const [id] = ids(await page());
    stale();
    expect((await end(id!)).status).toBe(403);
    expect((await browser.post("/account/sessions/end-others")).status).toBe(403);
    expect(await isOpen(other)).toBe(true);
  });

  test("this one can be ended too, and then it is signed out", async () => {
    const row = await t.db.one<{ id: string }>("SELECT session_id AS id FROM user_sessions");
    expect(location(await end(row!.id))).toBe("/login");
    expect(await isOpen(browser)).toBe(false);
  });
});

describe("recent activity", () => {
  test("is about oneself, in sentences that say you", async () => {
    const bob = await t.addUser("bob", { role: "admin" });
    const bobs = await t.signIn(bob);
    await t.browser().post("/login", { username: "ann", password: "wrong" });
    const change = { event: "user.unlocked", atMs: t.deps.clock(), origin: null, actor: bob } as const;
    await t.db.batch([sqlAudit({ ...change, target: ann })]);
    const html = (await page()).replace(/<[^>]*>/g, "");
    expect(html).toContain("You signed in with password and authenticator.");
    expect(html).toContain("A wrong password was entered for you.");
    expect(html).toContain("bob unlocked");
    expect((await page(bobs)).replace(/<[^>]*>/g, "")).not.toContain("ann");
  });
});
