import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

const NEW_PASSWORD = "seven purple giraffes dancing";

let t: TestApp;
let ann: TestUser;
let browser: Browser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.addUser("ann");
  browser = await t.signIn(ann);
});
afterEach(() => t.close());

const isOpen = async (visitor: Browser) => (await visitor.get("/")).status === 200;
const change = (fields: Record<string, string> = {}, who = browser) =>
  who.post("/account/password", {
    current_password: PASSWORD,
    new_password: NEW_PASSWORD,
    confirm_password: NEW_PASSWORD,
    ...fields,
  });
const signInStatus = async (password: string) =>
  (await t.browser().post("/login", { username: "ann", password })).status;

describe("changing the password", () => {
  test("takes effect at once and says so", async () => {
    const answer = await change();
    expect(answer.headers.get("HX-Redirect")).toBe("/account?done=password");
    expect(await (await browser.get("/account?done=password")).text()).toContain("Password changed.");
    expect(await signInStatus(PASSWORD)).toBe(401);
    expect(await signInStatus(NEW_PASSWORD)).toBe(204);
    expect(await t.db.one("SELECT event FROM audit_log WHERE event = 'password.changed'")).not.toBeNull();
  });

  test("works with a plain form", async () => {
    const answer = await browser.plainPost("/account/password", {
      current_password: PASSWORD,
      new_password: NEW_PASSWORD,
      confirm_password: NEW_PASSWORD,
    });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/account?done=password"]);
  });

  test("ends every other session, and gives this one a new token", async () => {
    const others = [await t.signIn(ann), await t.signIn(ann)];
    const bob = await t.signIn(await t.addUser("bob"));
    const copy = t.browser();
    copy.cookies.set("session", browser.cookies.get("session")!);
    await change();
    expect(await Promise.all([...others, copy].map(isOpen))).toEqual([false, false, false]);
    expect([await isOpen(browser), await isOpen(bob)]).toEqual([true, true]);
  });

  test("ends a sign-in that is half done with the old one", async () => {
    const half = t.browser();
    await half.post("/login", { username: "ann", password: PASSWORD });
    await change();
    const answer = await half.post("/login/code", { code: t.codeOf(ann, 1) });
    expect(answer.headers.get("HX-Redirect")).toBe("/login");
    expect(await isOpen(half)).toBe(false);
  });

  test("and a sign-in that was checked a moment before leave no session of the old password", async () => {
    const { passwords } = t.deps;
    const half = t.browser();
    const verify = passwords.verify;
    let checked = () => {};
    const changed = new Promise<void>((done) => {
      checked = done;
    });
    // The sign-in's password is right when it is checked; only then the other request changes it.
    (passwords as { verify: typeof verify }).verify = async (...args) => {
      const verdict = await verify(...args);
      (passwords as { verify: typeof verify }).verify = verify;
      await change();
      checked();
      return verdict;
    };
    await half.post("/login", { username: "ann", password: PASSWORD });
    await changed;
    await half.post("/login/code", { code: t.codeOf(ann, 1) });
    expect(await isOpen(half)).toBe(false);
  });

  test("refuses a wrong current password, counted like a sign-in, and changes nothing", async () => {
    for (let i = 0; i < 5; i++) expect((await change({ current_password: "wrong" })).status).toBe(401);
    expect((await change()).status).toBe(429);
    expect(await signInStatus(NEW_PASSWORD)).toBe(429);
    t.advance(15 * 60_000);
    expect(await signInStatus(PASSWORD)).toBe(204);
    const refused = await t.db.all("SELECT id FROM audit_log WHERE event = 'password.change_refused'");
    expect(refused).toHaveLength(5);
  });

  test("refuses a new one that breaks the rules, without asking for the current one", async () => {
    for (const [fields, message] of [
      [{ new_password: "short" }, "Use at least 8 characters."],
      [{ new_password: "iloveyou1", confirm_password: "iloveyou1" }, "too easy"],
      [{ new_password: "annannann", confirm_password: "annannann" }, "your username"],
      [{ confirm_password: "another" }, "The passwords do not match."],
      [{ new_password: PASSWORD, confirm_password: PASSWORD }, "differs from the current one"],
    ] as const) {
      const answer = await change({ current_password: PASSWORD, ...fields });
      expect(answer.status).toBe(422);
      const text = await answer.text();
      expect(text).toContain(message);
      expect(text).not.toContain(PASSWORD);
    }
    expect(await t.db.one("SELECT id FROM audit_log WHERE event = 'password.change_refused'")).toBeNull();
  });

  test("at the same moment from two sessions leaves one winner", async () => {
    const other = await t.signIn(ann);
    const answers = await Promise.all([
      change({ new_password: `${NEW_PASSWORD} 1`, confirm_password: `${NEW_PASSWORD} 1` }),
      change({ new_password: `${NEW_PASSWORD} 2`, confirm_password: `${NEW_PASSWORD} 2` }, other),
    ]);
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect([await isOpen(browser), await isOpen(other)].filter(Boolean)).toHaveLength(1);
  });
});

describe("the strength of a new password", () => {
  const strength = async (new_password: string) =>
    (await browser.post("/account/password/strength", { new_password })).text();

  test("is told while it is typed", async () => {
    expect(await strength("password")).toContain("Guessed at once");
    expect(await strength(NEW_PASSWORD)).toContain("Very good");
    expect(await strength("")).toBe("");
  });

  test("is told to nobody who is not signed in, and not for a novel", async () => {
    expect((await t.browser().post("/account/password/strength", { new_password: "x" })).status).toBe(401);
    expect((await browser.post("/account/password/strength", { new_password: "x".repeat(300) })).status).toBe(422);
  });
});
