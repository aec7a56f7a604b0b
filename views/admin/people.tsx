import type { Child } from "hono/jsx";
import { Select, type ShownPerson, type Viewing } from "./parts.tsx";
import { PersonRow } from "./person-row.tsx";
import { BulkBar, BulkResults } from "./several.tsx";

export type Filters = { q: string; role: string; status: string; mfa: string; sort: string };

export type PeopleListProps = {
  people: readonly ShownPerson[];
  filters: Filters;
  viewing: Viewing;
  /** How many the filters leave: "204", "1,000+"; null where nobody counted. */
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
    <th scope="col" aria-sort={sortOf(filters.sort, up, down)}>
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

/** Which way the column is sorted, as screen readers say it; the arrow comes from the style sheet. */
function sortOf(sort: string, first: string, second: string): "ascending" | "descending" | undefined {
  if (sort !== first && sort !== second) return undefined;
  return sort.startsWith("-") ? "descending" : "ascending";
}

const SortLink = ({ title, href }: { title: string; href: string }) => (
  <a href={href} hx-get={href} hx-target="#people" hx-swap="outerHTML" hx-push-url="true">
    {title}
  </a>
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
