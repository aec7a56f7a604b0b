import { ActForm } from "./parts.tsx";

const ADDRESS = "/admin/users/import";

export type ImportVerdict = "ok" | "taken" | "invalid" | "twice";
export type CheckedRow = {
  readonly line: number;
  readonly username: string;
  readonly role: string;
  readonly verdict: ImportVerdict;
  /** Why not; "" for a good row. */
  readonly reason: string;
};

type FormProps = { csv?: string; error?: string | undefined };

/** First step: the list, pasted or as a file. Nothing is written yet. */
export const ImportPage = ({ csv = "", error }: FormProps) => (
  <Root>
    <form
      id="import-check"
      class="panel panel-import stack"
      method="post"
      action={`${ADDRESS}/check`}
      enctype="multipart/form-data"
      hx-post={`${ADDRESS}/check`}
      hx-target="#import"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <p>
        One person on each line: <code>username,role</code>. The role is <code>user</code> or <code>admin</code>, and{" "}
        <code>user</code> where there is none. You see what would happen before anything does.
      </p>
      {error ? (
        <div class="notice" data-tone="bad" role="alert">
          {error}
        </div>
      ) : null}
      <div class="field">
        <label for="csv">List</label>
        <textarea
          id="csv"
          name="csv"
          rows={8}
          spellcheck={false}
          autocapitalize="none"
          placeholder={"bob,user\ncarol,admin"}
        >
          {csv}
        </textarea>
      </div>
      <div class="field">
        <label for="file">Or a CSV file</label>
        <input id="file" name="file" type="file" accept=".csv,text/csv,text/plain" />
        <p class="hint">Up to 5,000 people and 1 MiB.</p>
      </div>
      <button type="submit" class="primary">
        Check the list
      </button>
    </form>
  </Root>
);

type CheckedProps = { rows: readonly CheckedRow[]; good: string; goodCount: number };

/** Second step: what would happen, row by row. */
export const ImportChecked = ({ rows, good, goodCount }: CheckedProps) => (
  <Root>
    <div class="notice" data-tone={goodCount > 0 ? "info" : "warn"} role="status">
      {goodCount === rows.length
        ? `All ${rows.length.toLocaleString("en")} rows are good.`
        : `${goodCount.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows are good. The others will be left out.`}
    </div>
    <div class="toolbar">
      {goodCount > 0 ? (
        <ActForm action={ADDRESS} target="#import">
          <input type="hidden" name="good" value={good} />
          <button type="submit" class="primary">
            {`Import ${people(goodCount)}`}
          </button>
        </ActForm>
      ) : null}
      <a class="button" href={ADDRESS}>
        Start over
      </a>
    </div>
    <Rows rows={rows} />
  </Root>
);

type ImportedProps = { ids: readonly number[]; imported: number; leftOut: readonly CheckedRow[] };

/** Last step. The addresses are made when they are downloaded, and are nowhere on the page. */
export const Imported = ({ ids, imported, leftOut }: ImportedProps) => (
  <Root>
    <div class="notice" data-tone={imported > 0 ? "good" : "warn"} role="status">
      {imported > 0 ? `${people(imported)} registered.` : "Nobody was registered."}
    </div>
    {ids.length > 0 ? (
      <section class="panel panel-import stack" aria-labelledby="invitations-title">
        <h2 id="invitations-title">Invite them</h2>
        <p>
          The file has one address for each person, where they choose their password. Each works once, within 72 hours
          of the download; downloading again makes new ones and the old ones worthless.
        </p>
        {/* No hx-post: only a real navigation can end in a download. */}
        <form method="post" action={`${ADDRESS}/invitations.csv`}>
          <input type="hidden" name="ids" value={ids.join("-")} />
          <button type="submit" class="primary">
            Download invitations
          </button>
        </form>
      </section>
    ) : null}
    {leftOut.length > 0 ? <Rows rows={leftOut} /> : null}
    <p>
      <a href="/admin/users">All people</a>
    </p>
  </Root>
);

const people = (count: number): string => (count === 1 ? "1 person" : `${count.toLocaleString("en")} people`);

const Root = ({ children }: { children?: unknown }) => (
  <div id="import" class="import">
    <header class="page-head">
      <h1>Import people</h1>
      <a href="/admin/users">All people</a>
    </header>
    {children as never}
  </div>
);

const VERDICTS: Record<ImportVerdict, { tone: string; word: string }> = {
  ok: { tone: "good", word: "Good" },
  taken: { tone: "warn", word: "Taken" },
  invalid: { tone: "bad", word: "Not valid" },
  twice: { tone: "warn", word: "Twice" },
};

const Rows = ({ rows }: { rows: readonly CheckedRow[] }) => (
  <section class="table-scroll" aria-label="Rows of the list" tabindex={0}>
    <table>
      <thead>
        <tr>
          <th scope="col" class="number">
            Line
          </th>
          <th scope="col">Name</th>
          <th scope="col">Role</th>
          <th scope="col">Verdict</th>
          <th scope="col">
            <span class="visually-hidden">Why</span>
          </th>
        </tr>
      </thead>
      <tbody>{rows.map(Row)}</tbody>
    </table>
  </section>
);

const Row = ({ line, username, role, verdict, reason }: CheckedRow) => (
  <tr>
    <td class="number">{line}</td>
    <td>{username}</td>
    <td>{role}</td>
    <td>
      <span class="badge" data-tone={VERDICTS[verdict].tone}>
        {VERDICTS[verdict].word}
      </span>
    </td>
    <td class="muted">{reason}</td>
  </tr>
);
