import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { Authenticator, authenticatorCode, openBrowser, readQr, Visit } from "#tests/support/browser.ts";
import {
  ADMIN,
  type Belongings,
  createFirstAdmin,
  expectDashboard,
  saveRecoveryCodes,
  shownKey,
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

async function begin(scripts: boolean): Promise<void> {
  server = await startGatehouse({ FRAGMENTS_DIR: "tests/browser/fragments" });
  visit = await Visit.begin(browser, { scripts });
  page = visit.page;
  belongings = await createFirstAdmin(visit, server);
  await page.goto(`${server.url}/account`);
}
afterEach(async () => {
  await visit?.end();
  await server?.stop();
}, LIMIT_MS);

const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
const heading = (name: string) => page.getByRole("heading", { name, exact: true });
/** As if the last proof were long ago. */
const goStale = () => server.sql("UPDATE user_sessions SET confirmed_at = 0");
/** So that a test need not wait for the next code of the authenticator. */
const forgetSpentCodes = () => server.sql("UPDATE users SET mfa_last_step = 0");
const codeNow = () => authenticatorCode(belongings.authenticator.secret);

/** The same person somewhere else. */
async function signInElsewhere(password = ADMIN.password): Promise<Visit> {
  const elsewhere = await Visit.begin(browser, { userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1" });
  await forgetSpentCodes();
  await submitPasswordOf(elsewhere, password);
  await submitCode(elsewhere, await codeNow());
  await expectDashboard(elsewhere);
  // Away from the dashboard, whose cards would notice by themselves that the session is over.
  await elsewhere.page.goto(`${server.url}/account`);
  return elsewhere;
}

async function submitPasswordOf(other: Visit, password: string): Promise<void> {
  await other.page.goto(`${server.url}/login`);
  await other.page.getByLabel("Username", { exact: true }).fill(ADMIN.username);
  await other.page.getByLabel("Password", { exact: true }).fill(password);
  await other.page.getByRole("button", { name: "Sign in" }).click();
}

async function expectSignedOut(other: Visit): Promise<void> {
  await other.page.goto(`${server.url}/account`);
  await other.page.getByRole("heading", { name: "Sign in" }).waitFor();
  await other.end();
}

async function confirmWithPassword(): Promise<void> {
  await heading("Confirm it’s you").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await press("Confirm");
}

for (const scripts of [true, false])
  describe(scripts ? "with JavaScript" : "without JavaScript", () => {
    beforeEach(() => begin(scripts), LIMIT_MS);

    test(
      "the password is changed, and the other session is over",
      async () => {
        const elsewhere = await signInElsewhere();
        await page.getByLabel("Current password").fill(ADMIN.password);
        await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
        await page.getByLabel("Confirm new password").fill(NEW_PASSWORD);
        await press("Change password");
        await page.getByText("Password changed.").waitFor();
        await expectSignedOut(elsewhere);
        await signOut(visit);
        await submitPasswordOf(visit, ADMIN.password);
        await page.getByText("Incorrect username or password.").waitFor();
        await submitPasswordOf(visit, NEW_PASSWORD);
        await page.getByLabel("Authentication code").waitFor();
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "an act that was interrupted goes on after the proof: new recovery codes",
      async () => {
        await goStale();
        await press("Make new codes");
        await confirmWithPassword();
        await page.getByTestId("recovery-codes").waitFor();
        const [download] = await Promise.all([page.waitForEvent("download"), press("Download")]);
        const codes = await saveRecoveryCodes(visit);
        expect((await Bun.file(await download.path()).text()).trim().split("\n")).toEqual(codes);
        await page.getByText("Your new recovery codes are in use.").waitFor();
        expect(codes).not.toContain(belongings.recoveryCodes[0]!);
        await page.goBack({ waitUntil: "commit" });
        await heading("Account").waitFor();
        expect(await page.getByTestId("recovery-codes").count()).toBe(0);
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "the authenticator is replaced by what the phone reads from the screen",
      async () => {
        await press("Replace authenticator");
        await submitCode(visit, await codeNow());
        await page.getByText("Incorrect code.").waitFor();
        const secret = new URL(await readQr(page)).searchParams.get("secret") ?? "";
        expect(secret).toBe(await shownKey(visit));
        const fresh = new Authenticator(secret);
        await submitCode(visit, await fresh.nextCode());
        await page.getByText("Your new authenticator is in use.").waitFor();
        await signOut(visit);
        await submitPasswordOf(visit, ADMIN.password);
        await page.getByLabel("Authentication code").waitFor();
        await submitCode(visit, await codeNow());
        await page.getByText("Incorrect code.").waitFor();
        await submitCode(visit, await fresh.nextCode());
        await expectDashboard(visit);
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "a session elsewhere is seen and ended",
      async () => {
        const elsewhere = await signInElsewhere();
        await page.reload();
        await page.getByText("Safari on an iPhone").first().waitFor();
        await goStale();
        await page.getByRole("button", { name: "End the session of Safari on an iPhone" }).click();
        await confirmWithPassword();
        await page.getByText("Session ended.").waitFor();
        await expectSignedOut(elsewhere);
        expect(await page.getByRole("button", { name: "End all other sessions" }).count()).toBe(0);
        visit.expectClean();
      },
      LIMIT_MS,
    );
  });

describe("the dialog", () => {
  beforeEach(() => begin(true), LIMIT_MS);

  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);

  test(
    "has the focus, keeps it, and gives it back when it is closed",
    async () => {
      await goStale();
      for (const close of [() => page.keyboard.press("Escape"), () => press("Cancel")]) {
        await press("Make new codes");
        await heading("Confirm it’s you").waitFor();
        expect(await focused()).toBe("confirm-password");
        await close();
        await page.getByRole("dialog").waitFor({ state: "detached" });
        expect(await focused()).toBe("Make new codes");
      }
      expect(new URL(page.url()).pathname).toBe("/account");
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "is gone for good although the browser tells of its end only after the answer to what it held up",
    async () => {
      const elsewhere = await signInElsewhere();
      await page.reload();
      await page.evaluate(tellOfClosingLate);
      await goStale();
      await page.getByRole("button", { name: "End the session of Safari on an iPhone" }).click();
      await confirmWithPassword();
      await page.getByText("Session ended.").waitFor();
      await page.locator("#dialogs > dialog").waitFor({ state: "detached" });
      await page.getByText("Session ended.").waitFor();
      await expectSignedOut(elsewhere);
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "takes a code instead, says when a proof is wrong, and asks one more time",
    async () => {
      await goStale();
      await press("Make new codes");
      await page.getByLabel("Password", { exact: true }).fill("wrong");
      await press("Confirm");
      await page.getByText("Incorrect password.").waitFor();
      await press("Use your authenticator instead");
      await page.getByLabel("Authentication code").waitFor();
      expect(await focused()).toBe("confirm-code");
      await forgetSpentCodes();
      await page.getByLabel("Authentication code").pressSequentially(await codeNow());
      await page.getByTestId("recovery-codes").waitFor();
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "leaves alone what was typed behind it: the code of a new authenticator goes on",
    async () => {
      await press("Replace authenticator");
      const fresh = new Authenticator(await shownKey(visit));
      await goStale();
      await submitCode(visit, await fresh.nextCode());
      await confirmWithPassword();
      await page.getByText("Your new authenticator is in use.").waitFor();
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "of somebody whose session is over leads to the sign-in page",
    async () => {
      await goStale();
      await press("Make new codes");
      await heading("Confirm it’s you").waitFor();
      await server.sql("DELETE FROM user_sessions");
      await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
      await press("Confirm");
      await heading("Sign in").waitFor();
      visit.expectClean();
    },
    LIMIT_MS,
  );
});

describe("the strength of a new password", () => {
  beforeEach(() => begin(true), LIMIT_MS);

  test(
    "follows what is typed, and nothing else leaves the form",
    async () => {
      await page.getByLabel("Current password").fill(ADMIN.password);
      const asked = page.waitForRequest("**/account/password/strength");
      await page.getByLabel("New password", { exact: true }).pressSequentially("password");
      expect((await asked).postData()).toMatch(/^new_password=\w+$/);
      await page.getByText("Guessed at once.").waitFor();
      await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
      await page.locator(".strength p").getByText("Very good").waitFor();
      expect(await page.getByLabel("Current password").inputValue()).toBe(ADMIN.password);
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "gives way to the form, whose new session would take its answer for a stranger's",
    async () => {
      const [changed, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const before = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
      await page.route("**/account/password/strength", async (route) => {
        await changed.promise;
        const response = await route.fetch({ headers: { ...route.request().headers(), cookie: before } });
        expect(response.status()).toBe(401);
        // Nobody may be there to hear it, and that is the point.
        await route.fulfill({ response }).catch(() => {});
        answered.resolve();
      });
      await page.route("**/account?done=password", async (route) => {
        changed.resolve();
        await answered.promise;
        await route.continue();
      });
      await page.getByLabel("Current password").fill(ADMIN.password);
      await page.getByLabel("Confirm new password").fill(NEW_PASSWORD);
      const asked = page.waitForRequest("**/account/password/strength");
      await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
      await asked;
      await press("Change password");
      await page.getByText("Password changed.").waitFor();
      visit.expectClean();
    },
    LIMIT_MS,
  );
});

/** In the page: "close" arrives when a message in the corner is there, later than that only where the browser itself is. */
function tellOfClosingLate(): void {
  const toasts = document.getElementById("toasts")!;
  const late = (event: Event) => {
    if (!event.isTrusted || toasts.childElementCount > 0) return;
    event.stopImmediatePropagation();
    new MutationObserver((_, observer) => {
      observer.disconnect();
      setTimeout(() => event.target?.dispatchEvent(new Event("close")));
    }).observe(toasts, { childList: true });
  };
  window.addEventListener("close", late, true);
}
