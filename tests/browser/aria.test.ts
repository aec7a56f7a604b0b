/**
 * What a screen reader is given on the main screens, as readable files in tests/browser/aria. After a change that is
 * meant, write them anew and read the difference:
 *
 *   UPDATE_ARIA=1 npx bun test ./tests/browser/aria.test.ts
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { ariaTree } from "#tests/support/aria.ts";
import { openBrowser } from "#tests/support/browser.ts";
import { type Looker, openScreens, SCREENS, type Screens } from "#tests/support/screens.ts";

const LIMIT_MS = 60_000;
const FOLDER = join(import.meta.dirname, "aria");
/** In this order: those that show what happened before those that make something happen. */
const MAIN = [
  ...["dashboard", "dashboard-of-a-user", "dashboard-with-failures", "customise", "panel"],
  ...[
    "people",
    "audit",
    "audit-details",
    "person-disabled",
    "person-long-name",
    "account",
    "palette",
    "keys",
    "account-with-errors",
  ],
  ...["sign-in", "sign-in-refused", "code", "code-refused", "recovery-code", "enrolment", "recovery-codes"],
  ...["reset-with-errors", "invitation", "setup", "confirm-dialog", "people-menu"],
  ...["people-registered", "people-refused", "people-bulk-report", "import-checked", "problem-403", "problem-503"],
];

let browser: Browser;
let screens: Screens;
let looker: Looker;

beforeAll(async () => {
  [browser, screens] = await Promise.all([openBrowser(), openScreens()]);
  looker = await screens.look(browser, { colorScheme: "light", width: 1280, height: 800 });
}, LIMIT_MS);
afterAll(async () => {
  await looker?.end();
  await browser?.close();
  await screens?.close();
}, LIMIT_MS);

for (const name of MAIN)
  test(
    name,
    async () => {
      const screen = SCREENS.find((one) => one.name === name);
      if (!screen) throw new Error(`there is no screen ${name}`);
      const tree = await ariaTree(await looker.show(screen), { frame: name === "dashboard" });
      const file = Bun.file(join(FOLDER, `${name}.yaml`));
      if (process.env.UPDATE_ARIA) await Bun.write(file, tree);
      expect(tree).toBe(await file.text());
    },
    LIMIT_MS,
  );

test("every file belongs to a screen", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(MAIN.map((name) => `${name}.yaml`).sort());
});
