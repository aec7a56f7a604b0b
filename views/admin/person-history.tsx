import type { AuditRow } from "#src/store/audit-log.ts";
import { deviceInWords } from "../account/device.ts";
import { Ago, On } from "../account/time.tsx";
import { AuditSentence } from "../audit.tsx";
import { useWords } from "../words.tsx";
import { ActForm } from "./parts.tsx";
import { type Part, Topic } from "./person-part.tsx";

export const SessionsSection = ({ sessions, at, viewing }: Part) => (
  <Topic id="sessions" title="Sessions" text="Where the person is signed in.">
    {sessions.length === 0 ? <p class="muted">Not signed in anywhere.</p> : null}
    <ul class="list">
      {sessions.map((session) => (
        <li class="list-row">
          <div>
            <p>
              <strong>{deviceInWords(useWords(), session.userAgent)}</strong>
            </p>
            <p class="muted">
              {session.ip} · since <On ms={session.createdAtMs} /> · last seen{" "}
              <Ago ms={session.lastSeenAtMs} nowMs={viewing.nowMs} />
            </p>
          </div>
          <ActForm id={`end-${session.sessionId}`} action={at("session")} target="#person">
            <input type="hidden" name="session" value={session.sessionId} />
            <button type="submit">
              End<span class="visually-hidden"> the session of {deviceInWords(useWords(), session.userAgent)}</span>
            </button>
          </ActForm>
        </li>
      ))}
    </ul>
    {sessions.length > 0 ? (
      <ActForm action={at("sessions")} target="#person">
        <button type="submit" class="danger">
          End all sessions
        </button>
      </ActForm>
    ) : null}
  </Topic>
);

export const HistorySection = ({ entries, person }: Part) => (
  <Topic
    id="history"
    title="History"
    text={
      <>
        What was done to this person, and what they did themselves. Times are in UTC.{" "}
        <a href={`/admin/audit?target=${encodeURIComponent(person.username)}`}>All in the audit log</a>
      </>
    }
  >
    <ul class="list">
      {entries.map((entry) => (
        <li class="list-row">
          <div>
            <p>
              <AuditSentence entry={entry} peopleAt="/admin/users" />
            </p>
            <p class="muted">
              <On ms={entry.atMs} />
              {entry.ip ? ` · ${entry.ip}` : ""}
              {historyFacts(entry)}
            </p>
          </div>
        </li>
      ))}
    </ul>
  </Topic>
);

/** What the sentence leaves out: why, until when. */
function historyFacts({ event, detail }: AuditRow): string {
  if (event !== "user.disabled" || detail === null) return "";
  const until = typeof detail.until === "string" ? ` · until ${detail.until.slice(0, 10)}` : "";
  return `${until}${detail.reason ? ` · ${detail.reason}` : ""}`;
}
