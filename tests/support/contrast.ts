import type { CDPSession, Page } from "playwright-core";
import { accentRules } from "#src/brand.ts";

/** Colours of installations: the house's own, a usual blue, and the palest that the configuration accepts. */
export const ACCENTS = [null, "#1d4ed8", "#707070"] as const;

/**
 * What cannot be told from its background, in light and dark, with the system's wish for more contrast, and in the
 * colours of installations. Source: WCAG 2.2, 1.4.3 (text, 4.5) and 1.4.11 (edges of fields, drawings, 3).
 */
export async function poorContrasts(page: Page): Promise<string[]> {
  const found: string[] = [];
  const session = await pointAtEverything(page);
  for (const accent of ACCENTS) {
    await page.evaluate(paint, accentRules(accent));
    for (const contrast of accent ? (["no-preference"] as const) : (["no-preference", "more"] as const))
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, contrast });
        const look = [colorScheme, contrast === "more" && "more contrast", accent].filter(Boolean).join(", ");
        found.push(...(await page.evaluate(measure)).map((what) => `contrast (${look}) ${what}`));
      }
  }
  await session.detach();
  await page.evaluate(paint, "");
  await page.emulateMedia({ colorScheme: null, contrast: null });
  return found;
}

/** As if the mouse were on everything that answers to it. */
async function pointAtEverything(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument", { depth: 0 });
  const selector = "a, button, .button, summary, tbody tr";
  const { nodeIds } = await session.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector });
  await Promise.all(
    nodeIds.map((nodeId) => session.send("CSS.forcePseudoState", { nodeId, forcedPseudoClasses: ["hover"] })),
  );
  return session;
}

function paint(rules: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}

/** Runs in the page. Colours are read as they end up on the screen, through everything half transparent. */
function measure(): string[] {
  type Colour = [red: number, green: number, blue: number, alpha: number];
  const TEXT = 4.5;
  const SHAPE = 3;
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
  const known = new Map<string, Colour>();
  const found = new Map<string, string>();

  const isThere = (element: Element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  // What does nothing now may be faint (WCAG 1.4.3, inactive components).
  const isOff = (element: Element) => element.closest(":disabled, [aria-disabled=true], .visually-hidden") !== null;

  for (const element of document.querySelectorAll("body, body *")) {
    if (!isThere(element) || isOff(element)) continue;
    const style = getComputedStyle(element);
    if (hasOwnText(element)) compare(element, "text", style.color, behind(element), TEXT);
    for (const part of ["::before", "::after", "::placeholder"]) {
      const { content, color, backgroundColor } = getComputedStyle(element, part);
      const isPart = part === "::placeholder" ? element.matches(":placeholder-shown") : /\w/.test(content.slice(1, -1));
      const back = over(parse(backgroundColor), behind(element));
      if (isPart && content !== "none") compare(element, part, color, back, TEXT);
    }
    const hasEdge = Number.parseFloat(style.borderTopWidth) > 0;
    if (
      hasEdge &&
      element.matches("input:not([type=checkbox], [type=radio], [type=hidden], :read-only), select, textarea")
    )
      compare(element, "edge", style.borderTopColor, behind(element.parentElement), SHAPE);
    if (element.matches(".chart-line")) compare(element, "line", style.stroke, behind(element), SHAPE);
    if (element.matches(".chart-bar")) compare(element, "bar", style.fill, behind(element), SHAPE);
  }
  return [...found.values()];

  function compare(element: Element, what: string, colour: string, back: Colour, least: number): void {
    const ratio = contrast(over(parse(colour), back), back);
    const name = `${what} of ${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`;
    if (ratio < least) found.set(name, `${name}: ${ratio.toFixed(2)} "${element.textContent.trim().slice(0, 40)}"`);
  }

  function hasOwnText(element: Element): boolean {
    return [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /\S/.test(node.nodeValue ?? ""));
  }

  function behind(element: Element | null): Colour {
    const layers: Colour[] = [];
    for (let one = element; one; one = one.parentElement) {
      const layer = parse(getComputedStyle(one).backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    const canvasColour = parse(getComputedStyle(document.body).backgroundColor);
    return layers.reduceRight((below, layer) => over(layer, below), canvasColour);
  }

  function over([red, green, blue, alpha]: Colour, below: Colour): Colour {
    const mix = (top: number, bottom: number) => top * alpha + bottom * (1 - alpha);
    return [mix(red, below[0]), mix(green, below[1]), mix(blue, below[2]), 1];
  }

  function parse(colour: string): Colour {
    const old = known.get(colour);
    if (old) return old;
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    known.set(colour, [red, green, blue, alpha / 255]);
    return known.get(colour)!;
  }

  function contrast(one: Colour, other: Colour): number {
    const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  }

  function luminance(colour: Colour): number {
    const [red = 0, green = 0, blue = 0] = colour
      .map((value) => value / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }
}
