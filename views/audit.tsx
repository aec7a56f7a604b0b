import type { Child } from "hono/jsx";
import type { AuditRow } from "#src/store/audit-log.ts";
import type { Part, Person, Told } from "./words/told.ts";
import { useLanguage, useWords, type Words } from "./words.tsx";

/** What a sentence needs of an entry. */
export type ToldEntry = Pick<AuditRow, "event" | "actorId" | "actorName" | "targetId" | "targetName" | "detail">;

/** Whom the sentence calls "you": the id of the person who reads it; left out on pages about others. */
type Reader = { reader?: number | undefined };

/**
 * One entry as a sentence: "ann signed in with password and authenticator."
 * Names are marked up.
 */
export const AuditSentence = ({ entry, reader }: Reader & { entry: ToldEntry }) => (
  <>
    {tell(useWords(), entry, reader).map((part) =>
      typeof part === "string" ? part : <strong class="name">{part.name}</strong>,
    )}
  </>
);

/** The same as plain text. */
export function auditSentence(words: Words, entry: ToldEntry, { reader }: Reader = {}): string {
  return tell(words, entry, reader)
    .map((part) => (typeof part === "string" ? part : part.name))
    .join("");
}

const tell = ({ audit }: Words, entry: ToldEntry, reader: number | undefined): Part[] =>
  audit.tell(entry.event, toTold(audit, entry, reader));

function toTold({ personOf }: Words["audit"], entry: ToldEntry, reader: number | undefined): Told {
  const named = (id: number | null, name: string | null): Person | null =>
    id === null && name === null ? null : { id, name: name ?? personOf(id ?? 0) };
  const detail = entry.detail ?? {};
  const actor = named(entry.actorId, entry.actorName);
  const target = named(entry.targetId, entry.targetName) ?? actor;
  const isReader = (person: Person | null) => person !== null && person.id !== null && person.id === reader;
  return {
    ...{ actor, target, actorReads: isReader(actor), targetReads: isReader(target) },
    itself: actor !== null && target !== null && actor.id === target.id,
    atCommandLine: detail.by === "command line",
    detail,
  };
}

type DaysProps<Row> = { rows: readonly Row[]; heading: "h2" | "h3"; row: (row: Row) => Child };

/** Entries, newest first, under the days they are of. */
export const Days = <Row extends { atMs: number }>({ rows, heading: Heading, row }: DaysProps<Row>) => {
  const { dayFull } = useLanguage();
  return (
    <>
      {[...Map.groupBy(rows, ({ atMs }) => isoOf(atMs).slice(0, 10))].map(([day, entries]) => (
        <section class="audit-day" aria-label={day}>
          <Heading>
            <time datetime={day}>{dayFull.format(Date.parse(`${day}T00:00:00Z`))}</time>
          </Heading>
          <ol>{entries.map(row)}</ol>
        </section>
      ))}
    </>
  );
};

export const isoOf = (ms: number): string => new Date(ms).toISOString();

/** Somebody or something was turned away: worth a second look when many stand together. */
export const isRefusal = (event: string): boolean => /refused|throttled|foreign_origin|failed/.test(event);
