import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { type PeopleListProps, PeoplePage } from "#views/admin/people.tsx";
import { Handover } from "#views/admin/person-row.tsx";
import { RegisterForm } from "#views/admin/register.tsx";
import type { Outcome } from "#views/undo.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../../app.tsx";
import { languageOf } from "../../language.ts";
import { clearEndedDisablements } from "../../store/people.ts";
import { COUNTED_UP_TO, countPeople, LOCKED_SHOWN, LOOKED_THROUGH, listPeople } from "../../store/people-list.ts";
import type { UserEnv } from "../../web.tsx";
import { listAddress, queryOfPage, readQuery } from "./people-query.ts";

export const PAGE = { title: (words: Words) => words.people.title };

export function viewingOf(c: Context<UserEnv>, { clock }: Deps) {
  return { nowMs: clock(), visitorId: c.var.visitor.user.id };
}

/** What the address asks for, read. */
export async function readList(c: Context<UserEnv>, deps: Deps): Promise<PeopleListProps> {
  const { db, clock } = deps;
  const query = readQuery(c);
  const { wanted, typed, after } = query;
  await clearEndedDisablements(db, clock());
  const nobody = typed.trim() !== "" && wanted.q === "";
  const [list, count] = nobody
    ? [{ people: [], next: null, partly: false }, null]
    : await Promise.all([listPeople(db, wanted, after, clock()), countPeople(db, wanted)]);
  return {
    people: list.people,
    filters: {
      q: typed,
      role: wanted.role ?? "",
      status: wanted.status ?? "",
      mfa: wanted.authenticator ?? "",
      sort: wanted.sort,
    },
    viewing: viewingOf(c, deps),
    count:
      wanted.status === "locked"
        ? formatCount(c, list.people.length, LOCKED_SHOWN - 1)
        : count === null
          ? null
          : formatCount(c, count, COUNTED_UP_TO),
    next: list.next === null ? null : listAddress(query, { after: list.next }),
    first: after === null ? null : listAddress(query),
    partly: list.partly ? LOOKED_THROUGH : null,
    sorted: (sort) => listAddress(query, { sort }),
    without: (filters) => listAddress(query, { without: filters }),
    here: listAddress(query, { after }),
  };
}

/** How many fit the filters of the page somebody acted on, as it stands now; null where nothing is to be counted. */
export async function countNow(c: Context, { db }: Deps): Promise<string | null> {
  const query = queryOfPage(c);
  // Those who wait are counted by listing them, and a search is not counted at all.
  if (query === null || query.typed !== "" || query.wanted.status === "locked") return null;
  const count = await countPeople(db, query.wanted);
  return count === null ? null : formatCount(c, count, COUNTED_UP_TO);
}

/** Beyond `most` nobody counted on. */
function formatCount(c: Context, count: number, most: number): string {
  const { number } = languageOf(c);
  return count > most ? `${number.format(most)}+` : number.format(count);
}

export type Parts = {
  form?: Child;
  outcome?: Outcome;
  results?: Child;
  notice?: string | undefined;
  status?: 200 | 201 | 409 | 422;
};

/** The whole page, with what an act adds to it. */
export function page(c: Context, list: PeopleListProps, { form, outcome, results, notice, status = 200 }: Parts = {}) {
  const register = (
    <>
      {form ?? <RegisterForm />}
      <Handover outcome={outcome} />
    </>
  );
  return c.render(<PeoplePage register={register} list={list} results={results} notice={notice} />, {
    ...PAGE,
    status,
  });
}
