import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { authenticatorCode, Visit } from "#tests/support/browser.ts";
import { openFirefox } from "#tests/support/firefox.ts";
import {
  ADMIN,
  type Belongings,
  createFirstAdmin,
  expectDashboard,
  expectSignInPage,
  signOut,
  submitCode,
  submitPassword,
} from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";

const LIMIT_MS = 60_000;
const NEW_PASSWORD = "seven purple giraffes dancing";

let browser: Browser;
let server: RunningGatehouse;
let visit: Visit;
let belongings: Belongings;

beforeAll(async () => {
  [browser, server] = await Promise.all([openFirefox(), startGatehouse({ FRAGMENTS_DIR: "tests/browser/fragments" })]);
  visit = await Visit.begin(browser);
}, LIMIT_MS);
afterAll(async () => {
  await visit?.end();
  await server?.stop();
  await browser?.close();
}, LIMIT_MS);

test(
  "the first admin sets up, signs out, and comes back in with password and code",
  async () => {
    belongings = await createFirstAdmin(visit, server);
    await signOut(visit);
    await submitPassword(visit, server);
    await submitCode(visit, await belongings.authenticator.nextCode());
    await expectDashboard(visit);
    visit.expectClean();
  },
  LIMIT_MS,
);

test(
  "a card refreshes itself",
  async () => {
    await visit.page.getByText("Still beating.").waitFor();
    for (let i = 0; i < 2; i++) await visit.page.waitForResponse("**/fragments/pulse");
    await visit.page.getByText("Still beating.").waitFor();
    visit.expectClean();
  },
  LIMIT_MS,
);

test(
  "somebody is registered in place",
  async () => {
    const { page } = visit;
    await page.getByRole("link", { name: "People" }).click();
    await page.evaluate(() => Object.assign(globalThis, { stillTheSamePage: true }));
    await page.getByLabel("Username").fill("bob");
    await page.getByRole("button", { name: "Register user" }).click();
    await page.getByRole("row", { name: /bob/ }).waitFor();
    expect(await page.getByTestId("one-time-link").textContent()).toContain(`${server.url}/invite/`);
    expect(await page.evaluate(() => "stillTheSamePage" in globalThis)).toBe(true);
    visit.expectClean();
  },
  LIMIT_MS,
);

test(
  "going back after signing out shows nothing of the house",
  async () => {
    const { page } = visit;
    await page.goto(server.url);
    await signOut(visit);
    await page.goBack({ waitUntil: "commit" });
    await expectSignInPage(visit);
    visit.expectClean();
  },
  LIMIT_MS,
);

test(
  "a forgotten password is reset with both codes",
  async () => {
    const { page } = visit;
    await page.goto(`${server.url}/reset`);
    await server.sql("UPDATE users SET mfa_last_step = 0");
    await page.getByLabel("Username").fill(ADMIN.username);
    await page.getByLabel("Authentication code").fill(await authenticatorCode(belongings.authenticator.secret));
    await page.getByLabel("Recovery code").fill(belongings.recoveryCodes[0]!);
    await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
    await page.getByLabel("Confirm new password").fill(NEW_PASSWORD);
    await page.getByRole("button", { name: "Reset password" }).click();
    await page.getByText("Password changed.").waitFor();
    visit.expectClean();
  },
  LIMIT_MS,
);
