import type { Child } from "hono/jsx";
import { useLanguage, useWords } from "../words.tsx";
import { Chips, FilterForm, type Filters } from "./filters.tsx";
import type { ShownPerson, Viewing } from "./parts.tsx";
import { PeopleCount } from "./people-count.tsx";
import { PersonRow } from "./person-row.tsx";
import { BulkBar, BulkResults, type Kept } from "./several.tsx";

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
  /** Address of the list with these filters taken away. */
  without: Parameters<typeof Chips>[0]["without"];
  /** Address of this very page of it. */
  here: string;
  /** What was chosen before it was refused. */
  kept?: Kept | undefined;
};

type PageProps = { register: Child; list: PeopleListProps; results?: Child; notice?: string | undefined };

export const PeoplePage = ({ register, list, results, notice }: PageProps) => {
  const { people } = useWords();
  return (
    <>
      <header class="page-head">
        <h1>{people.title}</h1>
        <a class="button" href="/admin/users/import">
          {people.list.import}
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
};

/** The table with all that depends on what is listed; the swap target of filters, headings and pages. */
export const PeopleList = (list: PeopleListProps) => {
  const words = useWords().people.list;
  return (
    <section id="people" class="people" aria-labelledby="people-count">
      <div class="row">
        <PeopleCount count={list.count} typed={list.people.length > 0 ? list.filters.q : ""} />
        <Chips filters={list.filters} without={list.without} />
      </div>
      <table>
        <Head {...list} />
        <tbody id="people-rows">
          {list.people.map((person) => (
            <PersonRow person={person} viewing={list.viewing} selected={list.kept?.ids.includes(person.id)} />
          ))}
        </tbody>
      </table>
      <div class="empty" role="status">
        <p>{list.filters.q !== "" && list.partly !== null ? words.nobodySoFar : words.nobody}</p>
      </div>
      <Pager {...list} />
      <BulkBar here={list.here} kept={list.kept} />
    </section>
  );
};

const Head = ({ filters, sorted }: PeopleListProps) => {
  const { people } = useWords();
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
            form="bulk"
            data-check-all="#people-rows"
            aria-label={people.list.selectAll}
          />
        </th>
        {column(people.list.name, "name", "-name")}
        <th scope="col">{people.status}</th>
        <th scope="col">{people.authenticator}</th>
        {column(people.lastSignIn, "-seen", "seen")}
        {column(people.registered, "-created", "created")}
        <th scope="col">
          <span class="visually-hidden">{people.list.acts}</span>
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

const Pager = ({ next, first, partly }: PeopleListProps) => {
  const { number, words } = useLanguage();
  const { list } = words.people;
  return next === null && first === null ? null : (
    <nav class="row pager" aria-label={list.pages}>
      {partly !== null ? <p class="muted">{list.partly(number.format(partly))}</p> : null}
      {first !== null ? <PageLink href={first} text={list.first} /> : null}
      {next !== null ? <PageLink href={next} text={partly === null ? list.next : list.more} /> : null}
    </nav>
  );
};

const PageLink = ({ href, text }: { href: string; text: string }) => (
  <a class="button" href={href} hx-get={href} hx-target="#people" hx-swap="outerHTML show:top" hx-push-url="true">
    {text}
  </a>
);
