import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createApp } from "#src/app.tsx";
import { Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

const location = (answer: Response) => answer.headers.get("HX-Redirect");
const withoutName = async (answer: Response) => (await answer.text()).replace(/value="[a-z]+"/, "");

describe("password and code", () => {
  test("lead to the dashboard", async () => {
    const ann = await t.addUser("ann");
    const browser = t.browser();
    expect(location(await browser.post("/login", { username: "ann", password: PASSWORD }))).toBe("/login/code");
    expect(location(await browser.post("/login/code", { code: t.codeOf(ann) }))).toBe("/");
    const page = await browser.get("/");
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("ann");
  });

  test("lead there by plain forms too", async () => {
    const ann = await t.addUser("ann");
    const browser = t.browser();
    const first = await browser.plainPost("/login", { username: "ann", password: PASSWORD });
    expect([first.status, first.headers.get("Location")]).toEqual([303, "/login/code"]);
    const second = await browser.plainPost("/login/code", { code: t.codeOf(ann) });
    expect([second.status, second.headers.get("Location")]).toEqual([303, "/"]);
  });

  test("lead back to the page a stranger asked for", async () => {
    const ann = await t.addUser("ann");
    const browser = t.browser();
    const asked = await browser.get("/fragments/account");
    expect(asked.headers.get("Location")).toBe("/login?next=%2Ffragments%2Faccount");
    await browser.post("/login", { username: "ann", password: PASSWORD, next: "/fragments/account" });
    expect(location(await browser.post("/login/code", { code: t.codeOf(ann) }))).toBe("/fragments/account");
  });

  test("are not asked of who is signed in", async () => {
    const browser = await t.signIn(await t.addUser("ann"));
    expect((await browser.get("/login?next=%2Faccount")).headers.get("Location")).toBe("/account");
    expect((await browser.get("/login?next=//evil.example")).headers.get("Location")).toBe("/");
  });

  test("never lead to another site", async () => {
    const ann = await t.addUser("ann");
    const browser = t.browser();
    await browser.post("/login", { username: "ann", password: PASSWORD, next: "//evil.example" });
    expect(location(await browser.post("/login/code", { code: t.codeOf(ann) }))).toBe("/");
  });

  test("a code that opened one session cannot open another", async () => {
    const ann = await t.addUser("ann");
    const browser = t.browser();
    const code = t.codeOf(ann);
    await browser.post("/login", { username: "ann", password: PASSWORD });
    expect((await browser.post("/login/code", { code })).status).toBe(204);
    await browser.post("/login", { username: "ann", password: PASSWORD });
    expect((await browser.post("/login/code", { code })).status).toBe(401);
  });
});

test("a password that was changed while it was being checked is a wrong one", async () => {
  const ann = await t.addUser("ann");
  const { passwords } = t.deps;
  const verify: typeof passwords.verify = async (...args) => {
    const verdict = await passwords.verify(...args);
    await t.db.run("UPDATE users SET password_hash = ? WHERE id = ?", [await passwords.hash("another one"), ann.id]);
    return verdict;
  };
  const browser = new Browser(createApp({ ...t.deps, passwords: { ...passwords, verify } }));
  expect((await browser.post("/login", { username: "ann", password: PASSWORD })).status).toBe(401);
  expect(browser.cookies.size).toBe(0);
});

test("unknown, wrong and disabled get the same answer", async () => {
  await t.addUser("ann");
  const carol = await t.addUser("carol");
  await t.db.run("UPDATE users SET disabled_at = 1 WHERE id = ?", [carol.id]);
  const unknown = await t.browser().post("/login", { username: "nobody", password: PASSWORD });
  const wrong = await t.browser().post("/login", { username: "ann", password: "wrong" });
  const disabled = await t.browser().post("/login", { username: "carol", password: PASSWORD });
  expect([unknown.status, wrong.status, disabled.status]).toEqual([401, 401, 401]);
  const text = await withoutName(unknown);
  expect(await withoutName(wrong)).toBe(text);
  expect(await withoutName(disabled)).toBe(text);
});

describe("throttle", () => {
  test("five wrong passwords, then a wait of 15 minutes that the right password does not shorten", async () => {
    await t.addUser("ann");
    const browser = t.browser();
    for (let i = 0; i < 5; i++)
      expect((await browser.post("/login", { username: "ann", password: "wrong" })).status).toBe(401);
    const blocked = await browser.post("/login", { username: "ann", password: PASSWORD });
    expect(blocked.status).toBe(429);
    expect(blocked.headers.get("Retry-After")).toBe("900");
    t.advance(15 * 60_000);
    expect((await browser.post("/login", { username: "ann", password: PASSWORD })).status).toBe(204);
  });

  test("fifty wrong codes at once are five evaluated ones", async () => {
    await t.addUser("ann");
    const browser = t.browser();
    await browser.post("/login", { username: "ann", password: PASSWORD });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => browser.post("/login/code", { code: "000000" })),
    );
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(5);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(45);
  });
});
