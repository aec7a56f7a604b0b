import { zValidator } from "@hono/zod-validator";
import type { Context, MiddlewareHandler } from "hono";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import type { Child } from "hono/jsx";
import { matchedRoutes } from "hono/route";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "pino";
import type { z } from "zod";
import type { Words } from "#views/words.tsx";
import { type Mistake, sayMistake } from "./auth/mistakes.ts";
import { wordsOf } from "./language.ts";
import type { Visitor } from "./session.ts";
import type { Origin } from "./store/audit-log.ts";

/** What the server passes in beside the request. */
export type Bindings = {
  /** Address of the machine at the other end of the connection: a browser, or a proxy in front of us. */
  readonly peer: string;
  /** Call it for an answer that may be silent for longer than 10 seconds: Bun would cut the connection. */
  readonly keepOpen?: () => void;
};

type PublicVariables = {
  /** Its lines have the request's number. Made when asked for: most requests have nothing to say but their one line. */
  log: () => Logger;
  requestId: string;
  address: string;
  /** Address of a proxy that this very request came through and nobody declared as trusted. */
  undeclaredProxy: string | null;
};

/** A route anybody may ask. Reading the visitor here is a compile error. */
export type PublicEnv = { Bindings: Bindings; Variables: PublicVariables };
/** A route for people who are signed in. */
export type UserEnv = { Bindings: Bindings; Variables: PublicVariables & { visitor: Visitor } };

type MaybeEnv = { Bindings: Bindings; Variables: PublicVariables & { visitor: Visitor | null } };

export type PageProps = {
  /** A text of the catalogue by its place in it, or one that is the same in every language. */
  title: string | ((words: Words) => string);
  /** Default 200. */
  status?: ContentfulStatusCode;
  /** Half signed in: the layout offers a way out. */
  canCancel?: boolean;
};

declare module "hono" {
  interface ContextRenderer {
    // biome-ignore lint/style/useShorthandFunctionType: declaration merging needs the interface
    (content: Child, props: PageProps): Response | Promise<Response>;
  }
}

/** Routes for everybody. */
export const publicRoutes = () => new Hono<PublicEnv>();

/**
 * Routes for people who are signed in; the guard comes with the builder, so no handler can be without it.
 *
 * @param guarded narrower than everything below the mount point only where that would be every address there is.
 */
export const userRoutes = (guarded = "*") => new Hono<UserEnv>().use(guarded, requireUser);

/** Routes for admins. */
export const adminRoutes = () => new Hono<UserEnv>().use(requireUser, requireAdmin);

const requireUser: MiddlewareHandler = createMiddleware<MaybeEnv>(async (c, next) => {
  // Not c.var here and in what else every request passes: each time, it copies all variables into a new object.
  // Also where nobody looked for a visitor: undefined is no visitor either.
  return c.get("visitor") ? next() : signInFirst(c);
});

const requireAdmin: MiddlewareHandler = createMiddleware<UserEnv>(async (c, next) => {
  if (c.var.visitor.user.role !== "admin") throw new HTTPException(403, { message: "not an admin" });
  await next();
});

/** True when htmx swaps the answer into a page. htmx4: this header decides, `HX-Request` alone does not. */
export const isPartial = (c: Context): boolean => c.req.header("HX-Request-Type") === "partial";

/** True when htmx reads the answer, for a part or for a whole page. */
export const viaHtmx = (c: Context): boolean =>
  c.req.header("HX-Request") !== undefined || c.req.header("HX-History-Restore-Request") !== undefined;

/**
 * Moves the browser on, for htmx and for plain forms. A 303 alone would be followed inside fetch, and the next page
 * swapped into the place of the form.
 */
export function go(c: Context, address: string, status: 204 | 401 = 204): Response {
  return viaHtmx(c) ? c.body(null, status, { "HX-Redirect": address }) : c.redirect(address, 303);
}

function signInFirst(c: Context): Response {
  const wanted = wantedAddress(c);
  return go(c, wanted === null ? "/login" : `/login?next=${encodeURIComponent(wanted)}`, 401);
}

/** The page a stranger wanted to see, so that sign-in can lead back to it. */
function wantedAddress(c: Context): string | null {
  const page = viaHtmx(c) ? c.req.header("HX-Current-URL") : READING.has(c.req.method) ? c.req.url : undefined;
  if (page === undefined || !URL.canParse(page)) return null;
  // The path alone: behind a proxy the host here is another than the browser's. Sign-in checks it once more.
  const { pathname, search } = new URL(page);
  return pathname === "/" ? null : pathname + search;
}

const MAX_USER_AGENT = 255;

