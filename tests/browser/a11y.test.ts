import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { SHEETS } from "#src/assets.ts";
import { openBrowser } from "#tests/support/browser.ts";
import { poorContrasts } from "#tests/support/contrast.ts";
import { misfits, type Window } from "#tests/support/fit.ts";
import { unseenFocus } from "#tests/support/focus.ts";
import { type Look, type Looker, openScreens, SCREENS, type Screen, type Screens } from "#tests/support/screens.ts";
import { movedByWhatFollows, watchShifts } from "#tests/support/shifts.ts";

const LIMIT_MS = 60_000;
const AXE = await Bun.file(resolve(import.meta.dirname, "../../node_modules/axe-core/axe.min.js")).text();
/** The styles strangers are spared. */
const INSIDE_ONLY = Promise.all(
  SHEETS.inside.filter((file) => !SHEETS.outside.includes(file)).map((file) => Bun.file(file).text()),
).then((texts) => texts.join("\n"));
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Light at a desk and dark on a phone: every colour and every arrangement once. */
const LOOKS: readonly Look[] = [
  { colorScheme: "light", width: 1280, height: 800 },
  { colorScheme: "dark", width: 360, height: 740 },
];
/** As they are, at twice the size (by the browser's zoom, and the texts alone), and at four times (WCAG 2.2, 1.4.10). */
const AT_A_DESK: readonly Window[] = [{ width: 1280 }, { width: 640 }, { width: 1280, textSize: 200 }];
const ON_A_PHONE: readonly Window[] = [{ width: 360 }, { width: 360, textSize: 200 }, { width: 320 }];

let browser: Browser;
let screens: Screens;

beforeAll(async () => {
  [browser, screens] = await Promise.all([openBrowser(), openScreens()]);
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await screens?.close();
}, LIMIT_MS);

describe("everybody can read and use", () => {
  let lookers: Looker[];
  beforeAll(async () => {
    lookers = await Promise.all(LOOKS.map((look) => screens.look(browser, look)));
    for (const { visit } of lookers) await visit.context.addInitScript({ content: AXE });
  }, LIMIT_MS);
  afterAll(() => Promise.all(lookers.map((looker) => looker.end())));

  for (const screen of SCREENS) {
    test(
      screen.name,
      async () => {
        const found = await Promise.all(lookers.map(async (looker) => findings(await looker.show(screen))));
        expect(found.flat()).toEqual([]);
      },
      LIMIT_MS,
    );
  }

  test("without a complaint of the browser", () => {
    for (const { visit } of lookers) visit.expectClean(/\b50[03] |status of 50[03]/);
  });
});

describe("nothing moves while it loads:", () => {
  for (const name of ["sign-in", "dashboard", "dashboard-of-a-user", "dashboard-with-failures", "people"]) {
    test(
      name,
      async () => {
        for (const look of LOOKS) expect(await shiftsOf(named(name), look)).toEqual([]);
      },
      LIMIT_MS,
    );
  }
});

describe("nothing moves when what follows it arrives:", () => {
  for (const name of ["people", "person", "person-disabled", "audit"]) {
    test(
      name,
      async () => {
        for (const look of LOOKS) {
          const looker = await screens.look(browser, look);
          const page = await looker.show(named(name));
          expect(await page.evaluate(movedByWhatFollows)).toEqual([]);
          await looker.end();
        }
      },
      LIMIT_MS,
    );
  }
});

function named(name: string): Screen {
  return SCREENS.find((screen) => screen.name === name)!;
}

/** What hinders somebody: found by axe, by the eye (colours, at a desk), and by what does not fit. */
async function findings(page: Page): Promise<string[]> {
  const atADesk = page.viewportSize()!.width > 360;
  const found = await axeFindings(page);
  // The looker asks for little motion.
  found.push(...(await page.evaluate(moving)));
  found.push(...(await page.evaluate(stylesNotSent, await INSIDE_ONLY)));
  for (const window of atADesk ? AT_A_DESK : ON_A_PHONE) found.push(...(await misfits(page, window)));
  if (atADesk) found.push(...(await unseenFocus(page)), ...(await poorContrasts(page)));
  return found;
}

/** The rules that are broken, and the elements that break them. */
function axeFindings(page: Page): Promise<string[]> {
  return page.evaluate(async (runOnly) => {
    type Found = { violations: { id: string; nodes: { html: string }[] }[] };
    const { axe } = globalThis as unknown as { axe: { run(what: Document, how: object): Promise<Found> } };
    const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"], preload: false });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  }, RULES);
}

/** What a stranger's page would be styled by, were it sent. */
function stylesNotSent(css: string): string[] {
  if (!document.body.matches(".outside")) return [];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const found: string[] = [];
  const look = (rules: CSSRuleList) => {
    for (const rule of rules) {
      if (rule instanceof CSSGroupingRule) look(rule.cssRules);
      // What is nested in a style rule applies below it only.
      if (!(rule instanceof CSSStyleRule)) continue;
      if (document.querySelector(rule.selectorText.replace(/::[a-z-]+/g, "")))
        found.push(`not sent: ${rule.selectorText}`);
    }
  };
  look(sheet.cssRules);
  return found;
}

/** What goes on moving, or takes its time to. */
function moving(): string[] {
  return document.getAnimations().flatMap(({ effect, playState }) => {
    const { duration = 0 } = effect?.getTiming() ?? {};
    const target = (effect as KeyframeEffect | null)?.target;
    return playState === "running" && Number(duration) > 0 ? [`moves: ${target?.outerHTML.slice(0, 120)}`] : [];
  });
}

/** Every layout shift of a fresh visit, until everything has arrived: how much, and what moved. */
async function shiftsOf(screen: Screen, look: Look): Promise<string[]> {
  const looker = await screens.look(browser, look);
  try {
    await looker.visit.context.addInitScript(watchShifts);
    const page = await looker.show(screen);
    // Two frames: what moved last is counted then.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    return await page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);
  } finally {
    await looker.end();
  }
}
