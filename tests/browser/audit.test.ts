import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser, Visit } from "#tests/support/browser.ts";
import { createFirstAdmin } from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";

const LIMIT_MS = 60_000;
const AXE = resolve(import.meta.dirname, "../../node_modules/axe-core/axe.min.js");

let browser: Browser;
let server: RunningGatehouse;

beforeAll(async () => {
  browser = await openBrowser();
}, LIMIT_MS);
afterAll(() => browser?.close());

/** Sixty entries of bob, older than everything the journey itself writes. */
function bobsEntries(): string {
  const atMs = Date.now() - 86_400_000;
  const row = (n: number) =>
    `(${atMs - n}, 'sign-in', 'session.ended', 900, 'bob', '198.51.100.1', 'Browser/1', 'r-${n}')`;
  const rows = Array.from({ length: 60 }, (_, n) => row(n)).join(", ");
  return `INSERT INTO audit_log (at, topic, event, actor_id, actor_name, ip, user_agent, request_id) VALUES ${rows}`;
}

const entries = (page: Page) => page.locator(".audit-day li");
const address = (page: Page) => new URL(page.url()).pathname + new URL(page.url()).search;

for (const scripts of [true, false]) {
  describe(scripts ? "with JavaScript" : "without JavaScript", () => {
    let visit: Visit;
    beforeAll(async () => {
      server = await startGatehouse({ FRAGMENTS_DIR: "tests/browser/fragments" });
      visit = await Visit.begin(browser, { scripts, acceptDownloads: true });
      await createFirstAdmin(visit, server);
      await server.sql(bobsEntries());
    }, LIMIT_MS);
    afterAll(async () => {
      await visit?.end();
      await server?.stop();
    }, LIMIT_MS);

    test(
      "an admin finds, opens, leafs through and saves what happened",
      async () => {
        const { page } = visit;
        await page.getByRole("link", { name: "Audit log" }).click();
        await page.getByText("ann became the first admin.").click();
        await page.locator("details[open] dt").getByText("Request").waitFor();

        await page.getByLabel("Who did it").fill("bob");
        await page.getByRole("button", { name: "Filter" }).click();
        await page.waitForURL(/actor=bob/);
        await page.getByRole("link", { name: "Clear" }).waitFor();
        if (scripts) expect(address(page)).toBe("/admin/audit?actor=bob");
        expect(await entries(page).count()).toBe(50);

        await page.getByRole("link", { name: "Older entries" }).click();
        await page.waitForURL(/after=/);
        await page.getByRole("link", { name: "Newest" }).waitFor();
        expect(await entries(page).count()).toBe(10);
        // A page that comes out of the browser's Back cache does not load again.
        await page.goBack({ waitUntil: "commit" });
        await page.getByRole("link", { name: "Older entries" }).waitFor();
        expect(await entries(page).count()).toBe(50);
        expect(await page.getByLabel("Who did it").inputValue()).toBe("bob");

        await page.getByRole("button", { name: "Export", exact: true }).click();
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: "Export CSV" }).click(),
        ]);
        expect(download.suggestedFilename()).toBe("audit-log.csv");
        const lines = (await Bun.file(await download.path()).text()).trimEnd().split("\r\n");
        expect(lines).toHaveLength(61);
        visit.expectClean();
      },
      LIMIT_MS,
    );

    test(
      "a filter that makes no sense says so beside its field",
      async () => {
        const { page } = visit;
        await page.goto(`${server.url}/admin/audit`);
        await page.getByText("More filters").click();
        await page.getByLabel("From address").fill("somewhere");
        await page.getByLabel("From address").press("Enter");
        await page.getByText("This is not an IP address.").waitFor();
        expect(await page.getByLabel("From address").inputValue()).toBe("somewhere");
        expect(await entries(page).count()).toBe(0);
        visit.expectClean();
      },
      LIMIT_MS,
    );
  });
}

describe("with JavaScript", () => {
  let visit: Visit;
  beforeAll(async () => {
    server = await startGatehouse({ FRAGMENTS_DIR: "tests/browser/fragments" });
    visit = await Visit.begin(browser, { viewport: { width: 360, height: 780 } });
    await createFirstAdmin(visit, server);
  }, LIMIT_MS);
  afterAll(async () => {
    await visit?.end();
    await server?.stop();
  }, LIMIT_MS);

  test(
    "choosing an event filters at once and keeps the focus; Back undoes it",
    async () => {
      const { page } = visit;
      await page.goto(`${server.url}/admin/audit`);
      const all = await entries(page).count();
      await page.getByLabel("What happened").focus();
      await page.getByLabel("What happened").selectOption("people");
      await page.waitForURL(/event=people$/);
      await page.getByRole("link", { name: "Clear" }).waitFor();
      expect(await entries(page).count()).toBe(1);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("audit-event");
      await page.goBack();
      await page.waitForURL(/audit$/);
      await page.getByText("set up an authenticator").waitFor();
      expect(await entries(page).count()).toBe(all);
      visit.expectClean();
    },
    LIMIT_MS,
  );

  test(
    "a phone shows it without scrolling sideways, and axe finds nothing to complain about",
    async () => {
      const { page } = visit;
      await page.goto(`${server.url}/admin/audit`);
      await page.getByText("set up an authenticator").click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
      await page.evaluate(await Bun.file(AXE).text());
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
        return (await axe.run()).violations.map(({ id }) => id);
      });
      expect(violations).toEqual([]);
    },
    LIMIT_MS,
  );
});
