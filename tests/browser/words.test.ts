import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Window } from "happy-dom";
import type { Browser, Page } from "playwright-core";
import { loadConfig } from "#src/config.ts";
import { discoverFragments } from "#src/discover.ts";
import { textIn } from "#src/fragment.ts";
import { openBrowser } from "#tests/support/browser.ts";
import { MADE_UP, speakMadeUp, unmarkedTexts } from "#tests/support/made-up.tsx";
import { type Look, type Looker, openScreens, SCREENS, type Screens } from "#tests/support/screens.ts";
import { LONG_NAME } from "#tests/support/screens-people.ts";
import { sideways } from "#tests/support/sideways.ts";

/*
 * Every screen in other languages. The made-up one puts marks around every text of the catalogue, and goes from right to
 * left: what stands without marks was never in a catalogue, and nobody could read it in another language.
 */

const LIMIT_MS = 60_000;
const at = (width: number, language: string): Look => ({ colorScheme: "light", width, height: 800, language });
const LOOKS = { art: [at(1280, MADE_UP.code), at(360, MADE_UP.code)], de: [at(360, "de"), at(320, "de")] };

/** What is not the house's to say: what panels show, what an entry of the log has besides, what stands in a list. */
const NOT_OURS =
  ".card-body, .card-head > p, #recovery-codes, .audit-day .facts dd, #import td:is(:nth-child(2), :nth-child(3))";
/** Names, the same in every language: of people, of the house, of panels, and of a file that is left out. */
const panels = (await discoverFragments(loadConfig({}).fragmentsDir)).usable.map(({ fragment }) =>
  textIn(fragment.title, MADE_UP.code),
);
const NAMES = new Set([
  ...panels,
  "Orders",
  "Stock",
  "its default export is no fragment",
  "On parental leave",
  LONG_NAME,
  "Gatehouse",
]);
const PERSON = /^((ann|bob|carol)(\.[a-z]+)?\d*(,user|,admin)?:?|[\p{Script=Arabic}.]+)$/u;
const isName = (text: string) => !/\p{L}/u.test(text) || PERSON.test(text) || NAMES.has(text);
const isData = (text: string) => text.split("·").every((piece) => isName(piece.trim()));

let browser: Browser;
let screens: Screens;
let silence: () => void;

beforeAll(async () => {
  silence = speakMadeUp();
  [browser, screens] = await Promise.all([openBrowser(), openScreens()]);
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await screens?.close();
  silence();
}, LIMIT_MS);

/** Each screen in each look; `check` is what must be so there besides. */
function everyScreen(looks: readonly Look[], check: (page: Page) => Promise<void>): void {
  let lookers: Looker[];
  beforeAll(async () => {
    lookers = await Promise.all(looks.map((look) => screens.look(browser, look)));
  }, LIMIT_MS);
  afterAll(() => Promise.all(lookers.map((looker) => looker.end())));

  for (const screen of SCREENS)
    test(
      screen.name,
      async () => {
        for (const looker of lookers) {
          const page = await looker.show(screen);
          await check(page);
          expect(await sideways(page)).toEqual([]);
        }
      },
      LIMIT_MS,
    );
}

describe("from right to left, and with every text from a catalogue:", () =>
  everyScreen(LOOKS.art, async (page) => {
    expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
    expect(await unmarkedOn(page)).toEqual([]);
  }));

describe("in German no wider than the window:", () =>
  everyScreen(LOOKS.de, async (page) => {
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
  }));

/** As it is on the page by now, with what the script has put there. */
async function unmarkedOn(page: Page): Promise<string[]> {
  const { document } = new Window();
  document.write(await page.content());
  return unmarkedTexts(document as unknown as Document, isData, NOT_OURS);
}
