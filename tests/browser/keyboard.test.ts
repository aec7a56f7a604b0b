import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser, Visit } from "#tests/support/browser.ts";
import { createFirstAdmin } from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";

const LIMIT_MS = 90_000;
const MINUTE_MS = 60_000;

let browser: Browser;
let server: RunningGatehouse;
let visit: Visit;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  server = await startGatehouse({ FRAGMENTS_DIR: "tests/browser/fragments", APP_ACCENT: "#1d4ed8" });
  visit = await Visit.begin(browser, { colorScheme: "light" });
  page = visit.page;
  await createFirstAdmin(visit, server);
}, LIMIT_MS);
afterAll(async () => {
  await visit?.end();
  await server?.stop();
  await browser?.close();
}, LIMIT_MS);
beforeEach(() => page.goto(`${server.url}/account`).then(() => undefined));

const dialog = (name: string | RegExp) => page.getByRole("dialog", { name });
const path = () => new URL(page.url()).pathname;
const focused = () => page.evaluate(() => document.activeElement?.id);
const press = (name: string) => page.getByRole("button", { name, exact: true }).click();

describe("with the keyboard alone", () => {
  test(
    "a page and a person are found and gone to, and Esc leads back to where one was",
    async () => {
      const field = page.getByLabel("Current password");
      await field.focus();
      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: "Dashboard Page", exact: true }).waitFor();
      expect(await focused()).toBe("palette-q");
      await page.keyboard.press("Escape");
      await dialog("Go to").waitFor({ state: "hidden" });
      expect(await focused()).toBe("current_password");

      await page.keyboard.press("Control+k");
      await page.keyboard.type("ann");
      const person = page.getByRole("option", { name: "ann Person" });
      await person.waitFor();
      await page.getByRole("option", { name: "Dashboard Page", exact: true }).waitFor({ state: "hidden" });
      await page.keyboard.press("Enter");
      await page.waitForURL("**/admin/users/1");

      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: "Dashboard Page", exact: true }).waitFor();
      await page.keyboard.press("ArrowDown");
      expect(await page.getByRole("option", { selected: true }).textContent()).toBe("AccountPage");
      await page.keyboard.press("Enter");
      await page.waitForURL("**/account");
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "the palette fills too when a key was quicker than the page",
    async () => {
      const hasty = await page.context().newPage();
      await hasty.addInitScript(() =>
        document.addEventListener("DOMContentLoaded", () =>
          document.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true })),
        ),
      );
      await hasty.goto(`${server.url}/account`);
      await hasty.getByRole("option", { name: "Dashboard Page", exact: true }).waitFor();
      await hasty.close();
    },
    LIMIT_MS,
  );

  test(
    "single keys jump, wait while somebody types, and can be switched off and on",
    async () => {
      await page.getByLabel("Current password").pressSequentially("g?d");
      expect(path()).toBe("/account");
      expect(await page.getByLabel("Current password").inputValue()).toBe("g?d");
      await page.reload();
      await page.keyboard.press("?");
      await dialog("Keyboard shortcuts").waitFor();
      await dialog("Keyboard shortcuts").getByRole("button", { name: "Turn single-key shortcuts off" }).click();
      await page.waitForURL("**/account?done=appearance");
      await page.getByText("Saved.").waitFor();
      await page.keyboard.press("?");
      expect(await dialog("Keyboard shortcuts").isVisible()).toBe(false);
      await press("Turn single-key shortcuts on");
      await page.getByText("Single-key shortcuts are on.").locator("visible=true").waitFor();
      await page.keyboard.press("g");
      await page.keyboard.press("p");
      await page.waitForURL("**/admin/users");
      visit.expectClean();
    },
    LIMIT_MS,
  );
});

test(
  "dark stays dark on a light system, without scripts too, in the colour of the installation",
  async () => {
    const scriptless = await browser.newContext({ javaScriptEnabled: false, colorScheme: "light" });
    await scriptless.addCookies(await visit.context.cookies());
    const plain = await scriptless.newPage();
    await plain.goto(`${server.url}/account`);
    expect(await plain.locator("dialog:visible").count()).toBe(0);
    await plain.getByLabel("Dark", { exact: true }).check();
    await plain.locator("#choose-appearance").getByRole("button", { name: "Save" }).click();
    await plain.getByText("Saved.").waitFor();
    await scriptless.close();

    await page.reload();
    const look = () =>
      page.evaluate(() => {
        const { backgroundColor } = getComputedStyle(document.body);
        return [getComputedStyle(document.documentElement).colorScheme, backgroundColor] as const;
      });
    const [scheme, dark] = await look();
    expect(scheme).toBe("dark");
    await page.getByLabel("Light", { exact: true }).check();
    await page.locator("#choose-appearance").getByRole("button", { name: "Save" }).click();
    await page.locator("html[data-theme=light]").waitFor();
    const [lightScheme, light] = await look();
    expect([lightScheme, light === dark]).toEqual(["light", false]);
    const primary = page.getByRole("button", { name: "Change password" });
    expect(await primary.evaluate((button) => getComputedStyle(button).backgroundColor)).toBe("rgb(29, 78, 216)");
    visit.expectClean();
  },
  LIMIT_MS,
);

test(
  "a line shows what takes longer than a moment",
  async () => {
    const answer = Promise.withResolvers<void>();
    await page.route("**/account/appearance", async (route) => {
      await answer.promise;
      await route.continue();
    });
    const opacity = () => page.evaluate(() => getComputedStyle(document.body, "::before").opacity);
    const content = () => page.evaluate(() => getComputedStyle(document.body, "::before").content);
    expect(await content()).toBe("none");
    await page.locator("#choose-appearance").getByRole("button", { name: "Save" }).click();
    await page.locator("#choose-appearance[aria-busy=true]").waitFor();
    await page.waitForFunction(() => getComputedStyle(document.body, "::before").opacity === "1");
    expect([await content(), await opacity()]).toEqual(['""', "1"]);
    answer.resolve();
    await page.waitForURL("**/account?done=appearance");
    await page.unroute("**/account/appearance");
    visit.expectClean();
  },
  LIMIT_MS,
);

test(
  "two minutes before the end one press goes on; at the end nothing private stays",
  async () => {
    await page.clock.install();
    await page.goto(`${server.url}/account`);
    await server.sql(`UPDATE user_sessions SET last_seen_at = ${Date.now() - 28.5 * MINUTE_MS}`);
    await page.clock.fastForward(28.5 * MINUTE_MS);
    const warning = page.getByRole("alertdialog", { name: /^You will be signed out in [12] minutes?$/ });
    await warning.waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe("Stay signed in");
    await page.keyboard.press("Enter");
    await warning.waitFor({ state: "hidden" });

    await server.sql("UPDATE user_sessions SET expires_at = 1");
    await page.clock.fastForward(28.5 * MINUTE_MS);
    await page.waitForURL("**/login?next=%2Faccount");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    visit.expectClean();
  },
  LIMIT_MS,
);
