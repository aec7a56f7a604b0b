import type { Child } from "hono/jsx";
import type { AuditRow } from "#src/store/audit-log.ts";
import { deviceInWords } from "../account/device.ts";
import { Ago, On } from "../account/time.tsx";
import { AuditSentence } from "../audit.tsx";
import { Field, type FieldErrors } from "../field.tsx";
import {
  ActForm,
  type Outcome,
  OutcomeNotice,
  Select,
  type ShownPerson,
  Status,
  statusOf,
  type Viewing,
} from "./parts.tsx";

type Session = { sessionId: string; createdAtMs: number; lastSeenAtMs: number; ip: string; userAgent: string };

export type PersonProps = {
  person: ShownPerson;
  viewing: Viewing;
  sessions: readonly Session[];
  /** Newest first. */
  entries: readonly AuditRow[];
  codesLeft: number;
  /** Until when an unspent link opens; null: there is none. */
  invitationEndMs: number | null;
  resetLinkEndMs: number | null;
  outcome?: Outcome | undefined;
  errors?: FieldErrors | undefined;
  /** What was typed into the form that has the errors. */
  typed?: Readonly<Record<string, string>> | undefined;
};

type Part = PersonProps & { at: (act: string) => string; own: boolean };

/** One person: what is known, and what can be done. Every act swaps all of it. */
export const PersonPage = (props: PersonProps) => {
  const { person, viewing, outcome } = props;
  const part: Part = {
    ...props,
    at: (act) => `/admin/users/${person.id}/${act}`,
    own: person.id === viewing.visitorId,
  };
  return (
    <div id="person" class="person-page">
      <header class="page-head">
        <div class="row">
          <h1>{person.username}</h1>
          <Status person={person} nowMs={viewing.nowMs} />
        </div>
        <a href="/admin/users">All people</a>
      </header>
      {outcome ? <OutcomeNotice outcome={outcome} /> : null}
      {part.own ? (
        <p class="muted">This is you. Your password, authenticator and sessions are on your account page.</p>
      ) : null}
      <Facts {...part} />
      {part.own ? null : (
        <>
          <RoleSection {...part} />
          <SignInSection {...part} />
          <SessionsSection {...part} />
          <DisableSection {...part} />
        </>
      )}
      <HistorySection {...part} />
      {part.own ? null : <DeleteSection {...part} />}
    </div>
  );
};

const Facts = ({ person, viewing, codesLeft }: Part) => (
  <dl class="facts">
    <dt>Role</dt>
    <dd>{person.role === "admin" ? "Admin" : "User"}</dd>
    <dt>Registered</dt>
    <dd>
      <On ms={person.createdAtMs} />
    </dd>
    <dt>Last sign-in</dt>
    <dd>{person.signedInAtMs === null ? "Never" : <Ago ms={person.signedInAtMs} nowMs={viewing.nowMs} />}</dd>
    <dt>Password</dt>
    <dd>{passwordFact(person)}</dd>
    <dt>Authenticator</dt>
    <dd>{authenticatorFact(person, codesLeft)}</dd>
  </dl>
);

function passwordFact({ hasPassword, passwordChangedAtMs }: ShownPerson): Child {
  if (!hasPassword) return "Not chosen yet";
  if (passwordChangedAtMs === null) return "Set";
  return (
    <>
      Changed <On ms={passwordChangedAtMs} />
    </>
  );
}

function authenticatorFact({ hasAuthenticator, authenticatorSinceMs }: ShownPerson, codesLeft: number): Child {
  if (!hasAuthenticator) return "None";
  const codes = `${codesLeft} recovery ${codesLeft === 1 ? "code" : "codes"} left`;
  if (authenticatorSinceMs === null) return `Set up, ${codes}`;
  return (
    <>
      Set up <On ms={authenticatorSinceMs} />, {codes}
    </>
  );
}

type TopicProps = { id: string; title: string; text?: Child; children?: Child };

const Topic = ({ id, title, text, children }: TopicProps) => (
  <section id={id} class="section topic" aria-labelledby={`${id}-title`}>
    <header>
      <h2 id={`${id}-title`}>{title}</h2>
      {text ? <p class="muted">{text}</p> : null}
    </header>
    <div class="stack">{children}</div>
  </section>
);

const RoleSection = ({ person, at }: Part) => (
  <Topic
    id="rights"
    title="Rights"
    text="Admins manage people and read the audit log. A new admin signs in again first."
  >
    <ActForm action={at("role")} target="#person" class="inline-form">
      <Select
        id="role"
        name="role"
        label="Role"
        value={person.role}
        options={[
          ["user", "User"],
          ["admin", "Admin"],
        ]}
      />
      <button type="submit">Change role</button>
    </ActForm>
  </Topic>
);

const SignInSection = (part: Part) => {
  const { person, viewing, at } = part;
  const locked = person.blockedUntilMs !== null && person.blockedUntilMs > viewing.nowMs;
  return (
    <Topic id="sign-in" title="Signing in" text="Nobody but the person ever sees the password.">
      {person.hasPassword ? <ResetLink {...part} /> : <Invitation {...part} />}
      {locked ? (
        <Choice
          action={at("unlock")}
          button="Unlock"
          text={
            <>
              Too many wrong tries: locked until <On ms={person.blockedUntilMs!} />.
            </>
          }
        />
      ) : null}
      {person.hasAuthenticator ? (
        <Choice
          action={at("authenticator")}
          button="Reset authenticator"
          danger
          text="For a lost phone. Ends all sessions; the next sign-in sets up a new one."
        />
      ) : null}
    </Topic>
  );
};

