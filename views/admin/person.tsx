import type { Child } from "hono/jsx";
import { Ago, On } from "../account/time.tsx";
import { Toast } from "../undo.tsx";
import { OutcomeNotice, type ShownPerson, Status } from "./parts.tsx";
import { HistorySection, SessionsSection } from "./person-history.tsx";
import type { Part, PersonProps } from "./person-part.tsx";
import { DeleteSection, DisableSection, RoleSection } from "./person-rights.tsx";
import { SignInSection } from "./person-sign-in.tsx";

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

/** The same in the place of what was there; what happened is told in the corner, unless it is to be handed over. */
export const PersonActed = ({ outcome, ...props }: PersonProps) =>
  outcome?.ok && !outcome.handover ? (
    <>
      <PersonPage {...props} />
      <Toast outcome={outcome} target="#person" />
    </>
  ) : (
    <PersonPage {...props} outcome={outcome} />
  );

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
