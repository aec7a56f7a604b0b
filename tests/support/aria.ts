import type { Page } from "playwright-core";

/** What differs in every run, and what stands for it in the files. */
const MOVING: readonly [what: RegExp, name: string][] = [
  [/http:\/\/localhost:\d+\/(invite|reset)\/[\w-]{43}/g, "<one-time address>"],
  [/otpauth:\S+/g, "<authenticator address>"],
  [/\b[A-Z2-7]{32}\b/g, "<authenticator key>"],
  [/\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b/g, "<recovery code>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g, "<request>"],
  [/\b((?:ann|bob|carol)\.new)\d+\b/g, "$1"],
  [/(\/admin\/users)\/\d+/g, "$1/<id>"],
  [/(< )?\d+(\.\d+)? (ms|MiB|min)$/gm, "<$3>"],
];
/** Of rows and items that follow one another; the rest is counted. */
const SHOWN = 3;

/**
 * What a screen reader is given: roles, names and states as a tree, two spaces deeper each level.
 *
 * The content of the page, without the frame that all pages share; while a dialog is open, that one alone.
 */
export async function ariaTree(page: Page, { frame = false } = {}): Promise<string> {
  const isAsking = (await page.locator("dialog[open]").count()) > 0;
  const root = isAsking ? "dialog[open]" : frame ? "body" : "main";
  const tree = await page.locator(root).ariaSnapshot();
  const still = MOVING.reduce((text, [what, name]) => text.replace(what, name), tree);
  const heading = [`title: ${await page.title()}`, `focus: ${await focusOf(page)}`];
  return `${[...heading, ...shorten(still.split("\n"))].join("\n")}\n`;
}

/** Where the keyboard is: the role and name of the element, or "page". */
export async function focusOf(page: Page): Promise<string> {
  const focused = page.locator(":focus");
  if ((await focused.count()) === 0) return "page";
  const [first = ""] = (await focused.ariaSnapshot()).split("\n");
  return first.replace(/^- |:$/g, "");
}

/** The fourth row and those after it say nothing new. */
function shorten(lines: readonly string[]): string[] {
  const kept: string[] = [];
  /** How many rows or items there were at this depth, in the list that is being read. */
  let seen: number[] = [];
  let leftOutBelow = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const depth = line.search(/\S/);
    if (depth > leftOutBelow) continue;
    leftOutBelow = Number.POSITIVE_INFINITY;
    const isRow = /^ *- '?(row|listitem)\b/.test(line);
    seen = seen.slice(0, depth + 1);
    seen[depth] = isRow ? (seen[depth] ?? 0) + 1 : 0;
    if ((seen[depth] ?? 0) <= SHOWN) kept.push(line);
    else {
      leftOutBelow = depth;
      if (seen[depth] === SHOWN + 1) kept.push(`${" ".repeat(depth)}# and so on`);
    }
  }
  return kept;
}
