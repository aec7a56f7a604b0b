import { expect, test } from "bun:test";
import { AUDIT_EVENTS, type AuditEvent } from "#src/store/audit-log.ts";
import { en } from "#views/words/en.ts";
import type { Tell } from "#views/words/told.ts";
import { LANGUAGES, type Language } from "#views/words.tsx";

/*
 * The catalogues of all languages. That each has what English has, and nothing more, is the compiler's; that no screen
 * says anything else, of tests/views/words.test.tsx and tests/browser/words.test.ts.
 */

/** Texts that are the same in English and German: names, signs, and words both have. */
const SAME_IN_GERMAN = new Set([
  "common.utc",
  "account.authenticator.title",
  "account.password.strengthHint",
  "dashboard.palette.person",
  "dashboard.kit.percent",
  "people.authenticator",
  "people.import.name",
  "people.list.admins",
  "people.list.name",
  "people.roles.admin",
]);

/** What is looked up by a name that comes from the database. */
const NAMES: Record<string, readonly string[]> = {
  "audit.event": AUDIT_EVENTS,
  "audit.fact": ["act", "by", "factor", "factors", "from", "method", "reason", "role", "route", "to", "until"],
};

/** Every text by its place; a function says what it says of samples. */
function textsOf(entry: unknown, place = ""): [place: string, text: string][] {
  if (typeof entry === "string") return [[place, entry]];
  if (place === "audit.tell") return AUDIT_EVENTS.map((event) => [`${place}.${event}`, told(entry as Tell, event)]);
  if (place in NAMES)
    return NAMES[place]!.map((name) => [`${place}.${name}`, (entry as (name: string) => string)(name)]);
  if (typeof entry === "function") return [[place, String(entry(...SAMPLES))]];
  const below = (name: string) => (place === "" ? name : `${place}.${name}`);
  return Object.entries(entry as object).flatMap(([name, value]) => textsOf(value, below(name)));
}

/** Stands for whatever a text is about: a name, a number, or a way to put words into an element. */
const ANYTHING = Object.assign((words: string) => words, {
  ...{ toString: () => "7", toLowerCase: () => "7", replace: () => "7", replaceAll: () => "7" },
});
const SAMPLES = [ANYTHING, ANYTHING, ANYTHING, ANYTHING];

function told(tell: Tell, event: AuditEvent): string {
  const ann = { id: 1, name: "ann" };
  const parts = tell(event, {
    ...{ actor: ann, target: { id: 2, name: "bob" }, actorReads: false, targetReads: false },
    ...{ itself: false, atCommandLine: false, detail: {} },
  });
  return parts.map((part) => (typeof part === "string" ? part : part.name)).join("");
}

const others = [...LANGUAGES.values()].filter(({ words }) => words !== en);

test.each(others)("$name has a text wherever English has one", ({ words }) => {
  expect(textsOf(words).map(([place]) => place)).toEqual(textsOf(en).map(([place]) => place));
  expect(textsOf(words).filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("no German text was left in English, save names and words both have", () => {
  const german = new Map(textsOf(LANGUAGES.get("de")?.words));
  const same = textsOf(en).filter(([place, text]) => german.get(place) === text);
  expect(same.map(([place]) => place).toSorted()).toEqual([...SAME_IN_GERMAN].toSorted());
});

test("German has its own quotation marks, and no straight ones", () => {
  const texts = textsOf(LANGUAGES.get("de")?.words);
  expect(texts.filter(([, text]) => /(?<!=)"(?![^<]*>)|(?<=\s)'/.test(text))).toEqual([]);
  for (const [, text] of texts) expect(text.split("„")).toHaveLength(text.split("“").length);
});

const AT_MS = Date.UTC(2026, 0, 5, 14, 30);
const written = ({ time, day, dayShort, dayFull, number }: Language) => [
  ...[time, day, dayShort, dayFull].map((format) => format.format(AT_MS)),
  number.format(12_345.5),
];

test("days, times and numbers are written as people of the language write them", () => {
  const [english, german] = ["en", "de"].map((code) => written(LANGUAGES.get(code)!));
  expect(english).toEqual(["5 Jan 2026, 14:30", "5 Jan 2026", "5 Jan", "Monday, 5 January 2026", "12,345.5"]);
  expect(german).toEqual(["05.01.2026, 14:30", "5. Jan. 2026", "5. Jan.", "Montag, 5. Januar 2026", "12.345,5"]);
});
