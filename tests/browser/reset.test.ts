import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { hashToken, newToken } from "#src/auth/token.ts";
import { authenticatorCode, openBrowser, Visit } from "#tests/support/browser.ts";
import {
  ADMIN,
  type Belongings,
  createFirstAdmin,
  expectDashboard,
  signOut,
  submitCode,
} from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";

const LIMIT_MS = 90_000;
const NEW_PASSWORD = "seven purple giraffes dancing";

let browser: Browser;
let server: RunningGatehouse;
let visit: Visit;
let page: Page;
let belongings: Belongings;

beforeAll(async () => {
  browser = await openBrowser();
}, LIMIT_MS);
afterAll(() => browser?.close());

for (const scripts of [true, false])
  describe(scripts ? "with JavaScript" : "without JavaScript", () => {
    beforeEach(async () => {
      server = await startGatehouse({ FRAGMENTS_DIR: "tests/browser/fragments" });
      visit = await Visit.begin(browser, { scripts });
      page = visit.page;
      belongings = await createFirstAdmin(visit, server);
      await signOut(visit);
    }, LIMIT_MS);
    afterEach(async () => {
      await visit?.end();
      await server?.stop();
    }, LIMIT_MS);

    test(
      "somebody who forgot the password sets a new one with both codes, and is told of it",
      async () => {
        await page.getByRole("link", { name: "Forgot your password?" }).click();
        await fill("AAAAA-BBBBB-CCCCC");
        await page.getByText("That did not work.").waitFor();
        expect(await page.getByLabel("Username", { exact: true }).inputValue()).toBe(ADMIN.username);
        expect(await page.getByLabel("Recovery code").inputValue()).toBe("");
        await fill(belongings.recoveryCodes[2]!);
        await signInWithTheNewPassword();
        await page.getByText("A new password was set for you.").waitFor();
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "a link from an admin sets a new password, once",
      async () => {
        const link = await issueLink();
        await page.goto(link);
        await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
        await page.getByLabel("Confirm new password").fill(NEW_PASSWORD);
        await page.getByRole("button", { name: "Reset password" }).click();
        await signInWithTheNewPassword();
        await page.goto(link);
        await page.getByText("This link no longer works").waitFor();
        visit.expectClean();
      },
      LIMIT_MS,
    );
  });

async function fill(recoveryCode: string): Promise<void> {
  await server.sql("UPDATE users SET mfa_last_step = 0");
  await page.getByLabel("Username", { exact: true }).fill(ADMIN.username);
  await page.getByLabel("Authentication code").fill(await authenticatorCode(belongings.authenticator.secret));
  await page.getByLabel("Recovery code").fill(recoveryCode);
  await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel("Confirm new password").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Reset password" }).click();
}

/** From the sign-in page the reset leads to. */
async function signInWithTheNewPassword(): Promise<void> {
  await page.getByText("Password changed.").waitFor();
  await page.getByLabel("Username", { exact: true }).fill(ADMIN.username);
  await page.getByLabel("Password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Authentication code").waitFor();
  await server.sql("UPDATE users SET mfa_last_step = 0");
  await submitCode(visit, await authenticatorCode(belongings.authenticator.secret));
  await expectDashboard(visit);
}

/** What an admin hands over. */
async function issueLink(): Promise<string> {
  const token = newToken();
  const nowMs = Date.now();
  await server.sql(
    `INSERT INTO tickets (ticket_id, purpose, user_id, created_at, expires_at)
     SELECT '${hashToken(token)}', 'reset', id, ${nowMs}, ${nowMs + 3_600_000} FROM users`,
  );
  return `${server.url}/reset/${token}`;
}
