import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { generateSync } from "otplib";
import { newToken } from "#src/auth/token.ts";
import { type Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

const redirect = (answer: Response) => answer.headers.get("HX-Redirect");
const ann = { username: "ann", new_password: PASSWORD, confirm_password: PASSWORD };

const shownKey = (page: string) =>
  page.match(/data-testid="totp-key"[^>]*>(.*?)<\/code>/s)?.[1]?.replace(/<[^>]*>|\s/g, "") ?? "";
const shownCodes = (page: string) => [...page.matchAll(/<li>([0-9A-Z-]{17})<\/li>/g)].map((match) => match[1]!);
const codeFor = (secret: string) => generateSync({ secret, epoch: t.deps.clock() / 1000 });

/** From the setup address to the recovery codes. */
async function enrol(browser: Browser): Promise<{ key: string; codes: string[] }> {
  const key = shownKey(await (await browser.get("/login/enrol")).text());
  expect(redirect(await browser.post("/login/enrol", { code: codeFor(key) }))).toBe("/login/enrol");
  return { key, codes: shownCodes(await (await browser.get("/login/enrol")).text()) };
}

describe("the first admin", () => {
  test("comes from the printed address to the dashboard", async () => {
    const browser = t.browser();
    expect(redirect(await browser.post(await t.setupPath(), ann))).toBe("/login/enrol");
    const { codes } = await enrol(browser);
    expect(new Set(codes).size).toBe(10);
    expect(redirect(await browser.post("/login/enrol/done", { saved: "yes" }))).toBe("/");
    expect((await browser.get("/")).status).toBe(200);
    expect(await t.db.one("SELECT username, role FROM users")).toEqual({ username: "ann", role: "admin" });
  });

  test("has no session before the authenticator is confirmed and the codes are saved", async () => {
    const browser = t.browser();
    await browser.post(await t.setupPath(), ann);
    expect((await browser.get("/")).headers.get("Location")).toBe("/login");
    await enrol(browser);
    expect((await browser.get("/")).headers.get("Location")).toBe("/login");
    expect((await browser.post("/login/enrol/done", {})).status).toBe(422);
    expect((await browser.get("/")).headers.get("Location")).toBe("/login");
  });

  test("who gave up half-way signs in with the password and goes on with the authenticator", async () => {
    await t.browser().post(await t.setupPath(), ann);
    const later = t.browser();
    expect(redirect(await later.post("/login", { username: "ann", password: PASSWORD }))).toBe("/login/enrol");
    await enrol(later);
    expect(redirect(await later.post("/login/enrol/done", { saved: "yes" }))).toBe("/");
  });

  test("needs no authenticator where nobody does", async () => {
    await t.close();
    t = await openApp({ mfaPolicy: "optional" });
    const browser = t.browser();
    expect(redirect(await browser.post(await t.setupPath(), ann))).toBe("/login?notice=chosen");
    expect(await (await browser.get("/login?notice=chosen")).text()).toContain("All set. Sign in with your password.");
    expect(redirect(await browser.post("/login", { username: "ann", password: PASSWORD }))).toBe("/");
  });

  test("is one, of twenty who use the address at once", async () => {
    const path = await t.setupPath();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => t.browser().post(path, { ...ann, username: `ann${i}` })),
    );
    expect(answers.filter((answer) => answer.status === 204)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 404)).toHaveLength(19);
    expect(await t.db.one("SELECT COUNT(*) AS users FROM users")).toEqual({ users: 1 });
  });

  test("is one, of twenty with an address each", async () => {
    const paths = await Promise.all(Array.from({ length: 20 }, () => t.setupPath()));
    const answers = await Promise.all(paths.map((path, i) => t.browser().post(path, { ...ann, username: `ann${i}` })));
    expect(answers.filter((answer) => answer.status === 204)).toHaveLength(1);
    expect(await t.db.one("SELECT COUNT(*) AS users FROM users")).toEqual({ users: 1 });
  });
});

