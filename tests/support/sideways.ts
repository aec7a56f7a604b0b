import type { Page } from "playwright-core";

/** What makes the page wider than its window, deepest elements first; nothing where nothing does. */
export function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
      (one) => one.getBoundingClientRect().right > innerWidth || one.getBoundingClientRect().left < 0,
    );
    return ["wider than the window", ...wide.reverse().map((one) => one.outerHTML.slice(0, 120))].slice(0, 6);
  });
}
