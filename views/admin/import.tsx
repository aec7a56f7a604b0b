import { useLanguage, useWords } from "../words.tsx";
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
export const ImportPage = ({ csv = "", error }: FormProps) => {
  const words = useWords().people.import;
  return (
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
          {words.text((text) => (
            <code>{text}</code>
          ))}
        </p>
        {error ? (
          <div class="notice" data-tone="bad" role="alert">
            {error}
          </div>
        ) : null}
        <div class="field">
          <label for="csv">{words.list}</label>
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
          <label for="file">{words.file}</label>
          <input id="file" name="file" type="file" accept=".csv,text/csv,text/plain" />
          <p class="hint">{words.limits}</p>
        </div>
        <button type="submit" class="primary">
          {words.check}
        </button>
      </form>
    </Root>
  );
};

type CheckedProps = { rows: readonly CheckedRow[]; good: string; goodCount: number };

/** Second step: what would happen, row by row. */
export const ImportChecked = ({ rows, good, goodCount }: CheckedProps) => {
  const { number, words } = useLanguage();
  const { allGood, someGood, submit, startOver } = words.people.import;
  const counted = number.format(goodCount);
  return (
    <Root>
      <div class="notice" data-tone={goodCount > 0 ? "info" : "warn"} role="status">
        {goodCount === rows.length ? allGood(counted) : someGood(counted, number.format(rows.length))}
      </div>
      <div class="toolbar">
        {goodCount > 0 ? (
          <ActForm action={ADDRESS} target="#import">
            <input type="hidden" name="good" value={good} />
            <button type="submit" class="primary">
              {submit(goodCount, counted)}
            </button>
          </ActForm>
        ) : null}
        <a class="button" href={ADDRESS}>
          {startOver}
        </a>
      </div>
      <Rows rows={rows} />
    </Root>
  );
};

type ImportedProps = { ids: readonly number[]; imported: number; leftOut: readonly CheckedRow[] };

/** Last step. The addresses are made when they are downloaded, and are nowhere on the page. */
export const Imported = ({ ids, imported, leftOut }: ImportedProps) => {
  const { number, words } = useLanguage();
  const { all, import: text } = words.people;
  return (
    <Root>
      <div class="notice" data-tone={imported > 0 ? "good" : "warn"} role="status">
        {imported > 0 ? text.done(imported, number.format(imported)) : text.nobody}
      </div>
      {ids.length > 0 ? (
        <section class="panel panel-import stack" aria-labelledby="invitations-title">
          <h2 id="invitations-title">{text.invite}</h2>
          <p>{text.inviteText}</p>
          {/* No hx-post: only a real navigation can end in a download. */}
          <form method="post" action={`${ADDRESS}/invitations.csv`}>
            <input type="hidden" name="ids" value={ids.join("-")} />
            <button type="submit" class="primary">
              {text.download}
            </button>
          </form>
        </section>
      ) : null}
      {leftOut.length > 0 ? <Rows rows={leftOut} /> : null}
      <p>
        <a href="/admin/users">{all}</a>
      </p>
    </Root>
  );
};

const Root = ({ children }: { children?: unknown }) => (
  <div id="import" class="import">
    <header class="page-head">
      <a class="back" href="/admin/users">
        {useWords().people.all}
      </a>
      <h1>{useWords().people.import.title}</h1>
    </header>
    {children as never}
  </div>
);

const TONES: Record<ImportVerdict, string> = { ok: "good", taken: "warn", invalid: "bad", twice: "warn" };

const Rows = ({ rows }: { rows: readonly CheckedRow[] }) => {
  const { role, import: words } = useWords().people;
  return (
    <section class="table-scroll" aria-label={words.rows} tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              {words.line}
            </th>
            <th scope="col">{words.name}</th>
            <th scope="col">{role}</th>
            <th scope="col">{words.verdict}</th>
            <th scope="col">
              <span class="visually-hidden">{words.why}</span>
            </th>
          </tr>
        </thead>
        <tbody>{rows.map(Row)}</tbody>
      </table>
    </section>
  );
};

const Row = ({ line, username, role, verdict, reason }: CheckedRow) => (
  <tr>
    <td class="number">{line}</td>
    <td>{username}</td>
    <td>{role}</td>
    <td>
      <span class="badge" data-tone={TONES[verdict]}>
        {useWords().people.import.verdicts[verdict]}
      </span>
    </td>
    <td class="muted">{reason}</td>
  </tr>
);
