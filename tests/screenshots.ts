/**
 * Pictures of every screen in tests/output/screenshots: light, dark, and on a phone.
 *
 *   npm run screenshots                 all of them
 *   npm run screenshots -- people audit those whose name holds one of the words
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { openBrowser } from "./support/browser.ts";
import { type Look, openScreens, SCREENS } from "./support/screens.ts";

const FOLDER = resolve(import.meta.dirname, "output/screenshots");
const LOOKS: Readonly<Record<string, Look>> = {
  light: { colorScheme: "light", width: 1280, height: 800 },
  dark: { colorScheme: "dark", width: 1280, height: 800 },
  phone: { colorScheme: "light", width: 360, height: 740 },
};

const words = process.argv.slice(2);
const wanted = SCREENS.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
mkdirSync(FOLDER, { recursive: true });
const screens = await openScreens();
const browser = await openBrowser();
for (const [name, look] of Object.entries(LOOKS)) {
  const looker = await screens.look(browser, look);
  for (const screen of wanted) {
    const page = await looker.show(screen);
    await page.screenshot({ path: join(FOLDER, `${screen.name}-${name}.png`), fullPage: true, animations: "disabled" });
  }
  await looker.end();
  console.log(`${name}: ${wanted.length} screens`);
}
await browser.close();
await screens.close();
console.log(FOLDER);
process.exit(0);
