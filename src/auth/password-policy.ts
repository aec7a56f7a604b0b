import type { ZxcvbnFactory } from "@zxcvbn-ts/core";
import type { Mistake } from "./mistakes.ts";
import { codePoints } from "./text.ts";

/** NIST SP 800-63B-4 section 3.1.1.2 and ASVS 6.2.1: 8 beside a second factor, 15 as the only one. */
export const MIN_PASSWORD_LENGTH = 8;
const MIN_PASSWORD_LENGTH_ALONE = 15;
/** NIST asks for 64 at least; a limit keeps megabytes away from the hash. */
export const MAX_PASSWORD_LENGTH = 128;

/** Words everybody would try here, beside the person's and the application's own names (ASVS 6.2.11). */
const CONTEXT_WORDS = [
  "admin",
  "administrator",
  "dashboard",
  "gatehouse",
  "login",
  "password",
  "signin",
  "user",
  "welcome",
];
const MIN_CONTEXT_WORD = 3;
/**
 * zxcvbn's estimate below which a password is refused: 2 means a million guesses. The throttle lets about 400 a year through,
 * so this outlasts it by far (NIST: the list needs to be no longer than that), covers the 3,000 most common passwords of
 * ASVS 6.2.4 with their usual variations, and still admits eight random characters, which 3 would not.
 */
const LOWEST_SCORE = 2;
/** zxcvbn's time grows faster than the text's length; what comes after these code points only makes a password better. */
const MAX_ESTIMATED = 24;
/** Readings of "p4$$w0rd" it tries. At its own 100 a hostile text stops the server for 60 ms, at 8 for less than 10. */
const MAX_LEET_SPELLINGS = 8;

export type PasswordContext = { readonly username: string; readonly appName: string };
export type Strength = { readonly score: 0 | 1 | 2 | 3 | 4; readonly hint: Mistake | null };

/**
 * The rules for a new password, the same on every page that sets one. No rules on kinds of characters, no expiry.
 *
 * Any Unicode is welcome, spaces too. Refused are control characters, NUL among them (no keyboard types them, forms and
 * other programs change or cut them) and U+FFFD and lone surrogates (left over where bytes were no text, so different
 * inputs would become one password).
 *
 * @param rules.secondFactor whether the account is never opened by its password alone.
 * @returns what is wrong with it, or null when the password is fine.
 */
export async function checkNewPassword(
  password: string,
  rules: PasswordContext & { secondFactor: boolean },
): Promise<Mistake | null> {
  const length = codePoints(password);
  const shortest = rules.secondFactor ? MIN_PASSWORD_LENGTH : MIN_PASSWORD_LENGTH_ALONE;
  if (length < shortest) return (words) => words.atLeast(shortest);
  if (length > MAX_PASSWORD_LENGTH) return (words) => words.atMost(MAX_PASSWORD_LENGTH);
  if (/[\p{Cc}\p{Cs}\uFFFD]/u.test(password)) return (words) => words.brokenCharacters;
  if (isOnlyContext(password, rules)) return (words) => words.onlyContext;
  const { score, hint } = await passwordStrength(password, rules);
  if (score >= LOWEST_SCORE) return null;
  return (words) => `${words.tooEasy} ${hint?.(words) ?? words.addWords}`;
}

/**
 * An estimate for a strength meter.
 *
 * @returns score from 0 (guessed at once) to 4 (10^10 guesses and more), and how to do better, or null.
 * The first call loads the dictionaries: about 0.2 s and 60 MB once.
 */
export async function passwordStrength(password: string, context: PasswordContext): Promise<Strength> {
  const estimator = await loadEstimator();
  const { score, feedback } = estimator.check(estimated(password), contextWords(context));
  return { score, hint: hintOf(feedback.warning, feedback.suggestions[0]) };
}

type Names = Parameters<Mistake>[0];

/** Without translations of its own the estimator answers with names, which are those of the catalogue. */
function hintOf(warning: string | null, suggestion: string | undefined): Mistake | null {
  if (warning !== null) return ({ guessed }) => guessed[warning as keyof Names["guessed"]];
  return suggestion === undefined ? null : ({ better }) => better[suggestion as keyof Names["better"]];
}

/**
 * What is estimated instead of the password: without spaces and in plain letters where it has decorated ones, or "p a s s w o r d"
 * and full-width letters would pass for something rare. The password itself is hashed as it is.
 */
function estimated(password: string): string {
  const plain = password
    .slice(0, 2 * MAX_PASSWORD_LENGTH)
    .normalize("NFKC")
    .replace(/\s/gu, "");
  return [...plain].slice(0, MAX_ESTIMATED).join("");
}

let loading: Promise<ZxcvbnFactory> | null = null;

/** Loaded with the first new password: most starts of the server and most commands never need the dictionaries. */
function loadEstimator(): Promise<ZxcvbnFactory> {
  loading ??= createEstimator();
  return loading;
}

async function createEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, english] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-en"),
  ]);
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    l33tMaxSubstitutions: MAX_LEET_SPELLINGS,
  });
}

/** True when nothing remains of the password once context words are taken out: in capitals, with 0 for o, or reversed. */
function isOnlyContext(password: string, context: PasswordContext): boolean {
  const lower = password.normalize("NFKC").toLowerCase();
  // Digits at an end are a year or a number, in the middle of a word they may stand for letters.
  const core = lower.replace(/[^\p{L}]+$/u, "");
  const spellings = [lower, unleet(core), unleet(core.replace(/^[^\p{L}]+/u, ""))];
  return spellings.some((text) => isMadeOf(text.replace(/[^\p{L}]/gu, ""), context));
}

function isMadeOf(letters: string, context: PasswordContext): boolean {
  if (letters === "") return false;
  const words = contextWords(context).map((word) => word.replace(/[^\p{L}]/gu, ""));
  const pieces = words.flatMap((word) => [word, [...word].reverse().join("")]);
  const rest = pieces
    .filter((piece) => piece.length >= MIN_CONTEXT_WORD)
    .sort((a, b) => b.length - a.length)
    .reduce((text, piece) => text.replaceAll(piece, " "), letters);
  return rest.trim() === "";
}

/** The names as a whole and the words they consist of, lower-cased. */
function contextWords({ username, appName }: PasswordContext): string[] {
  const names = [username, appName].map((name) => name.normalize("NFKC").toLowerCase());
  const parts = names.flatMap((name) => name.split(/[^\p{L}\p{N}]+/u));
  return [...new Set([...names, ...parts, ...CONTEXT_WORDS])].filter((word) => word.length >= MIN_CONTEXT_WORD);
}

const LEET: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

function unleet(text: string): string {
  return text.replace(/[013457@$!]/g, (character) => LEET[character]!);
}
