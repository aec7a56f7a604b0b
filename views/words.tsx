import type { Child } from "hono/jsx";
import { createContext, useContext } from "hono/jsx";
import { de } from "./words/de.ts";
import { en, type Words } from "./words/en.ts";

export type { Words };

/** A language the house speaks: its words, and its formats, made once since making one costs more than a whole page. */
export type Language = {
  /** As `lang` and `Accept-Language` have it. */
  readonly code: string;
  /** In itself, so that whoever needs it can find it. */
  readonly name: string;
  readonly dir: "ltr" | "rtl";
  readonly words: Words;
  /** Day and time, in UTC: `common.utc` says so. */
  readonly time: Intl.DateTimeFormat;
  /** Day, month and year. */
  readonly day: Intl.DateTimeFormat;
  /** Day and month, where little room is left and the year is plain. */
  readonly dayShort: Intl.DateTimeFormat;
  /** With the weekday, for headings. */
  readonly dayFull: Intl.DateTimeFormat;
  readonly number: Intl.NumberFormat;
  /** Sorts as people of this language do, and "item 2" before "item 10". */
  readonly collator: Intl.Collator;
};

type Own = Pick<Language, "code" | "name" | "words"> & { dir?: Language["dir"]; locale?: string };

/** @param locale whose dates and numbers; default: those of the code. */
export function makeLanguage({ locale, dir = "ltr", ...own }: Own): Language {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale ?? own.code, { timeZone: "UTC", ...options });
  return Object.freeze({
    ...own,
    dir,
    time: format({ dateStyle: "medium", timeStyle: "short" }),
    day: format({ day: "numeric", month: "short", year: "numeric" }),
    dayShort: format({ day: "numeric", month: "short" }),
    dayFull: format({ dateStyle: "full" }),
    number: new Intl.NumberFormat(locale ?? own.code, { maximumFractionDigits: 2 }),
    collator: new Intl.Collator(locale ?? own.code, { numeric: true }),
  });
}

export const ENGLISH = makeLanguage({ code: "en", name: "English", locale: "en-GB", words: en });

/** All there are, by code. README: "Languages" says how to add one. */
export const LANGUAGES: ReadonlyMap<string, Language> = new Map(
  [ENGLISH, makeLanguage({ code: "de", name: "Deutsch", words: de })].map((language) => [language.code, language]),
);

const Current = createContext<Language>(ENGLISH);

/** Everything inside is said in this language. Around every view that is sent to a browser. */
export const Speak = ({ language, children }: { language: Language; children?: Child }) => (
  <Current.Provider value={language}>
    {/* One element, whatever the view is: a Promise, too, is waited for. */}
    {/* biome-ignore lint/complexity/noUselessFragments: see above */}
    <>{children}</>
  </Current.Provider>
);

/** The language a view is being made in. Only inside of components. */
export const useLanguage = (): Language => useContext(Current);

/** Its words. */
export const useWords = (): Words => useContext(Current).words;
