import type { Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { deadLinkText, Problem, ProblemBox, problemText } from "#views/problem.tsx";
import type { Words } from "#views/words.tsx";
import { OverBudget } from "./auth/budget.ts";
import { DeadLink } from "./auth/dead-link.ts";
import { HashingBusy } from "./auth/hash-pool.ts";
import { DatabaseUnavailable } from "./db/db.ts";
import { wordsOf } from "./language.ts";
import { FOREIGN_ORIGIN, isPartial, type PublicEnv } from "./web.tsx";

/** What pages and forms use; no route listens to anything else. */
const OFFERED = ["GET", "POST"];

/** Hono hands only Errors to `onError`; what else is thrown would fall through every net but the last. */
export const onlyErrors = createMiddleware(async (_, next) => {
  try {
    await next();
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`);
  }
});

/** 405 with the methods there are, where the address is known. Guards have answered before: strangers learn nothing new. */
export function notHere(app: Hono<PublicEnv>, c: Context<PublicEnv>): Response | Promise<Response> {
  const methods = OFFERED.filter((method) => {
    const [handlers] = app.router.match(method, c.req.path);
    return handlers.some(([[, route]]) => route.method === method);
  });
  if (methods.length === 0) return problem(new HTTPException(404), c);
  c.header("Allow", methods.map((method) => (method === "GET" ? "GET, HEAD" : method)).join(", "));
  return problem(new HTTPException(405), c);
}

/** Every error answer: what happened and what to do, never why. The log has the rest, found by the request id. */
export function problem(error: Error, c: Context<PublicEnv>): Response | Promise<Response> {
  const { status, retryAfterSeconds } = classify(error);
  const ours = status >= 500;
  const log = c.var.log();
  if (ours) log.error({ err: error }, "request failed");
  else log.warn({ status, reason: error.message }, "request refused");
  if (retryAfterSeconds !== undefined) c.header("Retry-After", String(retryAfterSeconds));
  const words = wordsOf(c);
  const text = textOf(error, words, status);
  // To be quoted to whoever runs this: nobody has to report a mistyped address.
  const told = { ...text, requestId: ours ? c.var.requestId : undefined };
  const page = { title: text.title, status };
  if (!isPartial(c)) {
    const canRetry = ours && c.req.method === "GET";
    return c.render(
      <Problem {...told} status={status} outside={error instanceof DeadLink} canRetry={canRetry} />,
      page,
    );
  }
  if (c.req.method !== "GET") {
    // Beside the form rather than in its place: what the person typed stays.
    c.header("HX-Retarget", "#toasts");
    c.header("HX-Reswap", "innerHTML");
  }
  return c.render(<ProblemBox {...told} />, page);
}

function textOf(error: Error, words: Words, status: number) {
  if (error instanceof DeadLink) return deadLinkText(words, error.purpose);
  return error.message === FOREIGN_ORIGIN ? words.problems.foreignForm : problemText(words, status);
}

function classify(error: Error): { status: ContentfulStatusCode; retryAfterSeconds?: number } {
  if (error instanceof HTTPException) return { status: error.status as ContentfulStatusCode };
  if (error instanceof DeadLink) return { status: 404 };
  if (error instanceof HashingBusy) return { status: 503, retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof OverBudget) return { status: 429, retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof DatabaseUnavailable) return { status: 503, retryAfterSeconds: 5 };
  // The browser went away, or was too slow, while its request was being read: nobody's fault here.
  if (error.name === "AbortError") return { status: 400 };
  return { status: 500 };
}
