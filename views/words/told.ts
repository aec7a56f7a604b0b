import type { AuditRow } from "#src/store/audit-log.ts";

/** A person as a sentence names them; marked up, and perhaps a link. */
export type Person = { readonly id: number | null; readonly name: string };

/** A piece of a sentence. */
export type Part = string | Person;

/** What a language needs to know to tell one entry of the audit log. */
export type Told = {
  /** Null: nobody is named. */
  readonly actor: Person | null;
  /** To whom; the actor, where nobody else is named. */
  readonly target: Person | null;
  /** Whoever reads the sentence is meant: "you". */
  readonly actorReads: boolean;
  readonly targetReads: boolean;
  /** Actor and target are the same person. */
  readonly itself: boolean;
  /** Nobody is signed in at the command line. */
  readonly atCommandLine: boolean;
  readonly detail: NonNullable<AuditRow["detail"]>;
};

/** A language's sentence for every event there is, and for those of later versions. */
export type Tell = (event: string, told: Told) => Part[];

/** A sentence from its pieces: names stay apart, so that they can be marked up. */
export function say(texts: TemplateStringsArray, ...values: readonly (string | number | Part[])[]): Part[] {
  const parts = texts.flatMap((text, i) => [text, ...toParts(values[i] ?? "")]);
  return parts.filter((part) => part !== "");
}

const toParts = (value: string | number | Part[]): Part[] => (Array.isArray(value) ? value : [String(value)]);

type Fact = string | number | boolean | null | undefined;

/** " as admin" when there is something to say, else nothing. */
export const also = (before: string, fact: Fact, after = ""): string =>
  fact === undefined || fact === null || fact === "" ? "" : `${before}${fact}${after}`;

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
