import type { Child } from "hono/jsx";
import { type Outcome, Select, type ShownPerson, Status, statusOf, Toast, type Viewing, When } from "./parts.tsx";

export type Filters = { q: string; role: string; status: string; mfa: string; sort: string };

export type PeopleListProps = {
  people: readonly ShownPerson[];
  filters: Filters;
  viewing: Viewing;
  /** How many the filters leave: "1,204", "10,000+"; null where nobody counted. */
  count: string | null;
  /** Address of the next page, and of the first one when this is a later one. */
  next: string | null;
  first: string | null;
  /** The search looked through some names only. */
  partly: number | null;
  /** Address of the list in another order. */
  sorted: (sort: string) => string;
};

type PageProps = { register: Child; list: PeopleListProps; results?: Child; notice?: string | undefined };

export const PeoplePage = ({ register, list, results, notice }: PageProps) => (
  <>
    <header class="page-head">
      <h1>People</h1>
      <a class="button" href="/admin/users/import">
        Import a list
      </a>
    </header>
    {notice ? (
      <div class="notice" data-tone="good" role="status">
        {notice}
      </div>
    ) : null}
    {register}
    <FilterForm {...list.filters} />
    <BulkResults>{results}</BulkResults>
    <PeopleList {...list} />
  </>
);

const FilterForm = ({ q, role, status, mfa, sort }: Filters) => (
  <search>
    <form
      id="filters"
      class="filters"
      method="get"
      action="/admin/users"
      hx-get="/admin/users"
      hx-target="#people"
      hx-swap="outerHTML"
      hx-push-url="true"
      hx-trigger="submit, input delay:250ms"
      hx-sync="this:replace"
    >
      <div class="field">
        <label for="q">Search</label>
        <input
          id="q"
          name="q"
          type="search"
          value={q}
          maxlength={64}
          autocomplete="off"
          spellcheck={false}
          autocapitalize="none"
        />
      </div>
      <Select
        id="filter-role"
        name="role"
        label="Who"
        value={role}
        options={[
          ["", "Everybody"],
          ["admin", "Admins"],
          ["user", "Users"],
        ]}
      />
      <Select
        id="filter-status"
        name="status"
        label="Status"
        value={status}
        options={[
          ["", "Any"],
          ["active", "Active"],
          ["invited", "Invited"],
          ["disabled", "Disabled"],
          ["locked", "Locked"],
        ]}
      />
      <Select
        id="filter-mfa"
        name="mfa"
        label="Authenticator"
        value={mfa}
        options={[
          ["", "Any"],
          ["on", "Set up"],
          ["off", "None"],
        ]}
      />
      {sort !== "name" ? <input type="hidden" name="sort" value={sort} /> : null}
      <button type="submit" class="quiet no-script">
        Show
      </button>
    </form>
  </search>
);

/** The table with all that depends on what is listed; the swap target of filters, headings and pages. */
export const PeopleList = (list: PeopleListProps) => (
  <section id="people" class="people" aria-labelledby="people-count">
    <p id="people-count" class="muted" role="status">
      {list.count === null ? "" : `${list.count} ${list.count === "1" ? "person" : "people"}`}
      {list.filters.q !== "" ? `Names with “${list.filters.q}”, in order of name.` : ""}
    </p>
    <table>
      <Head {...list} />
      <tbody id="people-rows">
        {list.people.map((person) => (
          <PersonRow person={person} viewing={list.viewing} />
        ))}
      </tbody>
    </table>
    <p class="nobody">
      {list.filters.q !== "" && list.partly !== null ? "Nobody so far." : "Nobody fits these filters."}
    </p>
    <Pager {...list} />
    <BulkBar />
  </section>
);

const Head = ({ filters, sorted }: PeopleListProps) => {
  const sortable = filters.q === "" && filters.status !== "locked";
  const column = (title: string, up: string, down: string) => (
    <th scope="col" aria-sort={filters.sort === up ? "ascending" : filters.sort === down ? "descending" : undefined}>
      {sortable ? <SortLink title={title} href={sorted(filters.sort === up ? down : up)} /> : title}
    </th>
  );
  return (
    <thead>
      <tr>
        <th scope="col" class="select">
          <input
            type="checkbox"
            class="needs-script"
            data-check-all="#people-rows"
            aria-label="Select everybody on this page"
          />
        </th>
        {column("Name", "name", "-name")}
        <th scope="col">Status</th>
        <th scope="col">Authenticator</th>
        {column("Last sign-in", "-seen", "seen")}
        {column("Registered", "-created", "created")}
        <th scope="col">
          <span class="visually-hidden">Acts</span>
        </th>
      </tr>
    </thead>
  );
};

const SortLink = ({ title, href }: { title: string; href: string }) => (
  <a href={href} hx-get={href} hx-target="#people" hx-swap="outerHTML" hx-push-url="true">
    {title}
  </a>
);

type RowProps = { person: ShownPerson; viewing: Viewing; autofocus?: boolean };

