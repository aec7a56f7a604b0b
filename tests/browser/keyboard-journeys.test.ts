/** What people do here, by keys alone, and where the focus is after each step. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { focusOf } from "#tests/support/aria.ts";
import { openBrowser, Visit } from "#tests/support/browser.ts";
import { ADMIN, type Belongings, createFirstAdmin } from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";

const LIMIT_MS = 60_000;
const NEW_PASSWORD = "seven purple giraffes dancing";
const MAX_TABS = 80;

let browser: Browser;
let server: RunningGatehouse;
let visit: Visit;
let page: Page;
let belongings: Belongings;

beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), startGatehouse()]);
  visit = await Visit.begin(browser, { permissions: ["clipboard-write"] });
  page = visit.page;
  belongings = await createFirstAdmin(visit, server);
}, LIMIT_MS);
afterAll(async () => {
  await visit?.end();
  await server?.stop();
  await browser?.close();
}, LIMIT_MS);

const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
const type = (text: string) => page.keyboard.type(text);
const heading = (name: string | RegExp) => page.getByRole("heading", { name, level: 1 }).waitFor();

/** The focus comes to rest there, within the time an answer may take. */
async function expectFocus(where: string): Promise<void> {
  await page.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
  for (let i = 0; i < 50 && (await focusOf(page)) !== where; i++) await page.waitForTimeout(20);
  expect(await focusOf(page)).toBe(where);
}

async function tabTo(where: string): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < MAX_TABS; i++) {
    await page.keyboard.press("Tab");
    passed.push(await focusOf(page));
    if (passed.at(-1)?.startsWith(where)) return;
  }
  throw new Error(`Tab does not lead to ${where}, but to ${[...new Set(passed)].join(", ")}`);
}

const keys = (name: string, run: () => Promise<void>) =>
  test(
    name,
    async () => {
      await run();
      visit.expectClean();
    },
    LIMIT_MS,
  );

describe("with keys alone", () => {
  keys("somebody signs in, after a wrong password and a wrong code", async () => {
    await server.sql("UPDATE users SET mfa_last_step = 0");
    await page.context().clearCookies();
    await page.goto(`${server.url}/login`);
    await expectFocus('textbox "Username"');
    await type(ADMIN.username);
    await press("Tab");
    await expectFocus('textbox "Password"');
    await type("wrong");
    await press("Enter");
    await page.getByText("Incorrect username or password.").waitFor();
    await expectFocus('textbox "Password"');
    await type(ADMIN.password);
    await press("Enter");
    await heading("Check your authenticator");
    await expectFocus('textbox "Authentication code"');
    await type("000000");
    await page.getByText("Incorrect code.").waitFor();
    await expectFocus('textbox "Authentication code" [invalid]');
    await type(await belongings.authenticator.nextCode());
    await heading("Dashboard");
  });

  keys("an admin registers somebody and copies the address", async () => {
    await press("g", "p");
    await heading("People");
    await tabTo('textbox "Username"');
    await type("no spaces please");
    await press("Enter");
    await expectFocus('textbox "Username" [invalid]: no spaces please');
    await press("Control+a");
    await type("bob");
    await press("Enter");
    await page.getByTestId("one-time-link").waitFor();
    await expectFocus('textbox "Username"');
    await tabTo('button "Copy"');
    await press("Enter");
    await page.getByText("Copied.").waitFor();
    const link = (await page.getByTestId("one-time-link").textContent())?.trim() ?? "";
    await expectFocus('button "Copied"');
    // What was copied can be pasted, as far as the field goes.
    await tabTo('textbox "Username"');
    await press("Control+v");
    const pasted = await page.locator("#register").getByLabel("Username").inputValue();
    expect(pasted.length).toBeGreaterThan(40);
    expect(link).toStartWith(pasted);
    await press("Control+a", "Delete");
  });

  keys("an admin disables somebody and enables them again", async () => {
    for (const [act, done] of [
      ["Disable", "bob is disabled."],
      ["Enable", "bob is enabled again."],
    ] as const) {
      await tabTo('button "Actions for bob"');
      await press("Enter");
      await tabTo(`button "${act}"`);
      await press("Enter");
      await page.getByText(done).first().waitFor();
      await expectFocus('button "Actions for bob": ⋯');
      await press("Shift+Tab");
    }
  });

  keys("a dialog keeps the focus and gives it back", async () => {
    await server.sql("UPDATE user_sessions SET confirmed_at = 0");
    await press("g", "a");
    await heading("Account");
    await tabTo('button "Make new codes"');
    await press("Enter");
    const dialog = page.getByRole("dialog", { name: "Confirm it’s you" });
    await dialog.waitFor();
    await expectFocus('textbox "Password"');
    for (let i = 0; i < 8; i++) {
      await press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest("main, header") != null)).toBe(false);
    }
    await press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expectFocus('button "Make new codes"');
  });

  keys("somebody changes the password, after a slip", async () => {
    await page.reload();
    await tabTo('textbox "Current password"');
    await type(ADMIN.password);
    await tabTo('textbox "New password"');
    await type(NEW_PASSWORD);
    await tabTo('textbox "Confirm new password"');
    await type("seven purple giraffes");
    await press("Enter");
    await expectFocus('textbox "Confirm new password" [invalid]');
    await tabTo('textbox "Current password"');
    await type(ADMIN.password);
    await tabTo('textbox "New password"');
    await type(NEW_PASSWORD);
    await tabTo('textbox "Confirm new password"');
    await type(NEW_PASSWORD);
    await press("Enter");
    await page.getByText("Password changed.").waitFor();
    await expectFocus("status");
  });

  keys("somebody arranges the dashboard", async () => {
    await press("Escape");
    await page.goto(server.url);
    await press("g", "c");
    await heading("Customise the dashboard");
    const above = (upper: string, lower: string) =>
      page.locator(".place", { hasText: upper }).locator("+ .place", { hasText: lower }).waitFor();
    await tabTo('button "Move Who is signed in up": ↑');
    await press("Enter");
    await above("Who is signed in", "Overview");
    // At the top it can go no further, but whoever moved it there is still with it.
    await expectFocus('button "Move Who is signed in up" [disabled]: ↑');
    await tabTo('button "Move Overview down": ↓');
    await press("Enter");
    await above("Failed sign-ins", "Overview");
    await expectFocus('button "Move Overview down": ↓');
    await tabTo('button "Hide Overview": Hide');
    await press("Enter");
    await page.getByRole("button", { name: "Show Overview" }).waitFor();
    await expectFocus('button "Show Overview": Show');
  });

  keys("an admin reads the audit log", async () => {
    await press("g", "l");
    await heading("Audit log");
    await tabTo('textbox "Who did it"');
    await type("ann");
    await press("Enter");
    await page.waitForURL(/actor=ann/);
    await expectFocus('textbox "Who did it": ann');
    await tabTo("time:");
    await press("Enter");
    await page.locator("details[open] dt").getByText("Request").waitFor();
    expect(await focusOf(page)).toStartWith("time:");
  });
});
