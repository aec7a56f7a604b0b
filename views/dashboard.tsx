import type { Child } from "hono/jsx";
import { RequestNumber } from "./problem.tsx";
import { useWords } from "./words.tsx";

/** In sixths of a row. */
const SPANS = { third: 2, half: 3, full: 6 } as const;
type Size = keyof typeof SPANS;

export type CardProps = {
  name: string;
  title: string;
  description?: string | undefined;
  icon?: string | undefined;
  size: Size;
  /** Room held free until the content is there, in steps. */
  height: 1 | 2 | 3 | 4;
  /** Interval as htmx reads it, for example "30s". */
  refresh?: string | undefined;
};

type DashboardProps = {
  cards: readonly CardProps[];
  /** How many panels there are for this person, hidden ones included. Default: the cards. */
  usable?: number | undefined;
  admin: boolean;
  /** Files that could not be used, with the reason; for admins. */
  faulty?: readonly { file: string; fault: string }[] | undefined;
  /** Address of a proxy this page came through that is not among the trusted ones; for admins. */
  undeclaredProxy?: string | null | undefined;
  /** Address of the page's stream, where one of the cards is live. */
  stream?: string | undefined;
  /** News since the last sign-in. */
  news?: Child;
};

export const Dashboard = ({
  cards,
  usable = cards.length,
  admin,
  faulty = [],
  undeclaredProxy,
  stream,
  news,
}: DashboardProps) => {
  const { dashboard } = useWords();
  return (
    <>
      <header class="page-head">
        <h1>{dashboard.title}</h1>
        {usable > 1 ? (
          <a class="button" href="/customise">
            {dashboard.customise}
          </a>
        ) : null}
        {news}
      </header>
      {undeclaredProxy ? <UndeclaredProxy address={undeclaredProxy} /> : null}
      {faulty.length > 0 ? <div class="stack">{faulty.map(Faulty)}</div> : null}
      {usable === 0 ? <NoCards admin={admin} /> : <div class="cards">{inRows(cards).map(Card)}</div>}
      {usable > 0 && cards.length === 0 ? <p class="muted">{dashboard.allHidden}</p> : null}
      <Stream href={stream} />
    </>
  );
};

/** Those that fit beside each other share the row equally: no card leaves a hole. Known before the first is shown. */
function inRows(cards: readonly CardProps[]): CardProps[] {
  const rows: CardProps[][] = [];
  for (const card of cards) {
    const row = rows.at(-1) ?? [];
    const wide = [...row, card].reduce((sum, { size }) => sum + SPANS[size], 0);
    if (row.length > 0 && wide <= 6) row.push(card);
    else rows.push([card]);
  }
  return rows.flatMap((row) => row.map((card) => ({ ...card, size: SHARES[row.length] ?? "full" })));
}

/** By the number of cards in a row. */
const SHARES: readonly (Size | undefined)[] = [undefined, "full", "half", "third"];

const UndeclaredProxy = ({ address }: { address: string }) => (
  <div class="notice" data-tone="warn">
    {useWords().dashboard.undeclaredProxy(address)}
  </div>
);

const Faulty = ({ file, fault }: { file: string; fault: string }) => (
  <div class="notice" data-tone="warn">
    <strong>{useWords().dashboard.leftOut(file)}</strong> {fault}
  </div>
);

/** Fetches its fragment by itself; where scripts do not run, or the network is away, it stays a link. */
const Card = ({ name, title, description, icon, size, height, refresh }: CardProps) => (
  <section class="card" data-size={size} data-height={height} aria-labelledby={`card-${name}`}>
    <header class="card-head">
      <h2 id={`card-${name}`}>
        {icon ? <span aria-hidden="true">{icon} </span> : null}
        <a href={`/fragments/${name}`}>{title}</a>
      </h2>
      {description ? <p>{description}</p> : null}
    </header>
    <FragmentBody id={`fragment-${name}`} href={`/fragments/${name}`} refresh={refresh} load>
      {/* With an id of its own it is taken away; without one it would be morphed into the first <div> that arrives. */}
      <div id={`skeleton-${name}`} class="skeleton needs-script" aria-hidden="true" />
      <p class="card-fallback">
        <a href={`/fragments/${name}`}>{useWords().dashboard.open(title)}</a>
      </p>
    </FragmentBody>
  </section>
);

