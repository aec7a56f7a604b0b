/** Names nobody expects, ten thousand of everything, a slow line, panels that fail or never answer: nothing breaks. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser, Visit } from "#tests/support/browser.ts";
import { misfits } from "#tests/support/fit.ts";
import { writeFragments } from "#tests/support/fragments.ts";
import { createFirstAdmin } from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";
import { watchShifts } from "#tests/support/shifts.ts";

const LIMIT_MS = 90_000;
const MANY = 10_000;
const WIDTHS = [360, 1280];
/** Of a page that is drawn while it arrives; from 0.1 on people notice. Source: web.dev, Cumulative Layout Shift. */
const BARELY = 0.01;
/** Slow 3G, as developer tools have it: bytes per second, and the way there and back. */
const SLOW = { offline: false, downloadThroughput: 50_000, uploadThroughput: 50_000, latency: 400 };
/** As adopted databases may hold them; sorted before all others. */
const NAMES = [
  "0".repeat(64),
  "0-مدير-النظام-الرئيسي-للمؤسسة-العربية",
  `0-${"a\u0321\u0338\u0353\u0489\u0310".repeat(10)}`,
  "0-<b>ann</b>&amp;'\"",
  "0 of 3 people who have spaces in their names and a great many of them",
];

let browser: Browser;
let server: RunningGatehouse;
let visit: Visit;

const fragments = await writeFragments({
  failing: `export default defineFragment({ title: "Failing", size: "full", render: () => { throw new Error("closed"); } });`,
  never: `export default defineFragment({ title: "Never", size: "half", timeLimit: "60s", render: () => new Promise(() => {}) });`,
  wide: `export default defineFragment({ title: "${"Wide".repeat(16)}", size: "half", render: () => <p>{"0".repeat(400)}</p> });`,
});

beforeAll(async () => {
  [browser, server] = await Promise.all([openBrowser(), startGatehouse({ FRAGMENTS_DIR: fragments })]);
  visit = await Visit.begin(browser, { viewport: { width: 1280, height: 800 } });
  await createFirstAdmin(visit, server);
  await seed();
}, LIMIT_MS);
afterAll(async () => {
  await visit?.end();
  await server?.stop();
  await browser?.close();
}, LIMIT_MS);

async function seed(): Promise<void> {
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const counted = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})`;
  await server.sql(`INSERT INTO users (username, username_key, password_hash)
    ${counted} SELECT 'person-' || i, 'person-' || i, 'x' FROM n`);
  for (const name of NAMES)
    await server.sql(
      `INSERT INTO users (username, username_key, password_hash) VALUES (${text(name)}, ${text(name)}, 'x')`,
    );
  await server.sql(`INSERT INTO audit_log (at, topic, event, actor_id, actor_name, target_id, target_name, ip, user_agent)
    ${counted} SELECT ${Date.now()} - i * 60000, 'sign-in', 'session.ended', 2, u.username, 2, u.username, '2001:db8::ff00:42:8329', ''
    FROM n JOIN users u ON u.id = ${MANY + 2} + i % ${NAMES.length}`);
}

const ids = NAMES.map((_, i) => MANY + 2 + i);
const PAGES = ["/", "/admin/users", "/admin/users?q=person-77", "/admin/audit", "/fragments/failing"];

describe("nothing overflows, whatever people are called and however many they are:", () => {
  for (const path of [...PAGES, ...ids.map((id) => `/admin/users/${id}`)])
    test(
      path,
      async () => {
        const { page } = visit;
        await page.goto(server.url + path, { waitUntil: "domcontentloaded" });
        await page.getByRole("heading", { level: 1 }).waitFor();
        for (const width of WIDTHS) expect(await misfits(page, { width })).toEqual([]);
      },
      LIMIT_MS,
    );

  test(
    "of ten thousand a page shows fifty, and the rest can be leafed through",
    async () => {
      const { page } = visit;
      for (const [path, rows] of [
        ["/admin/users", "#people-rows > tr"],
        ["/admin/audit", ".audit-day li"],
      ] as const) {
        await page.goto(server.url + path);
        expect(await page.locator(rows).count()).toBe(50);
        await page.getByRole("navigation", { name: "Pages" }).getByRole("link").first().click();
        await page.waitForURL(/after=/);
        expect(await page.locator(rows).count()).toBe(50);
      }
    },
    LIMIT_MS,
  );

  test("and nothing in a name is taken for markup", async () => {
    await visit.page.goto(`${server.url}/admin/users`);
    expect(await visit.page.getByRole("link", { name: NAMES[3]!, exact: true }).count()).toBe(1);
  });
});

describe("on a slow line", () => {
  let slow: Visit;
  let page: Page;
  beforeAll(async () => {
    slow = await Visit.begin(browser, { storageState: await visit.context.storageState() });
    page = slow.page;
    await page.addInitScript(watchShifts);
    const session = await slow.context.newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", SLOW);
  }, LIMIT_MS);
  afterAll(() => slow?.end());

  for (const path of ["/", "/admin/users", "/admin/audit", "/account"])
    for (const width of WIDTHS)
      test(
        `${path} does not jump while it arrives, ${width} px wide`,
        async () => {
          await page.setViewportSize({ width, height: 800 });
          await page.goto(server.url + path);
          if (path === "/") await page.getByText("could not be shown").waitFor();
          const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);
          const sum = shifts.reduce((all, shift) => all + Number.parseFloat(shift), 0);
          expect({ sum: sum < BARELY, shifts: sum < BARELY ? [] : shifts }).toEqual({ sum: true, shifts: [] });
        },
        LIMIT_MS,
      );

  test(
    "what is asked for says that it is on its way before the next picture is drawn, and a line follows in 100 ms",
    async () => {
      await page.goto(`${server.url}/admin/users`);
      await page.evaluate(() => {
        const answered: boolean[] = [];
        Object.assign(globalThis, { answered });
        addEventListener("submit", () =>
          requestAnimationFrame(() => answered.push(document.querySelector("[aria-busy=true]") !== null)),
        );
      });
      await page.locator("#register").getByLabel("Username").fill("bob");
      await page.getByRole("button", { name: "Register user" }).click();
      const line = await page.evaluate(() =>
        document.getAnimations().flatMap(({ effect }) => {
          const { pseudoElement } = effect as KeyframeEffect;
          return pseudoElement === "::before" ? [effect?.getTiming().delay] : [];
        }),
      );
      expect(line.length).toBeGreaterThan(0);
      expect(Math.max(...line.map(Number))).toBeLessThanOrEqual(100);
      await page.getByTestId("one-time-link").waitFor();
      const answered = await page.evaluate(() => (globalThis as unknown as { answered: boolean[] }).answered);
      expect(answered).toEqual([true]);
      expect(await page.locator("[aria-busy=true]").count()).toBe(0);
    },
    LIMIT_MS,
  );
});
