import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { ENGLISH, LANGUAGES, type Language, type Words } from "#views/words.tsx";
import { visitorOrNull } from "./session.ts";

/** Source: RFC 5646 section 4.4.1. */
const LONGEST_RANGE = 35;

/** What the visitor chose on the account page, else what their browser asks for, else English. */
export function languageOf(c: Context): Language {
  const known: Language | undefined = c.get("language");
  if (known !== undefined) return known;
  const language = LANGUAGES.get(chosen(c) ?? "") ?? negotiated(c);
  c.set("language", language);
  return language;
}

/** The words of that language, for a route's own sentences. Views have `useWords`. */
export const wordsOf = (c: Context): Words => languageOf(c).words;

/** True when the answer would be another for a browser that asks for another language. */
export const isNegotiated = (c: Context): boolean => c.get("language") !== undefined && !LANGUAGES.has(chosen(c) ?? "");

const chosen = (c: Context): string | null => visitorOrNull(c)?.user.language ?? null;

/** Source: RFC 9110 section 12.5.4 and RFC 4647 section 3.4: "de-CH" also means "de", and q=0 means: not this one. */
function negotiated(c: Context): Language {
  const code = accepts(c, {
    header: "Accept-Language",
    supports: [...LANGUAGES.keys()],
    default: ENGLISH.code,
    match: (wanted, { supports, default: otherwise }) =>
      wanted
        .filter(({ q }) => q > 0)
        .map(({ type }) =>
          type === "*" ? otherwise : firstSupported(type.slice(0, LONGEST_RANGE).toLowerCase(), supports),
        )
        .find((found) => found !== undefined) ?? otherwise,
  });
  return LANGUAGES.get(code) ?? ENGLISH;
}

/** Cuts the range from its end until there is such a language. */
function firstSupported(range: string, supports: readonly string[]): string | undefined {
  for (let tag = range; tag !== ""; tag = tag.slice(0, Math.max(0, tag.lastIndexOf("-"))))
    if (supports.includes(tag)) return tag;
  return undefined;
}
