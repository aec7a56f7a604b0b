import type { Child } from "hono/jsx";
import { type Outcome, Toast, type Undo, UndoForm } from "../undo.tsx";
import { useWords } from "../words.tsx";
import { Select, type ShownPerson, type Viewing } from "./parts.tsx";
import { CountNow } from "./people-count.tsx";
import { PersonRow } from "./person-row.tsx";

/** What was chosen before it was refused. */
export type Kept = { readonly ids: readonly number[]; readonly act: string; readonly reason: string };

/**
 * Shown while somebody is selected; see the style sheet.
 *
 * @param here address of the page it stands on, which without scripts is the answer too.
 */
export const BulkBar = ({ here, kept }: { here: string; kept?: Kept | undefined }) => {
  const { person, several } = useWords().people;
  return (
    <form
      id="bulk"
      class="bulk"
      method="post"
      action={here.replace("/admin/users", "/admin/users/bulk")}
      hx-post={here.replace("/admin/users", "/admin/users/bulk")}
      hx-target="#bulk-results"
      hx-swap="outerHTML"
      hx-sync="this:drop"
      aria-label={several.label}
    >
      {/* The style sheet counts. */}
      <p>{several.selected(<span class="count" />)}</p>
      <Select
        id="act"
        name="act"
        label={several.withThose}
        labelHidden
        required
        value={kept?.act ?? ""}
        options={[
          ["", several.choose],
          ["disable", several.disable],
          ["enable", several.enable],
          ["sessions", several.sessions],
          ["user", several.user],
          ["admin", several.admin],
        ]}
      />
      <div class="field">
        <label for="bulk-reason">{person.reason}</label>
        <input id="bulk-reason" name="reason" value={kept?.reason} maxlength={200} autocomplete="off" />
      </div>
      <button type="submit">{several.apply}</button>
      {kept ? (
        <a class="button quiet" href={here}>
          {several.clear}
        </a>
      ) : (
        <button type="reset" class="quiet">
          {several.clear}
        </button>
      )}
    </form>
  );
};

export const BulkResults = ({ children }: { children?: Child }) => <div id="bulk-results">{children}</div>;

export type BulkResult = { id?: number; username: string; outcome: Outcome };

type ReportProps = { results: readonly BulkResult[]; error?: string | undefined; undo?: Undo | undefined };

export const BulkReport = ({ results, error, undo }: ReportProps) =>
  error ? (
    <div class="notice" data-tone="bad" role="alert">
      {error}
    </div>
  ) : (
    <section
      class="notice"
      data-tone={results.every(({ outcome }) => outcome.ok) ? "good" : "warn"}
      aria-labelledby="bulk-title"
    >
      <h2 id="bulk-title" tabindex={-1} autofocus>
        {useWords().people.several.done(results.filter(({ outcome }) => outcome.ok).length, results.length)}
      </h2>
      <ul class="results">
        {results.map(({ username, outcome }) => (
          <li class={outcome.ok ? "muted" : undefined}>
            {outcome.text.startsWith(username) ? outcome.text : `${username}: ${outcome.text}`}
          </li>
        ))}
      </ul>
      {undo ? <UndoForm undo={undo} target="#bulk-results" /> : null}
    </section>
  );

type BulkDoneProps = {
  results: readonly BulkResult[];
  people: readonly ShownPerson[];
  viewing: Viewing;
  error?: string | undefined;
  /** All of it in one sentence. */
  summary?: Outcome | undefined;
  count?: string | null;
};

/** The report, and every row as it is now. */
export const BulkDone = ({ results, people, viewing, error, summary, count = null }: BulkDoneProps) => (
  <>
    <BulkResults>
      <BulkReport results={results} error={error} />
    </BulkResults>
    {people.map((person) => (
      <hx-partial hx-target={`#person-${person.id}`} hx-swap="outerHTML">
        <PersonRow person={person} viewing={viewing} />
      </hx-partial>
    ))}
    <CountNow count={count} />
    {summary ? <Toast outcome={summary} target="#bulk-results" /> : null}
  </>
);
