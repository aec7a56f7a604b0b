import type { AuditRow } from "#src/store/audit-log.ts";
import { AuditSentence } from "../audit.tsx";
import { Field, type FieldErrors } from "../field.tsx";

/** What the address asks for, as typed; "" means everything. */
export type AuditQuery = Readonly<Record<"event" | "actor" | "target" | "address" | "from" | "to", string>>;

/** Events to choose from, by what they are about. */
export type EventChoice = { readonly topic: string; readonly events: readonly string[] };

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
export const AuditLog = ({ query, choices, errors = {}, rows, newest, older, confirm }: AuditLogProps) => (
  <div class="audit">
    <header class="page-head">
      <h1>Audit log</h1>
      <Export query={query} confirm={confirm} />
    </header>
    <Filters query={query} choices={choices} errors={errors} />
    {rows.length === 0 ? <Nothing query={query} wrong={Object.keys(errors).length > 0} /> : <Days rows={rows} />}
    <nav class="toolbar" aria-label="Pages">
      {newest === null ? null : <PageLink href={newest}>Newest</PageLink>}
      {older === null ? null : <PageLink href={older}>Older entries</PageLink>}
    </nav>
  </div>
);

const PageLink = ({ href, children }: { href: string; children: string }) => (
  <a class="button" href={href} hx-get={href} hx-target="#main" hx-swap="innerHTML show:top" hx-push-url="true">
    {children}
  </a>
);

/** Plain forms: the browser saves what comes back. They ask for what the page shows. */
const Export = ({ query, confirm }: Pick<AuditLogProps, "query" | "confirm">) =>
  confirm === null ? (
    <form class="toolbar" method="post" action={`${ADDRESS}/export`}>
      {Object.entries(query).map(([name, value]) => (value ? <input type="hidden" name={name} value={value} /> : null))}
      <button type="submit" name="format" value="csv">
        Export CSV
      </button>
      <button type="submit" name="format" value="jsonl">
        Export JSONL
      </button>
    </form>
  ) : (
    <a class="button" href={confirm}>
      Confirm it is you to export
    </a>
  );

const Filters = ({
  query,
  choices,
  errors,
}: Required<Pick<AuditLogProps, "query" | "choices">> & { errors: FieldErrors }) => (
  <form
    class="audit-filters"
    action={ADDRESS}
    hx-get={ADDRESS}
    hx-target="#main"
    hx-trigger="submit, change from:#audit-event"
    hx-sync="this:drop"
    hx-push-url="true"
  >
    <EventSelect chosen={query.event} choices={choices} />
    <Field id="audit-actor" name="actor" label="Who did it" value={query.actor} verbatim autocomplete="off" />
    <Field id="audit-target" name="target" label="To whom" value={query.target} verbatim autocomplete="off" />
    <Field
      {...{ id: "audit-address", name: "address", label: "From address", autocomplete: "off" }}
      {...{ value: query.address, error: errors.address }}
      verbatim
    />
    <DateField name="from" label="From day" value={query.from} error={errors.from} />
    <DateField name="to" label="To day" value={query.to} error={errors.to} />
    <div class="toolbar">
      <button type="submit">Filter</button>
      {Object.values(query).some(Boolean) ? <a href={ADDRESS}>Clear</a> : null}
    </div>
  </form>
);

const EventSelect = ({ chosen, choices }: { chosen: string; choices: readonly EventChoice[] }) => (
  <div class="field">
    <label for="audit-event">What happened</label>
    <select id="audit-event" name="event">
      <option value="">Everything</option>
      {choices.map(({ topic, events }) => (
        <optgroup label={TOPIC_NAMES[topic] ?? topic}>
          <option value={topic} selected={chosen === topic}>
            {`All: ${(TOPIC_NAMES[topic] ?? topic).toLowerCase()}`}
          </option>
          {events.map((event) => (
            <option value={event} selected={chosen === event}>
              {eventName(event)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  </div>
);

const TOPIC_NAMES: Record<string, string> = {
  "sign-in": "Signing in and out",
  credentials: "Passwords and authenticators",
  people: "People",
  refusals: "Refused requests",
  system: "The system",
};

/** "sign_in.password_refused" reads "Sign in: password refused". */
function eventName(event: string): string {
  const text = event.replace(".", ": ").replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

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

const Nothing = ({ query, wrong }: { query: AuditQuery; wrong: boolean }) => (
  <section class="empty" aria-labelledby="empty-title">
    <h2 id="empty-title">{wrong ? "Nothing was looked up" : "No entries"}</h2>
    <p>
      {wrong
        ? "Correct the marked field and filter again."
        : Object.values(query).some(Boolean)
          ? "Nothing that was recorded fits this filter. Names and addresses must be complete."
          : "Nothing has been recorded yet."}
    </p>
  </section>
);

const Days = ({ rows }: { rows: readonly AuditRow[] }) => (
  <>
    {[...Map.groupBy(rows, ({ atMs }) => iso(atMs).slice(0, 10))].map(([day, entries]) => (
      <section class="audit-day" aria-label={day}>
        <h2>
          <time datetime={day}>{DAY.format(new Date(`${day}T00:00:00Z`))}</time>
        </h2>
        <ol>
          {entries.map((row) => (
            <Entry row={row} />
          ))}
        </ol>
      </section>
    ))}
    <p class="hint">All times are UTC.</p>
  </>
);

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });
const iso = (ms: number): string => new Date(ms).toISOString();

/** Somebody or something was turned away: worth a second look when many stand together. */
const isRefusal = (event: string): boolean => /refused|throttled|foreign_origin|failed/.test(event);

const Entry = ({ row }: { row: AuditRow }) => (
  <li>
    <details data-tone={isRefusal(row.event) ? "warn" : undefined}>
      <summary>
        <time datetime={iso(row.atMs)}>{iso(row.atMs).slice(11, 19)}</time>
        <span class="audit-what">
          <AuditSentence entry={row} />
        </span>
        <span class="audit-where">{row.ip}</span>
      </summary>
      <Facts row={row} />
    </details>
  </li>
);

const Facts = ({ row }: { row: AuditRow }) => (
  <dl class="facts">
    <dt>Event</dt>
    <dd>
      <Narrow name="event" value={row.event} />
    </dd>
    <dt>Time</dt>
    <dd>{iso(row.atMs).replace("T", " ").replace("Z", " UTC")}</dd>
    <PersonFact label="Who did it" name="actor" id={row.actorId} username={row.actorName} />
    <PersonFact label="To whom" name="target" id={row.targetId} username={row.targetName} />
    <Fact label="Address">{row.ip && <Narrow name="address" value={row.ip} />}</Fact>
    <Fact label="Browser">{row.userAgent}</Fact>
    <Fact label="Request">{row.requestId && <code>{row.requestId}</code>}</Fact>
    {Object.entries(row.detail ?? {}).map(([name, value]) => (
      <Fact label={eventName(name)}>{String(value)}</Fact>
    ))}
  </dl>
);

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
            · <a href={`/admin/users/${id}`}>Open person</a>
          </>
        )}
      </dd>
    </>
  );

/** A value that leads to everything else with the same one. */
const Narrow = ({ name, value }: { name: keyof AuditQuery; value: string }) => (
  <a href={`${ADDRESS}?${name}=${encodeURIComponent(value)}`}>{value}</a>
);
