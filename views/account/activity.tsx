import { AuditSentence, Days, isoOf, isRefusal, type ToldEntry } from "../audit.tsx";
import { useWords } from "../words.tsx";
import { deviceInWords } from "./device.ts";

type Entry = ToldEntry & { atMs: number; ip: string | null; userAgent: string | null };

export type ActivityProps = { entries: readonly Entry[]; readerId: number };

/** Seen at once; the rest unfolds. */
const LATEST = 5;

/** The latest about one's own account, newest first. Where somebody else acted, their address is not shown. */
export const Activity = ({ entries, readerId }: ActivityProps) => {
  const {
    account: { activity },
    audit,
  } = useWords();
  const row = (entry: Entry) => <Row entry={entry} readerId={readerId} />;
  return (
    <div class="stack">
      <Days rows={entries.slice(0, LATEST)} heading="h3" row={row} />
      {entries.length > LATEST ? (
        <details class="earlier">
          <summary>{activity.earlier}</summary>
          <div class="stack">
            <Days rows={entries.slice(LATEST)} heading="h3" row={row} />
          </div>
        </details>
      ) : null}
      <p class="hint">{audit.allUtc}</p>
    </div>
  );
};

const Row = ({ entry, readerId }: { entry: Entry; readerId: number }) => (
  <li class="audit-line" data-tone={isRefusal(entry.event) ? "warn" : undefined}>
    <time datetime={isoOf(entry.atMs)}>{isoOf(entry.atMs).slice(11, 16)}</time>
    <span>
      <AuditSentence entry={entry} reader={readerId} />
    </span>
    <span class="audit-where">
      {entry.actorId === null || entry.actorId === readerId ? <From entry={entry} /> : null}
    </span>
  </li>
);

const From = ({ entry: { ip, userAgent } }: { entry: Entry }) => {
  const words = useWords();
  return <>{[ip, userAgent && deviceInWords(words, userAgent)].filter(Boolean).join(" · ")}</>;
};
