import type { AuditRow } from "#src/store/audit-log.ts";
import { AuditSentence, Days, isoOf, isRefusal } from "../audit.tsx";
import { Field, type FieldErrors } from "../field.tsx";
import { useWords, type Words } from "../words.tsx";

/** What the address asks for, as typed; "" means everything. */
export type AuditQuery = Readonly<Record<"event" | "actor" | "target" | "address" | "from" | "to", string>>;

/** Events to choose from, by what they are about. */
export type EventChoice = { readonly topic: keyof Words["audit"]["topics"]; readonly events: readonly string[] };

type AuditLogProps = {
  query: AuditQuery;
  choices: readonly EventChoice[];
  errors?: FieldErrors | undefined;
  rows: readonly AuditRow[];
  /** Addresses of the pages around this one; null: there is none. */
  newest: string | null;
  older: string | null;
  /** Null: the visitor may export now. Otherwise where to prove who they are first. */
  confirm: string | null;
};

const ADDRESS = "/admin/audit";

/** The page at /admin/audit. */
export const AuditLog = ({ query, choices, errors = {}, rows, newest, older, confirm }: AuditLogProps) => {
  const { audit } = useWords();
  return (
    <div class="audit">
      <header class="page-head">
        <h1>{audit.title}</h1>
        <Export query={query} confirm={confirm} />
      </header>
      <Filters query={query} choices={choices} errors={errors} />
      {rows.length === 0 ? (
        <Nothing query={query} wrong={Object.keys(errors).length > 0} />
      ) : (
        <>
          <AuditDays rows={rows} heading="h2" />
          <p class="hint">{audit.allUtc}</p>
        </>
      )}
      <nav class="toolbar" aria-label={audit.pages}>
        {newest === null ? null : <PageLink href={newest}>{audit.newest}</PageLink>}
        {older === null ? null : <PageLink href={older}>{audit.older}</PageLink>}
      </nav>
    </div>
  );
};

const PageLink = ({ href, children }: { href: string; children: string }) => (
  <a class="button" href={href} hx-get={href} hx-target="#main" hx-swap="innerHTML show:top" hx-push-url="true">
    {children}
  </a>
);

/** Plain forms: the browser saves what comes back. They ask for what the page shows. */
const Export = ({ query, confirm }: Pick<AuditLogProps, "query" | "confirm">) => {
  const { audit } = useWords();
  return confirm === null ? (
    <>
      <button type="button" popovertarget="export">
        {audit.export}
      </button>
      <form id="export" class="menu-list" popover="auto" method="post" action={`${ADDRESS}/export`}>
        {Object.entries(query).map(([name, value]) =>
          value ? <input type="hidden" name={name} value={value} /> : null,
        )}
        <button type="submit" class="quiet" name="format" value="csv">
          {audit.exportCsv}
        </button>
        <button type="submit" class="quiet" name="format" value="jsonl">
          {audit.exportJsonl}
        </button>
      </form>
    </>
  ) : (
    <a class="button" href={confirm}>
      {audit.confirmToExport}
    </a>
  );
};

const Filters = ({
  query,
  choices,
  errors,
}: Required<Pick<AuditLogProps, "query" | "choices">> & { errors: FieldErrors }) => {
  const { audit } = useWords();
  return (
    <form
      class="audit-filters filters"
      action={ADDRESS}
      hx-get={ADDRESS}
      hx-target="#main"
      hx-trigger="submit, change from:#audit-event"
      hx-sync="this:drop"
      hx-push-url="true"
    >
      <EventSelect chosen={query.event} choices={choices} />
      <Field id="audit-actor" name="actor" label={audit.who} value={query.actor} verbatim autocomplete="off" />
      <DateField name="from" label={audit.fromDay} value={query.from} error={errors.from} />
      <DateField name="to" label={audit.toDay} value={query.to} error={errors.to} />
      <details open={query.target !== "" || query.address !== ""}>
        <summary>{audit.more}</summary>
        <div>
          <Field id="audit-target" name="target" label={audit.whom} value={query.target} verbatim autocomplete="off" />
          <Field
            {...{ id: "audit-address", name: "address", label: audit.fromAddress, autocomplete: "off" }}
            {...{ value: query.address, error: errors.address }}
            verbatim
          />
        </div>
      </details>
      <div class="toolbar">
        <button type="submit">{audit.filter}</button>
        {Object.values(query).some(Boolean) ? <a href={ADDRESS}>{audit.clear}</a> : null}
      </div>
    </form>
  );
};

