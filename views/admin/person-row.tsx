import { statusOf } from "#src/store/person-status.ts";
import { type Outcome, Toast } from "../undo.tsx";
import { useWords } from "../words.tsx";
import { OutcomeNotice, type ShownPerson, Status, type Viewing, When } from "./parts.tsx";
import { CountNow } from "./people-count.tsx";

type RowProps = { person: ShownPerson; viewing: Viewing; autofocus?: boolean; selected?: boolean | undefined };

export const PersonRow = ({ person, viewing, autofocus = false, selected = false }: RowProps) => {
  const { people } = useWords();
  const { nowMs } = viewing;
  const { id, username } = person;
  return (
    <tr id={`person-${id}`}>
      <td class="select">
        <input
          type="checkbox"
          name="id"
          value={String(id)}
          form="bulk"
          checked={selected}
          aria-label={people.list.select(username)}
        />
      </td>
      <th scope="row" class="who">
        <a href={`/admin/users/${id}`}>{username}</a>
        {person.role === "admin" ? <span class="badge">{people.isAdmin}</span> : null}
        {id === viewing.visitorId ? <span class="muted">{people.isYou}</span> : null}
      </th>
      <td data-label={people.status}>
        <Status person={person} nowMs={nowMs} />
      </td>
      <td data-label={people.authenticator}>
        {person.hasAuthenticator ? people.setUp : <span class="muted">{people.none}</span>}
      </td>
      <td data-label={people.lastSignIn}>
        {person.signedInAtMs === null ? (
          <span class="muted">{people.never}</span>
        ) : (
          <When ms={person.signedInAtMs} nowMs={nowMs} />
        )}
      </td>
      <td data-label={people.registered}>
        <When ms={person.createdAtMs} nowMs={nowMs} />
      </td>
      <td class="actions">
        <RowMenu person={person} viewing={viewing} autofocus={autofocus} />
      </td>
    </tr>
  );
};

/** Each button posts by itself; without scripts the form does, to the address of the button. */
const RowMenu = ({ person, viewing, autofocus = false }: RowProps) => {
  const { list, row } = useWords().people;
  const { id, username, role } = person;
  const at = (act: string) => `/admin/users/${id}/${act}`;
  const status = statusOf(person, viewing.nowMs);
  const own = id === viewing.visitorId;
  return (
    <>
      <button
        type="button"
        id={`menu-button-${id}`}
        class="quiet menu-button"
        popovertarget={`menu-${id}`}
        aria-label={list.actsFor(username)}
        autofocus={autofocus}
      >
        ⋯
      </button>
      <form id={`menu-${id}`} class="menu-list" popover="auto" method="post" action={at("sessions")}>
        <input type="hidden" name="as" value="row" />
        <a class="button quiet" href={`/admin/users/${id}`}>
          {row.open}
        </a>
        {own ? null : (
          <>
            {role === "admin" ? (
              <RowAct id={id} action={at("role")} name="role" value="user" text={row.makeUser} />
            ) : (
              <RowAct id={id} action={at("role")} name="role" value="admin" text={row.makeAdmin} />
            )}
            {status === "invited" ? <RowAct id={id} action={at("invitation")} text={row.invite} /> : null}
            {status === "locked" ? <RowAct id={id} action={at("unlock")} text={row.unlock} /> : null}
            <RowAct id={id} action={at("sessions")} text={row.endSessions} />
            {status === "disabled" ? (
              <RowAct id={id} action={at("enable")} text={row.enable} />
            ) : (
              <RowAct id={id} action={at("disable")} text={row.disable} />
            )}
            <a class="button quiet danger" href={`/admin/users/${id}#delete`}>
              {row.delete}
            </a>
          </>
        )}
      </form>
    </>
  );
};

type RowActProps = { id: number; action: string; text: string; name?: string; value?: string };

const RowAct = ({ id, action, text, name, value }: RowActProps) => (
  <button
    type="submit"
    class="quiet"
    name={name}
    value={value}
    formaction={action}
    hx-post={action}
    hx-target={`#person-${id}`}
    hx-swap="outerHTML"
    hx-sync="this:drop"
  >
    {text}
  </button>
);

/** Where links appear that are shown once. */
export const Handover = ({ outcome }: { outcome?: Outcome | undefined }) => (
  <div id="handover">{outcome ? <OutcomeNotice outcome={outcome} /> : null}</div>
);

/** What takes it back answers with the row too. */
const inRow = ({ undo, ...outcome }: Outcome): Outcome =>
  undo ? { ...outcome, undo: { ...undo, fields: [...(undo.fields ?? []), ["as", "row"]] } } : outcome;

/** One row in the place of the old one, what happened, and the link that was made. */
export const RowOutcome = ({
  person,
  viewing,
  outcome,
  count,
}: RowProps & { outcome: Outcome; count: string | null }) => (
  <>
    <hx-partial hx-target={`#person-${person.id}`} hx-swap="outerHTML">
      <PersonRow person={person} viewing={viewing} autofocus />
    </hx-partial>
    {outcome.handover ? (
      <hx-partial hx-target="#handover" hx-swap="outerHTML">
        <Handover outcome={outcome} />
      </hx-partial>
    ) : null}
    <CountNow count={count} />
    <Toast outcome={inRow(outcome)} />
  </>
);
