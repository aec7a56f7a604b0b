import { deviceInWords } from "../account/device.ts";
import { Ago, On } from "../account/time.tsx";
import { useWords } from "../words.tsx";
import { AuditDays } from "./audit.tsx";
import { ActForm } from "./parts.tsx";
import { type Part, Topic } from "./person-part.tsx";

export const SessionsSection = ({ sessions, at, viewing }: Part) => {
  const words = useWords();
  const { person } = words.people;
  return (
    <Topic id="sessions" title={person.sessions} text={person.sessionsText}>
      {sessions.length === 0 ? <p class="muted">{person.nowhere}</p> : null}
      <ul class="list">
        {sessions.map((session) => (
          <li class="list-row">
            <div>
              <p>
                <strong>{deviceInWords(words, session.userAgent)}</strong>
              </p>
              <p class="muted">
                {person.session(
                  session.ip,
                  <On ms={session.createdAtMs} />,
                  <Ago ms={session.lastSeenAtMs} nowMs={viewing.nowMs} />,
                )}
              </p>
            </div>
            <ActForm id={`end-${session.sessionId}`} action={at("session")} target="#person">
              <input type="hidden" name="session" value={session.sessionId} />
              <button type="submit">
                {person.endSession(deviceInWords(words, session.userAgent), (aside) => (
                  <span class="visually-hidden">{aside}</span>
                ))}
              </button>
            </ActForm>
          </li>
        ))}
      </ul>
      {sessions.length > 0 ? (
        <ActForm action={at("sessions")} target="#person">
          <button type="submit" class="danger">
            {person.endSessions}
          </button>
        </ActForm>
      ) : null}
    </Topic>
  );
};

export const HistorySection = ({ entries, person }: Part) => {
  const { history, historyText, allHistory } = useWords().people.person;
  return (
    <Topic
      id="history"
      title={history}
      text={
        <>
          {historyText} <a href={`/admin/audit?target=${encodeURIComponent(person.username)}`}>{allHistory}</a>
        </>
      }
    >
      <AuditDays rows={entries} heading="h3" />
    </Topic>
  );
};
