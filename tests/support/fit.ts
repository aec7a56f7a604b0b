import type { Page } from "playwright-core";

/** Windows in which everything must fit. Texts of double size: WCAG 2.2, 1.4.4; 320 px: 1.4.10. */
export type Window = { width: number; textSize?: number };

/** What does not fit a window of this width: wider than it, cut off, spilling out of its box, or on top of another text. */
export async function misfits(page: Page, { width, textSize = 100 }: Window): Promise<string[]> {
  const before = page.viewportSize()!;
  await page.setViewportSize({ width, height: before.height });
  await page.evaluate(resizeText, textSize);
  const found = await page.evaluate(look);
  await page.evaluate(resizeText, 100);
  await page.setViewportSize(before);
  const name = textSize === 100 ? `${width} px` : `${width} px, text of ${textSize} %`;
  return found.slice(0, 6).map((what) => `fit (${name}) ${what}`);
}

function resizeText(percent: number): void {
  document.documentElement.style.fontSize = percent === 100 ? "" : `${percent}%`;
}

/** Runs in the page. */
function look(): string[] {
  type Line = { element: Element; layer: Element | null; left: number; right: number; top: number; bottom: number };
  /** Letters reach a little beyond their line; half a pixel here and there is rounding. */
  const SLACK = 3;
  const found: string[] = [];
  const name = (element: Element) => {
    const kind = `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}#${element.id}`;
    return `${kind} "${(element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40)}"`;
  };
  const dialog = document.querySelector("dialog[open]");
  const all = [...(dialog ?? document.body).querySelectorAll("*")].filter(
    (one) =>
      one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest(".visually-hidden, svg"),
  );

  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = all.filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5 && !scroller(one));
    found.push(...wide.reverse().map((one) => `wider than the window: ${name(one)}`));
  }
  for (const element of all) {
    const { overflowX, overflowY, textOverflow, display } = getComputedStyle(element);
    if (display.startsWith("inline") && display !== "inline-block" && display !== "inline-flex") continue;
    if (textOverflow === "ellipsis" || !element.textContent?.trim() || element.matches("select, textarea, input"))
      continue;
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
    const isHidden = (overflow: string) => overflow === "hidden" || overflow === "clip";
    if (isHidden(overflowX) && scrollWidth > clientWidth + 1) found.push(`cut off: ${name(element)}`);
    if (isHidden(overflowY) && scrollHeight > clientHeight + SLACK) found.push(`cut off below: ${name(element)}`);
    const isBox = clientWidth > 0 && overflowX === "visible" && hasOwnText(element);
    if (isBox && scrollWidth > clientWidth + 1) found.push(`out of its box: ${name(element)}`);
  }
  found.push(...overlaps(all.flatMap(lines)));
  return found;

  function hasOwnText(element: Element): boolean {
    return [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /\S/.test(node.nodeValue ?? ""));
  }

  /** What it may be scrolled in. */
  function scroller(element: Element): Element | null {
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement)
      if (/auto|scroll/.test(getComputedStyle(one).overflowX)) return one;
    return null;
  }

  /** Where the lines of its own text are on the screen. */
  function lines(element: Element): Line[] {
    if (!hasOwnText(element)) return [];
    return [...element.childNodes].flatMap((node) => {
      if (node.nodeType !== Node.TEXT_NODE || !/\S/.test(node.nodeValue ?? "")) return [];
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()]
        .map((line) => seen(line, element))
        .filter(({ left, right, top, bottom }) => right > left && bottom > top)
        .map((line) => ({ element, layer: layerOf(element), ...line }));
    });
  }

  /** The part of a line that is not scrolled away or replaced by an ellipsis. */
  function seen({ left, right, top, bottom }: DOMRect, within: Element) {
    const line = { left, right, top, bottom };
    for (let one: Element | null = within; one && one !== document.body; one = one.parentElement) {
      const { overflowX, display } = getComputedStyle(one);
      if (overflowX === "visible" || display === "inline") continue;
      const box = one.getBoundingClientRect();
      line.left = Math.max(line.left, box.left);
      line.right = Math.min(line.right, box.right);
      line.top = Math.max(line.top, box.top);
      line.bottom = Math.min(line.bottom, box.bottom);
    }
    return line;
  }

  /** What lies on top of the page on purpose. */
  function layerOf(element: Element): Element | null {
    for (let one: Element | null = element; one; one = one.parentElement)
      if (/fixed|sticky/.test(getComputedStyle(one).position) || one.matches(":popover-open")) return one;
    return null;
  }

  function overlaps(all: Line[]): string[] {
    const sorted = all.toSorted((a, b) => a.top - b.top);
    const both: string[] = [];
    for (const [i, upper] of sorted.entries())
      for (const lower of sorted.slice(i + 1)) {
        if (lower.top > upper.bottom) break;
        if (lower.element === upper.element || lower.layer !== upper.layer) continue;
        const height = Math.min(upper.bottom, lower.bottom) - lower.top;
        const width = Math.min(upper.right, lower.right) - Math.max(upper.left, lower.left);
        if (width > SLACK && height > 2 * SLACK)
          both.push(`on top of each other: ${name(upper.element)} and ${name(lower.element)}`);
      }
    return both;
  }
}