describe("the setup address", () => {
  test("is not there for another token, after 30 minutes, or once somebody is registered", async () => {
    expect((await t.browser().get(`/setup/${newToken()}`)).status).toBe(404);
    const path = await t.setupPath();
    expect((await t.browser().get(path)).status).toBe(200);
    t.advance(30 * 60_000);
    expect((await t.browser().get(path)).status).toBe(404);
    const fresh = await t.setupPath();
    await t.addUser("bob");
    expect((await t.browser().get(fresh)).status).toBe(404);
    expect((await t.browser().post(fresh, ann)).status).toBe(404);
  });

  test("refuses weak, short and differing passwords and keeps the name", async () => {
    const path = await t.setupPath();
    for (const wrong of [
      { new_password: "short", confirm_password: "short" },
      { new_password: "password1", confirm_password: "password1" },
      { confirm_password: "another one entirely" },
    ]) {
      const answer = await t.browser().post(path, { ...ann, ...wrong });
      expect(answer.status).toBe(422);
      const page = await answer.text();
      expect(page).toContain('value="ann"');
      expect(page).not.toContain(wrong.new_password ?? PASSWORD);
    }
    expect(await t.db.one("SELECT id FROM users")).toBeNull();
  });

  test("never appears in the log", async () => {
    const path = await t.setupPath();
    await t.browser().get(path);
    await t.browser().get(`/setup/${"x".repeat(43)}`);
    expect(t.logged()).toContain("/setup/:token");
    expect(t.logged()).not.toContain(path.slice("/setup/".length));
  });
});

describe("setting up the authenticator", () => {
  test("a wrong code keeps the same key and turns nothing on", async () => {
    const browser = t.browser();
    await browser.post(await t.setupPath(), ann);
    const key = shownKey(await (await browser.get("/login/enrol")).text());
    const refused = await browser.post("/login/enrol", { code: "000000" });
    expect(refused.status).toBe(422);
    expect(shownKey(await refused.text())).toBe(key);
    expect(await t.db.one("SELECT mfa_secret FROM users")).toEqual({ mfa_secret: null });
  });

  test("the key is not shown again once it is confirmed, nor the codes once they are saved", async () => {
    const browser = t.browser();
    await browser.post(await t.setupPath(), ann);
    const { key, codes } = await enrol(browser);
    expect(await (await browser.get("/login/enrol")).text()).not.toContain(key.slice(0, 4));
    await browser.post("/login/enrol/done", { saved: "yes" });
    expect((await browser.get("/login/enrol")).status).toBe(303);
    const rows = JSON.stringify(await t.db.all("SELECT * FROM users, recovery_codes"));
    expect(rows).not.toContain(key);
    expect(rows).not.toContain(codes[0]!);
    expect(t.logged()).not.toContain(key);
    expect(t.logged()).not.toContain(codes[0]!);
  });

  test("the codes can be downloaded, by those who may see them", async () => {
    const browser = t.browser();
    await browser.post(await t.setupPath(), ann);
    expect((await browser.plainPost("/login/enrol/codes.txt")).status).toBe(303);
    const { codes } = await enrol(browser);
    const file = await browser.plainPost("/login/enrol/codes.txt");
    expect(file.headers.get("Content-Disposition")).toBe('attachment; filename="recovery-codes.txt"');
    expect(await file.text()).toBe(`${codes.join("\n")}\n`);
    expect((await t.browser().plainPost("/login/enrol/codes.txt")).headers.get("Location")).toBe("/login");
  });

  test("the confirming code does not open a session afterwards", async () => {
    const browser = t.browser();
    await browser.post(await t.setupPath(), ann);
    const { key } = await enrol(browser);
    await browser.post("/login", { username: "ann", password: PASSWORD });
    expect((await browser.post("/login/code", { code: codeFor(key) })).status).toBe(401);
  });

  test("twenty confirmations at once give one set of recovery codes, the one that is shown", async () => {
    const browser = t.browser();
    await browser.post(await t.setupPath(), ann);
    const key = shownKey(await (await browser.get("/login/enrol")).text());
    await Promise.all(Array.from({ length: 20 }, () => browser.post("/login/enrol", { code: codeFor(key) })));
    const codes = shownCodes(await (await browser.get("/login/enrol")).text());
    expect(await t.db.one("SELECT COUNT(*) AS codes FROM recovery_codes")).toEqual({ codes: 10 });
    await browser.post("/logout");
    await browser.post("/login", { username: "ann", password: PASSWORD });
    expect((await browser.post("/login/code", { recovery_code: codes[0]! })).status).toBe(204);
  });
});
