import type { Child } from "hono/jsx";
import { ENGLISH, LANGUAGES, type Language } from "#views/words.tsx";

const OPEN = "⟦";
const SHUT = "⟧";

/**
 * A language nobody speaks: English, every text between marks, from right to left. What a page shows without marks is
 * in no catalogue.
 */
export const MADE_UP: Language = {
  ...ENGLISH,
  ...{ code: "art", name: "Art", dir: "rtl", words: marked(ENGLISH.words) },
  ...{ time: markedFormat(ENGLISH.time), day: markedFormat(ENGLISH.day) },
  ...{ dayShort: markedFormat(ENGLISH.dayShort), dayFull: markedFormat(ENGLISH.dayFull) },
};

/** Adds it to the languages there are; the answer takes it away again. */
export function speakMadeUp(): () => void {
  const languages = LANGUAGES as Map<string, Language>;
  languages.set(MADE_UP.code, MADE_UP);
  return () => void languages.delete(MADE_UP.code);
}

function marked<T>(entry: T): T {
  if (typeof entry === "string") return `${OPEN}${entry}${SHUT}` as T;
  if (typeof entry === "function") return ((...given: unknown[]) => around(entry(...given))) as T;
  return Object.fromEntries(Object.entries(entry as object).map(([key, value]) => [key, marked(value)])) as T;
}

function around(made: Child) {
  if (typeof made === "string") return `${OPEN}${made}${SHUT}`;
  // The pieces of a sentence.
  if (Array.isArray(made)) return [OPEN, ...made, SHUT];
  return (
    <>
      {OPEN}
      {made}
      {SHUT}
    </>
  );
}

function markedFormat({ format }: Intl.DateTimeFormat) {
  return { format: (ms: number) => `${OPEN}${format(ms)}${SHUT}` } as Intl.DateTimeFormat;
}

/** What people see or hear, and where it stands as an attribute. */
const SPOKEN = ["aria-label", "title", "placeholder", "alt", "label"];
/** Names of things, the same in every language, and languages that are named in themselves. */
const NO_TEXT = "script, style, code, kbd, [lang]:not(html), [lang]:not(html) *";

/**
 * Texts that stand in a page without marks and are no data. In document order, for one entry may hold elements.
 *
 * @param skipped selector of elements that are not looked at at all.
 */
export function unmarkedTexts(document: Document, isData: (text: string) => boolean, skipped = NO_TEXT): string[] {
  const found: string[] = [];
  let depth = 0;
  const look = (text: string, goOn: boolean) => {
    let rest = "";
    for (const part of text.split(/(?=[⟦⟧])|(?<=[⟦⟧])/)) {
      if (part === OPEN) depth++;
      else if (part === SHUT) depth--;
      else if (depth === 0) rest += `${part}\n`;
    }
    if (!goOn && depth !== 0) found.push(`marks do not match: ${text}`);
    for (const piece of rest.split("\n")) if (/\p{L}/u.test(piece) && !isData(piece.trim())) found.push(piece.trim());
  };
  const visit = (node: Node) => {
    if (node.nodeType === 3) look(node.textContent ?? "", true);
    if (node.nodeType !== 1) return;
    const element = node as Element;
    if (element.matches(skipped)) return;
    if (!element.matches(NO_TEXT)) for (const child of element.childNodes) visit(child);
    const before = depth;
    depth = 0;
    for (const { name, value } of element.attributes)
      if (SPOKEN.includes(name) || name.startsWith("data-say-") || name === "data-in") look(value, false);
    depth = before;
  };
  visit(document.documentElement);
  return found;
}
