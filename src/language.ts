import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { getCookie, setCookie } from "hono/cookie";
import { ENGLISH, LANGUAGES, type Language, type Words } from "#views/words.tsx";
import type { Deps } from "./app.tsx";
import { isHttps, visitorOrNull } from "./session.ts";

/** Not a `__Host-` one: whoever could plant it would change a language. */
const COOKIE = "language";
const YEAR_S = 365 * 24 * 60 * 60;

/** Source: RFC 5646 section 4.4.1. */
const LONGEST_RANGE = 35;

/** What the visitor chose on the account page or, in this browser, on the sign-in page; else what it asks for; else English. */
export function languageOf(c: Context): Language {
  const known: Language | undefined = c.get("language");
  if (known !== undefined) return known;
  const language = LANGUAGES.get(chosen(c) ?? "") ?? LANGUAGES.get(getCookie(c, COOKIE) ?? "") ?? negotiated(c);
  c.set("language", language);
  return language;
}

/** For this answer and, by a cookie, for this browser. What is no language of ours changes nothing. */
export function chooseLanguage(c: Context, { config }: Deps, code: string | undefined): void {
  const language = LANGUAGES.get(code ?? "");
  if (language === undefined) return;
  c.set("language", language);
  const options = { path: "/", httpOnly: true, secure: isHttps(config), sameSite: "Lax", maxAge: YEAR_S } as const;
  setCookie(c, COOKIE, language.code, options);
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
