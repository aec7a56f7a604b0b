import { useWords } from "../words.tsx";
import { Select } from "./parts.tsx";

export type Filters = { q: string; role: string; status: string; mfa: string; sort: string };
type Filter = Exclude<keyof Filters, "sort">;

export const FilterForm = ({ q, role, status, mfa, sort }: Filters) => {
  const { people } = useWords();
  const choices = useChoices();
  return (
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
          <label for="q">{people.list.search}</label>
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
        {/* On a narrow screen they are folded away. */}
        <button type="button" popovertarget="filters-more">
          {people.list.filters}
        </button>
        <div id="filters-more" class="menu-list" popover="auto">
          <Select id="filter-role" name="role" value={role} {...choices.role} />
          <Select id="filter-status" name="status" value={status} {...choices.status} />
          <Select id="filter-mfa" name="mfa" value={mfa} {...choices.mfa} />
        </div>
        {sort !== "name" ? <input type="hidden" name="sort" value={sort} /> : null}
        <button type="submit" class="quiet no-script">
          {people.list.show}
        </button>
      </form>
    </search>
  );
};

/** What each filter can be set to; the empty one narrows nothing down. */
function useChoices() {
  const { people } = useWords();
  const { any, everybody, admins, users, rights } = people.list;
  const { active, invited, disabled, locked } = people.statuses;
  return {
    role: { label: rights, options: Object.entries({ "": everybody, admin: admins, user: users }) },
    status: { label: people.status, options: Object.entries({ "": any, active, invited, disabled, locked }) },
    mfa: { label: people.authenticator, options: Object.entries({ "": any, on: people.setUp, off: people.none }) },
  };
}

type ChipsProps = { filters: Filters; without: (filters: readonly Filter[]) => string };

/** What was chosen, each with the way out; what was typed stands in its field. Links: the form above has to follow. */
export const Chips = ({ filters, without }: ChipsProps) => {
  const { list } = useWords().people;
  const choices = useChoices();
  const chips = (["role", "status", "mfa"] as const).flatMap((filter) => {
    const { label, options } = choices[filter];
    const option = filters[filter] === "" ? undefined : options.find(([value]) => value === filters[filter]);
    return option === undefined ? [] : [[filter, `${label}: ${option[1]}`] as const];
  });
  return chips.length === 0 ? null : (
    <ul class="row chips">
      {chips.map(([filter, text]) => (
        <li>
          <a class="chip" href={without([filter])} aria-label={list.remove(text)}>
            {text} <span aria-hidden="true">×</span>
          </a>
        </li>
      ))}
      {chips.length > 1 || filters.q !== "" ? (
        <li>
          <a href={without(["q", "role", "status", "mfa"])}>{list.clear}</a>
        </li>
      ) : null}
    </ul>
  );
};
