import { type Outcome, Toast } from "../undo.tsx";
import { useWords } from "../words.tsx";
import { deviceInWords } from "./device.ts";
import { Ago, On } from "./time.tsx";
import { AccountTopic } from "./topic.tsx";

type Session = {
  sessionId: string;
  createdAtMs: number;
  lastSeenAtMs: number;
  ip: string;
  userAgent: string;
  /** The one this page was asked from. */
  current: boolean;
};

const TOPIC = "where";

export type SessionsProps = { sessions: readonly Session[]; nowMs: number };

/** Where the person is signed in, and the way to end it. */
export const SessionsTopic = (props: SessionsProps) => {
  const { title, text } = useWords().account.sessions;
  return (
    <AccountTopic id={TOPIC} title={title} text={text}>
      <Sessions {...props} />
    </AccountTopic>
  );
};

/** The list as it is now, and what happened. */
export const SessionsDone = ({ outcome, ...props }: SessionsProps & { outcome: Outcome | undefined }) => (
  <>
    <SessionsTopic {...props} />
    {outcome ? <Toast outcome={outcome} target={`#${TOPIC}`} /> : null}
  </>
);

const Sessions = ({ sessions, nowMs }: SessionsProps) => (
  <div class="stack">
    <ul class="list">
      {sessions.map((session) => (
        <SessionRow session={session} nowMs={nowMs} />
      ))}
    </ul>
    {sessions.length > 1 ? (
      <form
        id="end-others"
        method="post"
        action="/account/sessions/end-others"
        hx-post="/account/sessions/end-others"
        hx-swap="outerHTML"
        hx-sync="this:drop"
      >
        <button type="submit" class="danger">
          {useWords().account.sessions.endOthers}
        </button>
      </form>
    ) : null}
  </div>
);

const SessionRow = ({ session, nowMs }: { session: Session; nowMs: number }) => {
  const words = useWords();
  const { thisOne, seen } = words.account.sessions;
  return (
    <li class="list-row">
      <div>
        <p class="named">
          <strong>{deviceInWords(words, session.userAgent)}</strong>
          {session.current ? (
            <span class="badge" data-tone="good">
              {thisOne}
            </span>
          ) : null}
        </p>
        <p class="muted">
          {seen(session.ip, <On ms={session.createdAtMs} />, <Ago ms={session.lastSeenAtMs} nowMs={nowMs} />)}
        </p>
      </div>
      {session.current ? null : <EndSession session={session} />}
    </li>
  );
};

const EndSession = ({ session: { sessionId, userAgent } }: { session: Session }) => {
  const words = useWords();
  return (
    <form
      id={`end-${sessionId}`}
      method="post"
      action={`/account/sessions/${sessionId}/end`}
      hx-post={`/account/sessions/${sessionId}/end`}
      hx-target={`#${TOPIC}`}
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <button type="submit">
        {words.account.sessions.end(deviceInWords(words, userAgent), (aside) => (
          <span class="visually-hidden">{aside}</span>
        ))}
      </button>
    </form>
  );
};