type ChoiceProps = { action: string; button: string; text: Child; danger?: boolean };

/** One act and what it does. */
const Choice = ({ action, button, text, danger = false }: ChoiceProps) => (
  <ActForm action={action} target="#person" class="choice">
    <p>{text}</p>
    <button type="submit" class={danger ? "danger" : undefined}>
      {button}
    </button>
  </ActForm>
);

const Invitation = ({ at, invitationEndMs }: Part) => (
  <>
    <Choice
      action={at("invitation")}
      button="New invitation"
      text={
        invitationEndMs === null ? (
          "There is no open invitation."
        ) : (
          <>
            Invited until <On ms={invitationEndMs} />. A new invitation replaces the old one.
          </>
        )
      }
    />
    {invitationEndMs === null ? null : (
      <Choice
        action={at("invitation/withdraw")}
        button="Withdraw invitation"
        text="The address that was handed over opens nothing then."
      />
    )}
  </>
);

const ResetLink = ({ at, resetLinkEndMs }: Part) => (
  <>
    <Choice
      action={at("reset-link")}
      button="Issue reset link"
      text={
        resetLinkEndMs === null ? (
          "A one-time address, good for an hour, where the person chooses a new password."
        ) : (
          <>
            A reset link is open until <On ms={resetLinkEndMs} />. A new one replaces it.
          </>
        )
      }
    />
    {resetLinkEndMs === null ? null : (
      <Choice
        action={at("reset-link/withdraw")}
        button="Withdraw reset link"
        text="The address that was handed over opens nothing then."
      />
    )}
  </>
);

const SessionsSection = ({ sessions, at, viewing }: Part) => (
  <Topic id="sessions" title="Sessions" text="Where the person is signed in.">
    {sessions.length === 0 ? <p class="muted">Not signed in anywhere.</p> : null}
    <ul class="list">
      {sessions.map((session) => (
        <li class="list-row">
          <div>
            <p>
              <strong>{deviceInWords(session.userAgent)}</strong>
            </p>
            <p class="muted">
              {session.ip} · since <On ms={session.createdAtMs} /> · last seen{" "}
              <Ago ms={session.lastSeenAtMs} nowMs={viewing.nowMs} />
            </p>
          </div>
          <ActForm action={at("session")} target="#person">
            <input type="hidden" name="session" value={session.sessionId} />
            <button type="submit">
              End<span class="visually-hidden"> the session of {deviceInWords(session.userAgent)}</span>
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

const DisableSection = (part: Part) =>
  statusOf(part.person, part.viewing.nowMs) === "disabled" ? <Enable {...part} /> : <Disable {...part} />;

const Enable = ({ person, at }: Part) => (
  <Topic id="disable" title="Disabled" text={<Disablement person={person} />}>
    <ActForm action={at("enable")} target="#person">
      <button type="submit">Enable</button>
    </ActForm>
  </Topic>
);

const Disablement = ({ person: { disabledAtMs, disabledUntilMs, disabledReason } }: { person: ShownPerson }) => (
  <>
    Since <On ms={disabledAtMs!} />
    {disabledUntilMs === null ? null : (
      <>
        , until <On ms={disabledUntilMs} />
      </>
    )}
    {disabledReason ? `. Reason: ${disabledReason}` : null}
  </>
);

const Disable = ({ at, errors = {}, typed = {} }: Part) => (
  <Topic
    id="disable"
    title="Disable"
    text="Ends all sessions at once. Account and history stay. With a date, the person can sign in again from that day on (UTC)."
  >
    <ActForm action={at("disable")} target="#person" class="inline-form">
      <Field
        name="reason"
        label="Reason"
        value={typed.reason}
        error={errors.reason}
        maxlength={200}
        autocomplete="off"
        required
      />
      <DayField id="until" label="Until (optional)" value={typed.until} error={errors.until} />
      <button type="submit" class="danger">
        Disable
      </button>
    </ActForm>
  </Topic>
);

type DayFieldProps = { id: string; label: string; value: string | undefined; error: string | undefined };

const DayField = ({ id, label, value, error }: DayFieldProps) => (
  <div class="field">
    <label for={id}>{label}</label>
    {error ? (
      <p class="field-error" id={`${id}-error`}>
        {error}
      </p>
    ) : null}
    <input
      id={id}
      name={id}
      type="date"
      value={value}
      aria-invalid={error ? "true" : undefined}
      aria-describedby={error ? `${id}-error` : undefined}
    />
  </div>
);

const HistorySection = ({ entries, person }: Part) => (
  <Topic
    id="history"
    title="History"
    text={
      <>
        The latest {entries.length === 1 ? "entry" : `${entries.length} entries`} about this person.{" "}
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

const DeleteSection = ({ person, at, errors = {}, typed = {} }: Part) => (
  <Topic
    id="delete"
    title="Delete"
    text="For good. What the person did stays in the audit log. Disabling is usually enough."
  >
    <ActForm action={at("delete")} target="#person" class="inline-form">
      <Field
        name="confirm_name"
        label={`Type ${person.username} to confirm`}
        value={typed.confirm_name}
        error={errors.confirm_name}
        autocomplete="off"
        required
        verbatim
      />
      <button type="submit" class="danger">
        Delete
      </button>
    </ActForm>
  </Topic>
);