export const PersonRow = ({ person, viewing, autofocus = false }: RowProps) => {
  const { nowMs } = viewing;
  const { id, username } = person;
  return (
    <tr id={`person-${id}`}>
      <td class="select">
        <input type="checkbox" name="id" value={String(id)} form="bulk" aria-label={`Select ${username}`} />
      </td>
      <th scope="row" class="who">
        <a href={`/admin/users/${id}`}>{username}</a>
        {person.role === "admin" ? <span class="badge">admin</span> : null}
        {id === viewing.visitorId ? <span class="muted">you</span> : null}
      </th>
      <td data-label="Status">
        <Status person={person} nowMs={nowMs} />
      </td>
      <td data-label="Authenticator">{person.hasAuthenticator ? "Set up" : <span class="muted">None</span>}</td>
      <td data-label="Last sign-in">
        {person.signedInAtMs === null ? (
          <span class="muted">Never</span>
        ) : (
          <When ms={person.signedInAtMs} nowMs={nowMs} />
        )}
      </td>
      <td data-label="Registered">
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
        aria-label={`Acts for ${username}`}
        autofocus={autofocus}
      >
        ⋯
      </button>
      <form id={`menu-${id}`} class="menu-list" popover="auto" method="post" action={at("sessions")}>
        <input type="hidden" name="as" value="row" />
        <a class="button quiet" href={`/admin/users/${id}`}>
          Open
        </a>
        {own ? null : (
          <>
            {role === "admin" ? (
              <RowAct id={id} action={at("role")} name="role" value="user" text="Make a user" />
            ) : (
              <RowAct id={id} action={at("role")} name="role" value="admin" text="Make an admin" />
            )}
            {status === "invited" ? <RowAct id={id} action={at("invitation")} text="New invitation" /> : null}
            {status === "locked" ? <RowAct id={id} action={at("unlock")} text="Unlock" /> : null}
            <RowAct id={id} action={at("sessions")} text="End sessions" />
            {status === "disabled" ? (
              <RowAct id={id} action={at("enable")} text="Enable" />
            ) : (
              <a class="button quiet" href={`/admin/users/${id}#disable`}>
                Disable…
              </a>
            )}
            <a class="button quiet danger" href={`/admin/users/${id}#delete`}>
              Delete…
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

/** One row in the place of the old one, and what happened. */
export const RowOutcome = ({ person, viewing, outcome }: RowProps & { outcome: Outcome }) => (
  <>
    <hx-partial hx-target={`#person-${person.id}`} hx-swap="outerHTML">
      <PersonRow person={person} viewing={viewing} autofocus />
    </hx-partial>
    <Toast outcome={outcome} />
  </>
);

const Pager = ({ next, first, partly }: PeopleListProps) =>
  next === null && first === null ? null : (
    <nav class="pager" aria-label="Pages">
      {partly !== null ? (
        <p class="muted">
          Looked for the text inside {partly.toLocaleString("en")} more names; there are others. Names that begin with
          it are all found.
        </p>
      ) : null}
      {first !== null ? <PageLink href={first} text="First page" /> : null}
      {next !== null ? <PageLink href={next} text={partly === null ? "Next page" : "Look through more names"} /> : null}
    </nav>
  );

const PageLink = ({ href, text }: { href: string; text: string }) => (
  <a class="button" href={href} hx-get={href} hx-target="#people" hx-swap="outerHTML show:top" hx-push-url="true">
    {text}
  </a>
);

/** Shown while somebody is selected; see the style sheet. */
const BulkBar = () => (
  <form
    id="bulk"
    class="bulk"
    method="post"
    action="/admin/users/bulk"
    hx-post="/admin/users/bulk"
    hx-target="#bulk-results"
    hx-swap="outerHTML"
    hx-sync="this:drop"
    aria-label="Selected people"
  >
    <Select
      id="act"
      name="act"
      label="With those selected"
      value="disable"
      options={[
        ["disable", "Disable"],
        ["enable", "Enable"],
        ["sessions", "End sessions"],
        ["user", "Make users"],
        ["admin", "Make admins"],
      ]}
    />
    <div class="field">
      <label for="bulk-reason">Reason, if you disable</label>
      <input id="bulk-reason" name="reason" maxlength={200} autocomplete="off" />
    </div>
    <button type="submit" class="primary">
      Apply
    </button>
  </form>
);

const BulkResults = ({ children }: { children?: Child }) => <div id="bulk-results">{children}</div>;

export type BulkResult = { username: string; outcome: Outcome };

export const BulkReport = ({ results, error }: { results: readonly BulkResult[]; error?: string | undefined }) =>
  error ? (
    <div class="notice" data-tone="bad" role="alert">
      {error}
    </div>
  ) : (
    <section class="notice" aria-labelledby="bulk-title">
      <h2 id="bulk-title">
        {results.filter(({ outcome }) => outcome.ok).length} of {results.length} done
      </h2>
      <ul class="results">
        {results.map(({ username, outcome }) => (
          <li data-tone={outcome.ok ? "good" : "bad"}>
            <strong>{username}</strong>: {outcome.text}
          </li>
        ))}
      </ul>
    </section>
  );

type BulkDoneProps = {
  results: readonly BulkResult[];
  people: readonly ShownPerson[];
  viewing: Viewing;
  error?: string | undefined;
};

/** The report, and every row as it is now. */
export const BulkDone = ({ results, people, viewing, error }: BulkDoneProps) => (
  <>
    <BulkResults>
      <BulkReport results={results} error={error} />
    </BulkResults>
    {people.map((person) => (
      <hx-partial hx-target={`#person-${person.id}`} hx-swap="outerHTML">
        <PersonRow person={person} viewing={viewing} />
      </hx-partial>
    ))}
  </>
);