const EventSelect = ({ chosen, choices }: { chosen: string; choices: readonly EventChoice[] }) => {
  const { audit } = useWords();
  return (
    <div class="field">
      <label for="audit-event">{audit.what}</label>
      <select id="audit-event" name="event">
        <option value="">{audit.everything}</option>
        {choices.map(({ topic, events }) => (
          <optgroup label={audit.topics[topic]}>
            <option value={topic} selected={chosen === topic}>
              {audit.all(audit.topics[topic])}
            </option>
            {events.map((event) => (
              <option value={event} selected={chosen === event}>
                {audit.event(event)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
};

type DateFieldProps = { name: "from" | "to"; label: string; value: string; error: string | undefined };

const DateField = ({ name, label, value, error }: DateFieldProps) => (
  <div class="field">
    <label for={`audit-${name}`}>{label}</label>
    {error ? (
      <p class="field-error" id={`audit-${name}-error`}>
        {error}
      </p>
    ) : null}
    <input
      id={`audit-${name}`}
      name={name}
      type="date"
      value={value}
      aria-invalid={error ? "true" : undefined}
      aria-describedby={error ? `audit-${name}-error` : undefined}
    />
  </div>
);

const Nothing = ({ query, wrong }: { query: AuditQuery; wrong: boolean }) => {
  const { audit } = useWords();
  return (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{wrong ? audit.nothingLookedUp : audit.noEntries}</h2>
      <p>{wrong ? audit.correct : Object.values(query).some(Boolean) ? audit.nothingFits : audit.nothingYet}</p>
    </section>
  );
};

/** Entries under their days, each of which unfolds. */
export const AuditDays = (props: { rows: readonly AuditRow[]; heading: "h2" | "h3" }) => (
  <Days {...props} row={(row) => <Entry row={row} />} />
);

const Entry = ({ row }: { row: AuditRow }) => (
  <li>
    <details data-tone={isRefusal(row.event) ? "warn" : undefined}>
      <summary>
        <time datetime={isoOf(row.atMs)}>
          {isoOf(row.atMs).slice(11, 16)}
          <span class="seconds">{isoOf(row.atMs).slice(16, 19)}</span>
        </time>
        <span class="audit-what">
          <AuditSentence entry={row} />
        </span>
        <span class="audit-where">{row.ip}</span>
      </summary>
      <Facts row={row} />
    </details>
  </li>
);

const Facts = ({ row }: { row: AuditRow }) => {
  const { audit, common } = useWords();
  return (
    <dl class="facts">
      <dt>{audit.eventLabel}</dt>
      <dd>
        <Narrow name="event" value={row.event} />
      </dd>
      <dt>{audit.time}</dt>
      <dd>{common.utc(isoOf(row.atMs).replace("T", " ").replace("Z", ""))}</dd>
      <PersonFact label={audit.who} name="actor" id={row.actorId} username={row.actorName} />
      <PersonFact label={audit.whom} name="target" id={row.targetId} username={row.targetName} />
      <Fact label={audit.address}>{row.ip && <Narrow name="address" value={row.ip} />}</Fact>
      <Fact label={audit.browser}>{row.userAgent}</Fact>
      <Fact label={audit.request}>{row.requestId && <code>{row.requestId}</code>}</Fact>
      {Object.entries(row.detail ?? {}).map(([name, value]) => (
        <Fact label={audit.fact(name)}>{String(value)}</Fact>
      ))}
    </dl>
  );
};

const Fact = ({ label, children }: { label: string; children?: unknown }) =>
  children ? (
    <>
      <dt>{label}</dt>
      <dd>{children as string}</dd>
    </>
  ) : null;

type PersonFactProps = { label: string; name: "actor" | "target"; id: number | null; username: string | null };

const PersonFact = ({ label, name, id, username }: PersonFactProps) =>
  username === null ? null : (
    <>
      <dt>{label}</dt>
      <dd>
        <Narrow name={name} value={username} />
        {id === null ? null : (
          <>
            {" "}
            · <a href={`/admin/users/${id}`}>{useWords().audit.openPerson}</a>
          </>
        )}
      </dd>
    </>
  );

/** A value that leads to everything else with the same one. */
const Narrow = ({ name, value }: { name: keyof AuditQuery; value: string }) => (
  <a href={`${ADDRESS}?${name}=${encodeURIComponent(value)}`}>{value}</a>
);
