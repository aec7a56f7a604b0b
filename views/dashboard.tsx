import type { Child } from "hono/jsx";
import { RequestNumber } from "./problem.tsx";

export type CardProps = {
  name: string;
  title: string;
  description?: string | undefined;
  size: "third" | "half" | "full";
  /** Interval as htmx reads it, for example "30s". */
  refresh?: string | undefined;
};

type DashboardProps = {
  cards: readonly CardProps[];
  admin: boolean;
  /** Files that could not be used, with the reason; for admins. */
  faulty?: readonly { file: string; fault: string }[] | undefined;
};

export const Dashboard = ({ cards, admin, faulty = [] }: DashboardProps) => (
  <>
    <header class="page-head">
      <h1>Dashboard</h1>
    </header>
    {faulty.length > 0 ? <div class="stack">{faulty.map(Faulty)}</div> : null}
    {cards.length === 0 ? <NoCards admin={admin} /> : <div class="cards">{cards.map(Card)}</div>}
  </>
);

const Faulty = ({ file, fault }: { file: string; fault: string }) => (
  <div class="notice" data-tone="warn">
    <strong>{file} is left out:</strong> {fault}
  </div>
);

/** Fetches its fragment by itself; where scripts do not run, or the network is away, it stays a link. */
const Card = ({ name, title, description, size, refresh }: CardProps) => (
  <section class="card" data-size={size} aria-labelledby={`card-${name}`}>
    <header class="card-head">
      <h2 id={`card-${name}`}>
        <a href={`/fragments/${name}`}>{title}</a>
      </h2>
      {description ? <p>{description}</p> : null}
    </header>
    <div
      class="card-body"
      hx-get={`/fragments/${name}`}
      hx-trigger={refresh ? `load, every ${refresh}` : "load"}
      hx-sync="this:drop"
    >
      <div class="skeleton needs-script" aria-hidden="true" />
      <p class="card-fallback">
        <a href={`/fragments/${name}`}>Open {title}</a>
      </p>
    </div>
  </section>
);

const EXAMPLE = `import { defineFragment } from "#src/fragment.ts";

export default defineFragment({
  title: "Hello",
  render: () => <p>It works.</p>,
});`;

const NoCards = ({ admin }: { admin: boolean }) =>
  admin ? (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">Add the first panel</h2>
      <p>
        A panel is one file. Save this as <code>src/fragments/hello.tsx</code> and start Gatehouse again; it appears
        here and at <code>/fragments/hello</code>, for signed-in people only.
      </p>
      <div class="copyable">
        <pre tabindex={0}>
          <code id="example">{EXAMPLE}</code>
        </pre>
        <button type="button" class="needs-script" data-copy="#example">
          Copy
        </button>
      </div>
    </section>
  ) : (
    <section class="empty" aria-labelledby="empty-title">
      <h2 id="empty-title">Nothing here yet</h2>
      <p>Panels for your account appear here as soon as somebody adds them.</p>
    </section>
  );

type FragmentPageProps = { title: string; children?: Child };

/** A fragment opened directly, as a page of its own. */
export const FragmentPage = ({ title, children }: FragmentPageProps) => (
  <>
    <header class="page-head">
      <h1>{title}</h1>
    </header>
    <section class="card" data-size="full" aria-label={title}>
      <div class="card-body">{children}</div>
    </section>
  </>
);

type FragmentFailedProps = { title: string; requestId: string; href: string };

/** Stands in for one fragment that threw or took too long; its neighbours live on. */
export const FragmentFailed = ({ title, requestId, href }: FragmentFailedProps) => (
  <div class="failed">
    <p>
      <strong>{title} could not be shown.</strong>
    </p>
    <p>
      <a class="button" href={href} hx-get={href} hx-target="closest .card-body">
        Retry
      </a>
    </p>
    <RequestNumber id={requestId} />
  </div>
);
