import { type Outcome, Toast } from "../undo.tsx";
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
export const SessionsTopic = (props: SessionsProps) => (
  <AccountTopic
    id={TOPIC}
    title="Sessions"
    text="Where you are signed in. End what you do not recognise, then change your password."
  >
    <Sessions {...props} />
  </AccountTopic>
);

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
          End all other sessions
        </button>
      </form>
    ) : null}
  </div>
);

const SessionRow = ({ session, nowMs }: { session: Session; nowMs: number }) => (
  <li class="list-row">
    <div>
      <p>
        <strong>{deviceInWords(session.userAgent)}</strong>{" "}
        {session.current ? (
          <span class="badge" data-tone="good">
            this one
          </span>
        ) : null}
      </p>
      <p class="muted">
        {session.ip} · signed in <On ms={session.createdAtMs} /> · last seen{" "}
        <Ago ms={session.lastSeenAtMs} nowMs={nowMs} />
      </p>
    </div>
    {session.current ? null : <EndSession session={session} />}
  </li>
);

const EndSession = ({ session: { sessionId, userAgent } }: { session: Session }) => (
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
      End<span class="visually-hidden"> the session of {deviceInWords(userAgent)}</span>
    </button>
  </form>
);