/** Where a request came from, for the audit log and the list of sessions. */
export function originOf(c: Context<PublicEnv> | Context<UserEnv>): Origin {
  const userAgent = (c.req.header("User-Agent") ?? "").replace(/[^\x20-\x7e]/g, "?").slice(0, MAX_USER_AGENT);
  return { ip: c.var.address, userAgent, requestId: c.var.requestId };
}

export type Posted = Readonly<Record<string, string>>;
export type FieldMistakes = Partial<Record<string, string>>;

/**
 * Validates a posted form; a wrong one is answered by `refuse` with its first mistake per field, in the visitor's
 * language, or with a plain 422 where only a hand-made request can be wrong.
 *
 * A schema meets whatever was sent: a file, or a list where a field came twice. Only text that was not valid UTF-8 is
 * refused before (`limits.ts`).
 */
export function form<S extends z.ZodType>(
  schema: S,
  refuse?: (c: Context, mistakes: FieldMistakes, posted: Posted) => Response | Promise<Response>,
) {
  return zValidator("form", schema, (result, c) => {
    if (result.success) return;
    if (refuse === undefined) throw new HTTPException(422);
    const posted = plainTexts(result.data as Record<string, unknown>);
    return refuse(c, firstMistakes(result.error.issues, wordsOf(c).mistakes), posted);
  });
}

function plainTexts(data: Record<string, unknown>): Posted {
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

function firstMistakes(issues: readonly Issue[], words: Words["mistakes"]): FieldMistakes {
  const mistakes: FieldMistakes = {};
  for (const issue of issues) {
    const field = String(issue.path[0] ?? "");
    mistakes[field] ??= sayMistake(issue.message, words);
  }
  return mistakes;
}

/** What a rule found wrong, by field, in the visitor's language. */
export function inWords(c: Context, found: Readonly<Record<string, Mistake>>): FieldMistakes {
  const words = wordsOf(c).mistakes;
  return Object.fromEntries(Object.entries(found).map(([field, say]) => [field, say(words)]));
}

/** Answers 429: the same form with a text that names the wait, and `Retry-After` in seconds for programs. */
export function tryLater(
  c: Context,
  retryAfterMs: number,
  view: (message: string) => Child,
  props: Omit<PageProps, "status">,
): Response | Promise<Response> {
  c.header("Retry-After", String(Math.ceil(retryAfterMs / 1000)));
  const minutes = Math.max(1, Math.ceil(retryAfterMs / 60_000));
  const { tooManyTries } = wordsOf(c).common;
  const message = minutes < 120 ? tooManyTries(minutes, "minute") : tooManyTries(Math.ceil(minutes / 60), "hour");
  return c.render(view(message), { ...props, status: 429 });
}

/** Why a form from somebody else's page is refused, as it stands in the log. */
export const FOREIGN_ORIGIN = "foreign origin";

const READING = new Set(["GET", "HEAD"]);
const FORM_TYPES = /^(application\/x-www-form-urlencoded|multipart\/form-data)\s*(;|$)/i;

/**
 * Refuses unsafe requests that did not start on a page of ours (CSRF), and bodies that are not forms.
 *
 * Browsers send `Origin` with every unsafe request, also with plain forms as long as the referrer policy is
 * `same-origin`. It is compared with the configured address, never with what the request says of itself; on loopback
 * without a configured address the `Host` header stands in, which no page can forge there. hono/csrf lets JSON types
 * pass and is content when either of two headers looks right, so it is not used here.
 *
 * Every method that is not for reading counts as unsafe, whatever its name; only what no route takes goes on, to its 405.
 */
export const sameOriginOnly = (publicOrigin: string | null): MiddlewareHandler =>
  createMiddleware<PublicEnv>(async (c, next) => {
    if (READING.has(c.req.method) || !isTaken(c)) return next();
    const type = c.req.header("Content-Type");
    if (type !== undefined && !FORM_TYPES.test(type)) throw new HTTPException(415, { message: "not a form" });
    if (!isSameOrigin(c, publicOrigin)) throw new HTTPException(403, { message: FOREIGN_ORIGIN });
    await next();
  });

const isTaken = (c: Context): boolean =>
  c.req.method === "POST" || matchedRoutes(c).some(({ method }) => method === c.req.method);

/** Whether an unsafe request started on a page of this site, as far as browsers tell. */
export function isSameOrigin(c: Context, publicOrigin: string | null): boolean {
  const origin = c.req.header("Origin");
  const site = c.req.header("Sec-Fetch-Site");
  if (site === "cross-site" || site === "same-site") return false;
  if (origin === undefined) return site === "same-origin";
  if (publicOrigin !== null) return origin === publicOrigin;
  const host = c.req.header("Host") ?? "";
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(host) && origin === `http://${host}`;
}
