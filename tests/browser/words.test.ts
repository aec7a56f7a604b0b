import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "#tests/support/browser.ts";
import { MADE_UP, speakMadeUp, unmarkedTexts } from "#tests/support/made-up.tsx";
import { type Look, type Looker, openScreens, SCREENS, type Screens } from "#tests/support/screens.ts";
import { sideways } from "#tests/support/sideways.ts";

/*
 * Every screen in other languages. The made-up one puts marks around every text of the catalogue, and goes from right to
 * left: what stands without marks was never in a catalogue, and nobody could read it in another language.
 */

const LIMIT_MS = 60_000;
const at = (width: number, language: string): Look => ({ colorScheme: "light", width, height: 800, language });
const LOOKS = { art: [at(1280, MADE_UP.code), at(360, MADE_UP.code)], de: [at(360, "de"), at(320, "de")] };

/** Names of people, programs and places, what people typed, and what panels say: the same in every language. */
const DATA = new RegExp(`^(${[String.raw`(ann|bob|carol|dora|erik|frank|grace|henry)\d*`, "Gatehouse"].join("|")})$`);

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

describe("from right to left, and with every text from a catalogue:", () => {
  let lookers: Looker[];
  beforeAll(async () => {
    lookers = await Promise.all(LOOKS.art.map((look) => screens.look(browser, look)));
  }, LIMIT_MS);
  afterAll(() => Promise.all(lookers.map((looker) => looker.end())));

  for (const screen of SCREENS)
    test(
      screen.name,
      async () => {
        for (const looker of lookers) {
          const page = await looker.show(screen);
          expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
          expect(await unmarkedOn(page)).toEqual([]);
          expect(await sideways(page)).toEqual([]);
        }
      },
      LIMIT_MS,
    );
});

describe("in German no wider than the window:", () => {
  let lookers: Looker[];
  beforeAll(async () => {
    lookers = await Promise.all(LOOKS.de.map((look) => screens.look(browser, look)));
  }, LIMIT_MS);
  afterAll(() => Promise.all(lookers.map((looker) => looker.end())));

  for (const screen of SCREENS)
    test(
      screen.name,
      async () => {
        for (const looker of lookers) {
          const page = await looker.show(screen);
          expect(await page.locator("html").getAttribute("lang")).toBe("de");
          expect(await sideways(page)).toEqual([]);
        }
      },
      LIMIT_MS,
    );
});

/** As it is on the page by now, with what the script has put there. */
async function unmarkedOn(page: Page): Promise<string[]> {
  const { Window } = await import("happy-dom");
  const { document } = new Window();
  document.write(await page.content());
  return unmarkedTexts(document as unknown as Document, (text) => DATA.test(text));
}
