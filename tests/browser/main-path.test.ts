import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { Authenticator, openBrowser, readQr, Visit } from "#tests/support/browser.ts";
import {
  ADMIN,
  createFirstAdmin,
  expectDashboard,
  expectSignInPage,
  openSetup,
  saveRecoveryCodes,
  shownKey,
  signOut,
  submitCode,
  submitPassword,
  submitRecoveryCode,
  typeCode,
} from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";

const LIMIT_MS = 60_000;

let browser: Browser;
let server: RunningGatehouse;
let visit: Visit;

beforeAll(async () => {
  browser = await openBrowser();
}, LIMIT_MS);
afterAll(() => browser?.close());

beforeEach(async () => {
  server = await startGatehouse({ FRAGMENTS_DIR: "tests/browser/fragments" });
}, LIMIT_MS);
afterEach(async () => {
  await visit?.end();
  await server?.stop();
}, LIMIT_MS);

for (const scripts of [true, false]) {
  describe(scripts ? "with JavaScript" : "without JavaScript", () => {
    beforeEach(async () => {
      visit = await Visit.begin(browser, { scripts });
    });

    test(
      "the first admin comes in by the printed address, and back in by code and once by each recovery code",
      async () => {
        await openSetup(visit, server);
        const key = await shownKey(visit);
        await expectQrToHold(key);
        const authenticator = new Authenticator(key);
        await submitCode(visit, await authenticator.nextCode());
        const recoveryCodes = await saveRecoveryCodes(visit);
        expect(new Set(recoveryCodes).size).toBe(10);
        await expectDashboard(visit);

        await signOut(visit);
        await submitPassword(visit, server);
        await typeCode(visit, await authenticator.nextCode());
        await expectDashboard(visit);

        await signOut(visit);
        await submitPassword(visit, server);
        await submitRecoveryCode(visit, recoveryCodes[3]!);
        await expectDashboard(visit);

        await signOut(visit);
        await submitPassword(visit, server);
        await submitRecoveryCode(visit, recoveryCodes[3]!);
        await visit.page.getByText("was used before").waitFor();
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "going back after signing out shows nothing of the dashboard",
      async () => {
        await createFirstAdmin(visit, server);
        await signOut(visit);
        await visit.page.goBack({ waitUntil: "commit" });
        await expectSignInPage(visit);
        visit.expectClean();
      },
      LIMIT_MS,
    );
  });
}

test(
  "when the session ends, a card's next request leads to the sign-in page instead of nesting it",
  async () => {
    visit = await Visit.begin(browser);
    await createFirstAdmin(visit, server);
    await visit.page.getByText("Still beating.", { exact: true }).waitFor();
    await server.sql("DELETE FROM user_sessions");
    await expectSignInPage(visit);
    visit.expectClean();
  },
  LIMIT_MS,
);

test(
  "the printed address works for one admin only",
  async () => {
    visit = await Visit.begin(browser);
    await createFirstAdmin(visit, server);
    await signOut(visit);
    await visit.page.goto(server.setupUrl);
    expect(await visit.page.getByRole("button", { name: "Create account" }).count()).toBe(0);
    visit.expectClean();
  },
  LIMIT_MS,
);

/** What a camera reads from the screen, what the link says and the key shown for typing are one and the same. */
async function expectQrToHold(key: string): Promise<void> {
  const uri = await readQr(visit.page);
  expect(await visit.page.getByRole("link", { name: "open it in an app" }).getAttribute("href")).toBe(uri);
  const { protocol, host, pathname, searchParams } = new URL(uri);
  expect(protocol + host).toBe("otpauth:totp");
  expect(decodeURIComponent(pathname)).toBe(`/Gatehouse:${ADMIN.username}`);
  expect(searchParams.get("secret")).toBe(key);
  expect(searchParams.get("issuer")).toBe("Gatehouse");
}
