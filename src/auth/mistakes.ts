import type { Words } from "#views/words.tsx";

type Mistakes = Words["mistakes"];

/** What is wrong, to be said in the language of whoever is answered. */
export type Mistake = (words: Mistakes) => string;

/** The name of a sentence that is complete as it is. */
type Sentence = { [Name in keyof Mistakes]: Mistakes[Name] extends string ? Name : never }[keyof Mistakes];

const STAND_IN = /^mistake:(\d+)$/;
const known: Mistake[] = [];

/**
 * A mistake as a schema carries it: there a message is a text, so this one stands for the sentence until `sayMistake`.
 * For constants, not for what is made anew with every request.
 */
export function mistake(say: Mistake | Sentence): string {
  known.push(typeof say === "string" ? (words) => words[say] : say);
  return `mistake:${known.length - 1}`;
}

/** The sentence a message of a schema stands for; messages that are sentences already, as fragments have them, stay. */
export function sayMistake(message: string, words: Mistakes): string {
  return known[Number(STAND_IN.exec(message)?.[1])]?.(words) ?? message;
}
