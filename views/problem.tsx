import { Dismiss } from "./undo.tsx";
import { useWords, type Words } from "./words.tsx";

type Text = { title: string; message: string };

/** Words for an HTTP status: what happened and what to do next. Unknown ones read like 500 or 400. */
export function problemText({ problems }: Words, status: number): Text {
  const known = (problems as Partial<Record<number, Text>>)[status];
  return known ?? problems[status >= 500 ? 500 : 400];
}

/** Why a one-time address opens nothing, and what to do; the same for one that never was. */
export function deadLinkText({ problems }: Words, purpose: "invite" | "reset" | "setup"): Text {
  return { title: problems.deadLink.title, message: problems.deadLink[purpose] };
}

type ProblemProps = Text & {
  /** Whoever reads it is probably not signed in. */
  outside?: boolean;
  /** Whether the same request may be sent again, by a link. */
  canRetry?: boolean;
  status: number;
  requestId?: string | undefined;
};

/** The whole page of an error answer. */
export const Problem = ({ status, title, message, requestId, ...how }: ProblemProps) => (
  <section class="panel" aria-labelledby="problem-title">
    <p class="problem-status">{status}</p>
    <div class="panel-head">
      <h1 id="problem-title">{title}</h1>
      <p>{message}</p>
    </div>
    <p>
      <WayOn {...how} />
    </p>
    <RequestNumber id={requestId} />
  </section>
);

const WayOn = ({ outside, canRetry }: Pick<ProblemProps, "outside" | "canRetry">) => {
  const { retry, toSignIn, toDashboard } = useWords().problems;
  // Empty: the address the page has.
  const [href, text] = canRetry ? ["", retry] : outside ? ["/login", toSignIn] : ["/", toDashboard];
  return (
    <a class="button" href={href}>
      {text}
    </a>
  );
};

/** The same inside a page that is otherwise fine, for example where htmx expected a fragment. */
export const ProblemBox = ({ title, message, requestId }: Omit<ProblemProps, "status" | "outside">) => (
  <div class="notice" data-tone="bad" data-problem role="alert">
    <p>
      <strong>{title}.</strong> {message}
    </p>
    <RequestNumber id={requestId} />
    <Dismiss />
  </div>
);

/** What to quote to the operator: the same number is in the log. */
export const RequestNumber = ({ id }: { id: string | undefined }) =>
  id ? (
    <p class="request-number">
      {useWords().problems.request} <code>{id}</code>
    </p>
  ) : null;
