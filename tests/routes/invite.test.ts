import { afterEach, beforeEach, expect, test } from "bun:test";
import { hashToken, newToken } from "#src/auth/token.ts";
import { sqlInsertTicket } from "#src/store/tickets.ts";
import { findUserByKey, sqlInsertUser } from "#src/store/users.ts";
import { openApp, PASSWORD, type TestApp } from "../support/app.ts";

const passwords = { new_password: PASSWORD, confirm_password: PASSWORD };
const HOUR_MS = 3_600_000;

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

/** Somebody who was registered and has not chosen a password yet. */
async function invite(username: string): Promise<string> {
  const nowMs = t.deps.clock();
  await t.db.batch([sqlInsertUser({ username, usernameKey: username, role: "user", passwordHash: "", nowMs })]);
  const userId = (await findUserByKey(t.db, username))!.id;
  const token = newToken();
  const ticket = { ticketId: hashToken(token), purpose: "invite", userId } as const;
  await t.db.batch([sqlInsertTicket({ ...ticket, nowMs, expiresAtMs: nowMs + 72 * HOUR_MS })]);
  return `/invite/${token}`;
}

test("an invited person chooses a password, then sets up the authenticator, and is not signed in by it", async () => {
  const browser = t.browser();
  const path = await invite("bob");
  expect(await (await browser.get(path)).text()).toContain("bob");
  expect((await browser.post(path, passwords)).headers.get("HX-Redirect")).toBe("/login/enrol");
  expect((await browser.get("/")).headers.get("Location")).toBe("/login");
});

test("where no authenticator is needed, none is set up on the way", async () => {
  await t.close();
  t = await openApp({ mfaPolicy: "optional" });
  const browser = t.browser();
  expect((await browser.post(await invite("bob"), passwords)).headers.get("HX-Redirect")).toBe("/login?notice=chosen");
  expect((await browser.post("/login", { username: "bob", password: PASSWORD })).headers.get("HX-Redirect")).toBe("/");
  expect(await t.db.all("SELECT 1 AS one FROM tickets WHERE purpose = 'enrol'")).toEqual([]);
});

test("nobody can sign in before a password was chosen", async () => {
  await invite("bob");
  for (const password of [PASSWORD, " ", "\0"])
    expect((await t.browser().post("/login", { username: "bob", password })).status).toBe(401);
});

test("an invitation works once, however many use it at the same moment", async () => {
  const path = await invite("bob");
  const answers = await Promise.all(Array.from({ length: 20 }, () => t.browser().post(path, passwords)));
  expect(answers.filter((answer) => answer.status === 204)).toHaveLength(1);
  expect((await t.browser().get(path)).status).toBe(404);
});

test("an invitation ends after 72 hours", async () => {
  const path = await invite("bob");
  t.advance(72 * HOUR_MS);
  expect((await t.browser().get(path)).status).toBe(404);
  expect((await t.browser().post(path, passwords)).status).toBe(404);
});

test("an invitation for somebody disabled meanwhile is worth nothing", async () => {
  const path = await invite("bob");
  await t.db.run("UPDATE users SET disabled_at = 1 WHERE username = ?", ["bob"]);
  expect((await t.browser().post(path, passwords)).status).toBe(404);
});
