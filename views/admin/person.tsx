import type { Child } from "hono/jsx";
import { Ago, On } from "../account/time.tsx";
import { Toast } from "../undo.tsx";
import { useWords, type Words } from "../words.tsx";
import { OutcomeNotice, type ShownPerson, Status } from "./parts.tsx";
import { HistorySection, SessionsSection } from "./person-history.tsx";
import type { Part, PersonProps } from "./person-part.tsx";
import { DeleteSection, DisableSection, RoleSection } from "./person-rights.tsx";
import { SignInSection } from "./person-sign-in.tsx";

/** One person: what is known, and what can be done. Every act swaps all of it. */
export const PersonPage = (props: PersonProps) => {
  const { people } = useWords();
  const { person, viewing, outcome } = props;
  const part: Part = {
    ...props,
    at: (act) => `/admin/users/${person.id}/${act}`,
    own: person.id === viewing.visitorId,
  };
  return (
    <div id="person" class="person-page">
      <header class="page-head">
        <a class="back" href="/admin/users">
          {people.all}
        </a>
        <div class="row">
          <h1>{person.username}</h1>
          <Status person={person} nowMs={viewing.nowMs} />
        </div>
      </header>
      {outcome ? <OutcomeNotice outcome={outcome} /> : null}
      {part.own ? <p class="muted">{people.person.isYou}</p> : null}
      <Facts {...part} />
      {part.own ? null : (
        <>
          <RoleSection {...part} />
          <SignInSection {...part} />
          <SessionsSection {...part} />
          <DisableSection {...part} />
        </>
      )}
      {part.own ? null : <DeleteSection {...part} />}
      <HistorySection {...part} />
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

const Facts = ({ person, viewing, codesLeft }: Part) => {
  const { people } = useWords();
  return (
    <dl class="facts">
      <dt>{people.role}</dt>
      <dd>{people.roles[person.role]}</dd>
      <dt>{people.registered}</dt>
      <dd>
        <On ms={person.createdAtMs} />
      </dd>
      <dt>{people.lastSignIn}</dt>
      <dd>{person.signedInAtMs === null ? people.never : <Ago ms={person.signedInAtMs} nowMs={viewing.nowMs} />}</dd>
      <dt>{people.person.password}</dt>
      <dd>{passwordFact(people, person)}</dd>
      <dt>{people.authenticator}</dt>
      <dd>{authenticatorFact(people, person, codesLeft)}</dd>
    </dl>
  );
};

function passwordFact({ person }: Words["people"], { hasPassword, passwordChangedAtMs }: ShownPerson): Child {
  if (!hasPassword) return person.notChosen;
  if (passwordChangedAtMs === null) return person.set;
  return person.changed(<On ms={passwordChangedAtMs} />);
}

function authenticatorFact(
  { person, none }: Words["people"],
  { hasAuthenticator, authenticatorSinceMs }: ShownPerson,
  codesLeft: number,
): Child {
  if (!hasAuthenticator) return none;
  const codes = person.codes(codesLeft);
  if (authenticatorSinceMs === null) return person.authenticatorWith(codes);
  return person.authenticatorSince(<On ms={authenticatorSinceMs} />, codes);
}