/** What a page fetches by itself is no sign of a person: with this header it keeps no session alive. */
const UNATTENDED = '{"X-Polling":"1"}';

type FragmentBodyProps = {
  id: string;
  /** What is asked for at every refresh: the fragment's address, or that of what is shown in its place. */
  href: string;
  refresh?: string | undefined;
  /** Empty so far: fetches its content as soon as it is on the page. */
  load?: boolean | undefined;
  children?: Child;
};

/** The frame around a fragment's content, in a card and on a page of its own; each answer replaces it by morphing. */
export const FragmentBody = ({ id, href, refresh, load = false, children }: FragmentBodyProps) => {
  const trigger = [load && "load", refresh && `every ${refresh}`].filter(Boolean).join(", ");
  const fetching = trigger && {
    "hx-get": href,
    "hx-trigger": trigger,
    "hx-swap": "outerMorph",
    "hx-sync": "this:drop",
    "hx-headers": UNATTENDED,
  };
  return (
    <div id={id} class="card-body" {...fetching}>
      {children}
    </div>
  );
};

const EXAMPLE = `import { defineFragment } from "#src/fragment.ts";

export default defineFragment({
  title: "Hello",
  render: () => <p>It works.</p>,
});`;

const NoCards = ({ admin }: { admin: boolean }) => {
  const {
    common,
    dashboard: { noneForAdmin, noneForUser },
  } = useWords();
  return admin ? (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{noneForAdmin.title}</h2>
      <p>{noneForAdmin.text()}</p>
      <div class="copyable">
        <pre tabindex={0}>
          <code id="example">{EXAMPLE}</code>
        </pre>
        <button type="button" class="needs-script" data-copy="#example">
          {common.copy}
        </button>
      </div>
    </section>
  ) : (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">{noneForUser.title}</h2>
      <p>{noneForUser.text}</p>
    </section>
  );
};

/**
 * The one connection of a page over which all its live fragments get their updates. Nothing without an address. Once
 * there it comes back by itself; the interval is for the first time, should the server be away just then.
 */
export const Stream = ({ href }: { href: string | undefined }) =>
  href ? (
    <div id="live" hx-sse:connect={href} hx-trigger="load, every 10s" hx-swap="none" hx-headers={UNATTENDED} />
  ) : null;

/** One update as it travels: it finds its card by itself. */
export const LiveUpdate = ({ id, children }: { id: string; children?: Child }) => (
  <hx-partial hx-target={`#${id}`} hx-swap="innerMorph">
    {children}
  </hx-partial>
);

type FragmentPageProps = {
  title: string;
  description?: string | undefined;
  stream?: string | undefined;
  children?: Child;
};

/** A fragment opened directly, as a page of its own. */
export const FragmentPage = ({ title, description, stream, children }: FragmentPageProps) => (
  <>
    <header class="page-head">
      <h1>{title}</h1>
      {description ? <p class="muted">{description}</p> : null}
    </header>
    <section class="card" data-size="full" aria-label={title}>
      {children}
    </section>
    <Stream href={stream} />
  </>
);

type FragmentFailedProps = {
  title: string;
  requestId: string;
  href: string;
  /** What the fragment itself has to say about it. */
  children?: Child;
};

/** Stands in for one fragment that threw or took too long; its neighbours live on. */
export const FragmentFailed = ({ title, requestId, href, children }: FragmentFailedProps) => {
  const { failed, retry } = useWords().dashboard;
  return (
    <div class="failed">
      <p>{children ?? <strong>{failed(title)}</strong>}</p>
      <p>
        <a class="button" href={href} hx-get={href} hx-target="closest .card-body" hx-swap="outerMorph">
          {retry}
        </a>
      </p>
      <RequestNumber id={requestId} />
    </div>
  );
};
