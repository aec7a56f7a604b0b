import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { focusOf } from "#tests/support/aria.ts";
import { Authenticator, openBrowser, Visit } from "#tests/support/browser.ts";
import { ADMIN, createFirstAdmin, saveRecoveryCodes, shownKey, submitCode } from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";

const LIMIT_MS = 90_000;
const AXE = resolve(import.meta.dirname, "../../node_modules/axe-core/axe.min.js");
const BOBS_PASSWORD = "seven purple ducks in a row";

let browser: Browser;
let server: RunningGatehouse;
let visit: Visit;
let page: Page;

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

const open = (path: string) => page.goto(server.url + path);
const row = (name: string) =>
  page.locator("#people-rows > tr").filter({ has: page.getByRole("link", { name, exact: true }) });
const names = () => page.locator("#people-rows .who > a").allTextContents();
const address = () => new URL(page.url()).pathname + new URL(page.url()).search;

async function begin(scripts: boolean): Promise<void> {
  visit = await Visit.begin(browser, { scripts, acceptDownloads: true });
  page = visit.page;
  await createFirstAdmin(visit, server);
}

async function addPeople(...people: string[]): Promise<void> {
  for (const name of people)
    await server.sql(`INSERT INTO users (username, username_key, password_hash) VALUES ('${name}', '${name}', 'x')`);
}

/** What a screen reader says, with what the style sheet adds. */
async function readOut(selector: string): Promise<string> {
  const session = await visit.context.newCDPSession(page);
  const { root } = await session.send("DOM.getDocument");
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { nodes } = await session.send("Accessibility.queryAXTree", { nodeId, role: "StaticText" });
  return nodes.map(({ name }) => name?.value).join("");
}

/** @returns the one-time address the page shows. */
async function register(name: string): Promise<string> {
  await page.getByLabel("Username").fill(name);
  await page.getByRole("button", { name: "Register user" }).click();
  await row(name).waitFor();
  return (await page.getByTestId("one-time-link").textContent())?.trim() ?? "";
}

