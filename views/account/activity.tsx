import { AuditSentence, type ToldEntry } from "../audit.tsx";
import { useWords } from "../words.tsx";
import { deviceInWords } from "./device.ts";
import { On } from "./time.tsx";

type Entry = ToldEntry & { atMs: number; ip: string | null; userAgent: string | null };

export type ActivityProps = { entries: readonly Entry[]; readerId: number };

/** The latest about one's own account, newest first. Where somebody else acted, their address is not shown. */
export const Activity = ({ entries, readerId }: ActivityProps) => (
  <ul class="list">
    {entries.map((entry) => (
      <li class="list-row">
        <div>
          <p>
            <AuditSentence entry={entry} reader={readerId} />
          </p>
          <p class="muted">
            <On ms={entry.atMs} />
            {entry.actorId === null || entry.actorId === readerId ? <From entry={entry} /> : null}
          </p>
        </div>
      </li>
    ))}
  </ul>
);

const From = ({ entry: { ip, userAgent } }: { entry: Entry }) => (
  <>
    {ip ? ` · ${ip}` : ""}
    {userAgent ? ` · ${deviceInWords(useWords(), userAgent)}` : ""}
  </>
);
