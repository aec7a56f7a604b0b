import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "#tests/support/browser.ts";
import { type Look, type Looker, openScreens, SCREENS, type Screen, type Screens } from "#tests/support/screens.ts";

const LIMIT_MS = 60_000;
const AXE = await Bun.file(resolve(import.meta.dirname, "../../node_modules/axe-core/axe.min.js")).text();
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Light at a desk and dark on a phone: every colour and every arrangement once. */
const LOOKS: readonly Look[] = [
  { colorScheme: "light", width: 1280, height: 800 },
  { colorScheme: "dark", width: 360, height: 740 },
];
/** A window of 1280 px at 400 % (WCAG 2.2, 1.4.10). */
const NARROWEST = 320;

let browser: Browser;
let screens: Screens;

beforeAll(async () => {
  [browser, screens] = await Promise.all([openBrowser(), openScreens()]);
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await screens?.close();
}, LIMIT_MS);

for (const look of LOOKS) {
  describe(`${look.colorScheme}, ${look.width} px:`, () => {
    let looker: Looker;
    beforeAll(async () => {
      looker = await screens.look(browser, look);
    }, LIMIT_MS);
    afterAll(() => looker?.end());

    for (const screen of SCREENS) {
      test(
        `${screen.name} can be read and used by everybody`,
        async () => {
          const page = await looker.show(screen);
          expect(await findings(page)).toEqual([]);
          if (look.width > 360) return;
          expect(await sideways(page)).toEqual([]);
          await page.setViewportSize({ width: NARROWEST, height: look.height });
          expect(await sideways(page)).toEqual([]);
        },
        LIMIT_MS,
      );
    }

    test("no screen made the browser complain", () => looker.visit.expectClean(/\b50[03] |status of 50[03]/));
  });
}

describe("nothing moves while it loads:", () => {
  for (const name of ["sign-in", "dashboard", "people"]) {
    test(
      name,
      async () => {
        for (const look of LOOKS) expect({ look, shift: await shiftOf(named(name), look) }).toEqual({ look, shift: 0 });
      },
      LIMIT_MS,
    );
  }
});

function named(name: string): Screen {
  return SCREENS.find((screen) => screen.name === name)!;
}

/** What axe finds: the rule and the elements that break it. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async (runOnly) => {
    type Found = { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] };
    const { axe } = globalThis as unknown as { axe: { run(what: Document, how: object): Promise<Found> } };
    const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, RULES);
}

/** What makes the page wider than its window, deepest elements first; nothing where nothing does. */
function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth);
    return ["wider than the window", ...wide.reverse().map((one) => one.outerHTML.slice(0, 120))].slice(0, 6);
  });
}

/** Cumulative layout shift of a fresh visit, until everything has arrived. */
async function shiftOf(screen: Screen, look: Look): Promise<number> {
  const looker = await screens.look(browser, look);
  try {
    await looker.visit.context.addInitScript(() => {
      const watched = globalThis as unknown as { shift: number };
      watched.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) watched.shift += (entry as unknown as { value: number }).value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    const page = await looker.show(screen);
    // Two frames: what moved last is counted then.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    return await page.evaluate(() => (globalThis as unknown as { shift: number }).shift);
  } finally {
    await looker.end();
  }
}
