import type { Page } from "playwright-core";

/** Elements that the keyboard reaches without anybody seeing where it is. Source: WCAG 2.2, 2.4.7. */
export async function unseenFocus(page: Page): Promise<string[]> {
  // From now on the browser takes every focus for the keyboard's.
  await page.keyboard.press("Shift");
  return page.evaluate(() => {
    const reached =
      "a[href]:not([tabindex]), button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const within = document.querySelector("dialog[open]") ?? document.body;
    // A field may be drawn by what is around it.
    const look = (element: Element) => [element, element.parentElement!].map(edge).join();
    function edge(element: Element): string {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return `${outlineStyle === "none" ? "none" : `${outlineStyle} ${outlineWidth}`} ${boxShadow}`;
    }
    const before = document.activeElement as HTMLElement;
    before.blur();
    const unseen = [...within.querySelectorAll<HTMLElement>(reached)].filter((element) => {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.matches(":disabled")) return false;
      const unfocused = look(element);
      element.focus({ preventScroll: true });
      const isSeen = document.activeElement === element && look(element) !== unfocused;
      element.blur();
      return !isSeen;
    });
    before.focus();
    return unseen.map((element) => `focus is not seen: ${element.outerHTML.slice(0, 120)}`);
  });
}