for (const scripts of [true, false]) {
  describe(scripts ? "with JavaScript" : "without JavaScript", () => {
    beforeEach(() => begin(scripts), LIMIT_MS);

    test(
      "a registered person accepts the invitation and signs in; the admin never meets a password",
      async () => {
        await page.getByRole("link", { name: "People" }).click();
        const link = await register("bob");
        expect(link).toStartWith(`${server.url}/invite/`);
        expect(await row("bob").textContent()).toContain("Invited");
        expect(await page.locator("input[type=password]").count()).toBe(0);

        const bobs = await Visit.begin(browser, { scripts });
        await bobs.page.goto(link);
        await bobs.page.getByLabel("New password", { exact: true }).fill(BOBS_PASSWORD);
        await bobs.page.getByLabel("Confirm new password").fill(BOBS_PASSWORD);
        await bobs.page.getByRole("button", { name: "Continue" }).click();
        const authenticator = new Authenticator(await shownKey(bobs));
        await submitCode(bobs, await authenticator.nextCode());
        await saveRecoveryCodes(bobs);
        await bobs.page.getByLabel("Username").fill("bob");
        await bobs.page.getByLabel("Password", { exact: true }).fill(BOBS_PASSWORD);
        await bobs.page.getByRole("button", { name: "Sign in" }).click();
        await submitCode(bobs, await authenticator.nextCode());
        await bobs.page.getByRole("heading", { name: "Dashboard" }).waitFor();
        expect(await bobs.page.getByRole("link", { name: "People" }).count()).toBe(0);

        await open("/admin/users");
        expect(await row("bob").textContent()).toContain("Active");
        bobs.expectClean();
        await bobs.end();
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "several people are disabled at once, and one of them enabled again",
      async () => {
        await addPeople("bob", "carol", "carol2");
        await open("/admin/users");
        for (const name of ["bob", "carol", ADMIN.username])
          await page.getByLabel(`Select ${name}`, { exact: true }).check();
        expect(await page.getByLabel("Reason").isVisible()).toBe(false);
        await page.getByLabel("With those selected").selectOption("Disable");
        await page.getByLabel("Reason").fill("Left");
        await page.getByRole("button", { name: "Apply" }).click();
        await page.getByText("2 of 3 done").waitFor();
        const report = await page.locator("#bulk-results").textContent();
        expect(await page.locator("#act").inputValue()).toBe("");
        expect(await page.locator("#people input:checked").count()).toBe(0);
        expect(report).toContain("You cannot disable yourself.");
        for (const name of ["bob", "carol"]) expect(await row(name).textContent()).toContain("Disabled");
        expect(await row("carol2").textContent()).toContain("Active");

        await page.getByRole("button", { name: "Actions for bob" }).click();
        await page.getByRole("button", { name: "Enable" }).click();
        await page.getByText("bob is enabled again.").waitFor();
        await open("/admin/users?status=disabled");
        expect(await names()).toEqual(["carol"]);
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "one person's role, reset link and end",
      async () => {
        await addPeople("bob");
        await open("/admin/users");
        await row("bob").getByRole("link").first().click();
        await page.getByLabel("Role").selectOption("admin");
        await page.getByRole("button", { name: "Change role" }).click();
        await page.getByText("bob is now an admin.").waitFor();
        await page.getByRole("button", { name: "Issue reset link" }).click();
        await page.getByTestId("one-time-link").waitFor();
        expect(await page.getByTestId("one-time-link").textContent()).toContain("/reset/");
        await page.getByLabel("Type bob to confirm").fill("bo");
        await page.getByRole("button", { name: "Delete" }).click();
        await page.getByText("That is not the name of this account.").waitFor();
        await page.getByLabel("Type bob to confirm").fill("bob");
        await page.getByRole("button", { name: "Delete" }).click();
        await page.getByText("Account deleted.").waitFor();
        expect(await names()).toEqual([ADMIN.username]);
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "one person is disabled with a reason, enabled again, and sent to set up another authenticator",
      async () => {
        await addPeople("bob");
        await server.sql("UPDATE users SET mfa_secret = 'x', mfa_enrolled_at = 1 WHERE username_key = 'bob'");
        await open("/admin/users");
        await row("bob").getByRole("link").first().click();
        await page.getByLabel("Reason").fill("Left");
        await page.getByRole("button", { name: "Disable", exact: true }).click();
        await page.getByText("Left").first().waitFor();
        await page.getByRole("button", { name: "Enable", exact: true }).click();
        await page.getByText("bob is enabled again.").waitFor();
        await page.getByRole("button", { name: "Reset authenticator" }).click();
        await page.getByRole("button", { name: "Reset authenticator" }).waitFor({ state: "detached" });
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "a list is checked, imported, and the invitations are saved as a file",
      async () => {
        await open("/admin/users");
        await page.getByRole("link", { name: "Import a list" }).click();
        const csv = Buffer.from("username;role\r\nbob;user\r\nann;user\r\ncarol;boss\r\ncarol2;admin\r\n");
        await page.getByLabel("Or a CSV file").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: csv });
        await page.getByRole("button", { name: "Check the list" }).click();
        await page.getByText("2 of 4 rows are good.").waitFor();
        await page.getByRole("button", { name: "Import 2 people" }).click();
        await page.getByText("2 people registered.").waitFor();
        const saving = page.waitForEvent("download");
        await page.getByRole("button", { name: "Download invitations" }).click();
        const saved = await saving;
        expect(saved.suggestedFilename()).toBe("invitations.csv");
        const text = readFileSync(await saved.path(), "utf8");
        expect(text).toMatch(/^"username","invitation"\r\n"bob","http\S+\/invite\/[\w-]{43}"\r\n"carol2","http/);
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "people are found by name and filters, and the address says which",
      async () => {
        await addPeople("bob", "bobby", "rob", "carol");
        await open("/admin/users");
        await page.getByLabel("Search").fill("ob");
        if (!scripts) await page.getByRole("button", { name: "Show" }).click();
        await page.waitForURL(/q=ob/);
        await row("carol").waitFor({ state: "detached" });
        expect(await names()).toEqual(["bob", "bobby", "rob"]);
        await page.getByLabel("Status").selectOption("invited");
        if (!scripts) await page.getByRole("button", { name: "Show" }).click();
        await page.getByText("Nobody matches these filters.").waitFor();
        if (scripts) expect(address()).toBe("/admin/users?q=ob&status=invited");
        // A page that comes out of the browser's Back cache does not load again.
        await page.goBack({ waitUntil: "commit" });
        await row("rob").waitFor();
        expect(await page.getByLabel("Search").inputValue()).toBe("ob");
        visit.expectClean();
      },
      LIMIT_MS,
    );
  });
}

describe("with JavaScript only", () => {
  beforeEach(() => begin(true), LIMIT_MS);

  test(
    "the keyboard alone finds, opens and deletes a person",
    async () => {
      await addPeople("bob", "carol");
      await open("/admin/users");
      await tabTo("Search");
      await page.keyboard.type("carol");
      await page.waitForURL(/q=carol/);
      await row("bob").waitFor({ state: "detached" });
      await tabTo("Actions for carol");
      await page.keyboard.press("Enter");
      await tabTo("Delete…");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/admin\/users\/\d+#delete/);
      await tabTo("Type carol to confirm");
      await page.keyboard.type("carol");
      await page.keyboard.press("Enter");
      await page.getByText("Account deleted.").waitFor();
      expect(await names()).toEqual([ADMIN.username, "bob"]);
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "after a row's act the focus is on that row's menu, and what happened is read out",
    async () => {
      await addPeople("bob");
      await open("/admin/users");
      await page.getByRole("button", { name: "Actions for bob" }).press("Enter");
      await page.getByRole("button", { name: "Make an admin" }).press("Enter");
      await page.locator("#toasts").getByText("bob is now an admin.").waitFor();
      expect(await focused()).toBe("Actions for bob");
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "an act that needs a fresh proof asks for it and then goes on",
    async () => {
      await addPeople("bob");
      await open("/admin/users");
      await server.sql("UPDATE user_sessions SET confirmed_at = 1");
      await page.getByLabel("Username").fill("carol2");
      await page.getByRole("button", { name: "Register user" }).click();
      await confirm();
      await row("carol2").waitFor();
      expect(await page.getByTestId("one-time-link").textContent()).toContain("/invite/");

      await server.sql("UPDATE user_sessions SET confirmed_at = 1");
      await page.getByRole("button", { name: "Actions for bob" }).click();
      await page.getByRole("button", { name: "Make an admin" }).click();
      await confirm();
      await page.getByText("bob is now an admin.").waitFor();
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "the select box in the head selects everybody on the page",
    async () => {
      await addPeople("bob", "carol");
      await open("/admin/users");
      await page.getByLabel("Select everybody on this page").check();
      expect(await page.locator("#people-rows input:checked").count()).toBe(3);
      await page.getByLabel("Select everybody on this page").uncheck();
      expect(await page.getByRole("button", { name: "Apply" }).isVisible()).toBe(false);

      await page.getByLabel("Select everybody on this page").check();
      await page.getByLabel("Select bob").uncheck();
      expect(await readOut("#bulk > p")).toBe("2 selected");
      await page.getByRole("button", { name: "Clear selection" }).click();
      expect(await page.locator("#people input:checked").count()).toBe(0);
      expect(await focusOf(page)).toBe('checkbox "Select everybody on this page"');
      expect(await page.getByRole("button", { name: "Apply" }).isVisible()).toBe(false);
    },
    LIMIT_MS,
  );

  test(
    "on a phone the list begins on the first screen, and its filters are one touch away",
    async () => {
      await addPeople("bob");
      await page.setViewportSize({ width: 360, height: 640 });
      await open("/admin/users");
      await page.getByLabel("Select bob").check();
      await page.getByRole("button", { name: "Clear selection" }).click();
      expect(await focusOf(page)).toBe('checkbox "Select bob"');
      expect((await page.locator("#people-rows > tr").first().boundingBox())!.y).toBeLessThan(560);
      await page.getByRole("button", { name: "Filters" }).click();
      await page.getByLabel("Rights").selectOption("Admins");
      await page.getByRole("link", { name: "Remove the filter “Rights: Admins”" }).waitFor();
      expect(await names()).toEqual([ADMIN.username]);
      await page.setViewportSize({ width: 1280, height: 800 });
    },
    LIMIT_MS,
  );

  test(
    "the screens have no faults a machine can find, and fit a phone",
    async () => {
      await addPeople("bob", "a.very.long.name.that.goes.on-and-on@subsidiary.example.org");
      const checked = await Visit.begin(browser, { bypassCSP: true });
      await checked.context.addCookies(await visit.context.cookies());
      for (const path of ["/admin/users", "/admin/users/2", "/admin/users/import"]) {
        await checked.page.setViewportSize({ width: 1280, height: 800 });
        await checked.page.goto(server.url + path);
        await checked.page.addScriptTag({ path: AXE });
        expect([path, await faults(checked.page)]).toEqual([path, []]);
        await checked.page.setViewportSize({ width: 320, height: 700 });
        expect([path, await checked.page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 320]);
        expect([path, await faults(checked.page)]).toEqual([path, []]);
      }
      await checked.end();
    },
    LIMIT_MS,
  );

  async function confirm(): Promise<void> {
    const dialog = page.getByRole("dialog", { name: "Confirm it’s you" });
    await dialog.getByLabel("Password").fill(ADMIN.password);
    await dialog.getByRole("button", { name: "Confirm", exact: true }).click();
  }
});

async function faults(of: Page): Promise<string[]> {
  return of.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(what: Document, how: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
  });
}

/** What the focused element is called. */
function focused(): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement | null;
    const name = element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent ?? element?.textContent;
    return name?.trim() ?? "";
  });
}

async function tabTo(name: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    if ((await focused()) === name) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}
