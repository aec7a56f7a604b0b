/** A first look at one field while it is typed, such as the strength of a new password; the form itself goes first. */
import htmx from "htmx.org";
import type { RequestEvent } from "./client.ts";

htmx.on("htmx:config:request", leaveOut);
htmx.on("htmx:before:request", giveWay);

/** htmx sends the whole form an element is in; what only looks at one field need not see the secrets beside it. */
function leaveOut({ detail: { ctx } }: RequestEvent) {
  const { sendsOnly } = (ctx.sourceElement as HTMLElement).dataset;
  const body = ctx.request.body as FormData | undefined;
  if (sendsOnly && body) for (const name of [...body.keys()]) if (name !== sendsOnly) body.delete(name);
}

/** The form may renew the session: a look that left before would be answered as a stranger's, and lead to the sign-in page. */
function giveWay(event: RequestEvent) {
  const { sourceElement } = event.detail.ctx;
  if (sourceElement.matches("form[aria-busy] [data-sends-only]")) return event.preventDefault();
  // Not htmx.trigger: it bubbles, and would abort the form too.
  for (const glance of sourceElement.querySelectorAll("[data-sends-only]"))
    glance.dispatchEvent(new Event("htmx:abort"));
}
