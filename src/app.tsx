import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { html } from "hono/html";
import { HTTPException } from "hono/http-exception";
import type { Child } from "hono/jsx";
import { routePath } from "hono/route";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "pino";
import { Layout } from "#views/layout.tsx";
import { Problem, ProblemBox, problemText } from "#views/problem.tsx";
import { type Assets, serveAsset } from "./assets.ts";
import { clientAddress, trustedProxies, undeclaredProxy } from "./auth/address.ts";
import { OverBudget } from "./auth/budget.ts";
import { HashingBusy } from "./auth/hash-pool.ts";
import type { Keyring } from "./auth/keys.ts";
import type { Passwords } from "./auth/password.ts";
import type { Config } from "./config.ts";
import { DatabaseUnavailable, type Db } from "./db/db.ts";
import { type Fragments, mayUse } from "./discover.ts";
import { securityHeaders } from "./headers.ts";
import { limitBody, limitForm, limitStrangers, soundRequest } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { noteRefusal } from "./refusals.ts";
import { account } from "./routes/account.tsx";
import { audit } from "./routes/admin/audit.tsx";
import { importPeople } from "./routes/admin/import.tsx";
import { person } from "./routes/admin/person.tsx";
import { users } from "./routes/admin/users.tsx";
import { confirm } from "./routes/confirm.tsx";
import { customise } from "./routes/customise.tsx";
import { dashboard } from "./routes/dashboard.tsx";
import { fragments } from "./routes/fragments.tsx";
import { health } from "./routes/health.tsx";
import { invite } from "./routes/invite.tsx";
import { live } from "./routes/live.tsx";
import { code } from "./routes/login/code.tsx";
import { enrol } from "./routes/login/enrol.tsx";
import { login } from "./routes/login.tsx";
import { logout } from "./routes/logout.tsx";
import { metrics } from "./routes/metrics.tsx";
import { reset } from "./routes/reset.tsx";
import { setup } from "./routes/setup.tsx";
import { isHttps, loadVisitor, openSessions, type Visitor, visitorOrNull } from "./session.ts";
import { type Bindings, isPartial, type PageProps, type PublicEnv, sameOriginOnly } from "./web.tsx";

/** Everything a request may need, made once at start and handed down; nothing is global. */
export type Deps = {
  readonly config: Config;
  readonly db: Db;
  /** Unix time in milliseconds. */
  readonly clock: () => number;
  readonly log: Logger;
  readonly keys: Keyring;
  readonly passwords: Passwords;
  readonly assets: Assets;
  readonly fragments: Fragments;
  readonly metrics: Metrics;
  /** False while the server is stopping. */
  readonly ready: () => boolean;
  /** Only while developing: another one after every start, so that open pages know to load themselves anew. */
  readonly bootId?: string | undefined;
};

export type App = {
  /** Answers every request, also when something throws what is no Error. */
  readonly fetch: (request: Request, bindings: Bindings) => Promise<Response>;
  /** All routes, for tests that walk them. */
  readonly routes: Hono<PublicEnv>["routes"];
  /** Resolves when everything written behind the answers is written; for the end of the process. */
  readonly settled: () => Promise<void>;
};

const NOT_STORED = { "Cache-Control": "no-store" };
/** What pages and forms use; no route listens to anything else. */
const OFFERED = ["GET", "POST"];

export function createApp(deps: Deps): App {
  const sessions = openSessions(deps);
  const app = new Hono<PublicEnv>()
    .use(securityHeaders(isHttps(deps.config)))
    .get("/static/*", (c) => serveAsset(deps.assets, c.req.raw) ?? c.text("Not found\n", 404, NOT_STORED))
    .use(identify(deps))
    .use(renderer(deps))
    .use(onlyErrors)
    .use(limitBody())
    .use(sameOriginOnly(deps.config.publicOrigin))
    .use(limitForm)
    .route("/", health(deps))
    .use(loadVisitor(deps, sessions))
    .use(limitStrangers(deps))
    .route("/login/code", code(deps))
    .route("/login/enrol", enrol(deps))
    .route("/login", login(deps))
    .route("/logout", logout(deps))
    .route("/metrics", metrics(deps))
    .route("/reset", reset(deps))
    .route("/setup", setup(deps))
    .route("/invite", invite(deps))
    .route("/confirm", confirm(deps))
    .route("/account", account(deps))
    .route("/admin/audit", audit(deps))
    .route("/admin/users/import", importPeople(deps))
    .route("/admin/users", users(deps))
    .route("/admin/users", person(deps))
    .route("/fragments", fragments(deps))
    .route("/live", live(deps))
    .route("/customise", customise(deps))
    // Last: in Hono the guard of a sub-app at "/" also guards every sub-app mounted after it.
    .route("/", dashboard(deps));
  app.notFound((c) => notHere(app, c));
  app.onError(async (error, c) => {
    await noteRefusal(deps, error, c);
    return problem(error, c);
  });
  return { routes: app.routes, fetch: guarded(deps, app), settled: sessions.settled };
}

/** A number and an address for the request, and one log line when it is answered. Addresses may hold tokens: the line has the route. */
const identify = ({ log, config, metrics }: Deps) => {
  const trusted = trustedProxies(config.trustedProxies);
  return createMiddleware<PublicEnv>(async (c, next) => {
    const startedMs = performance.now();
    const requestId = randomUUID();
    c.set("requestId", requestId);
    c.set("log", log.child({ requestId }));
    const forwardedFor = c.req.header("X-Forwarded-For") ?? null;
    c.set("address", clientAddress(c.env.peer, forwardedFor, trusted));
    c.set("undeclaredProxy", undeclaredProxy(c.env.peer, forwardedFor, trusted));
    await next();
    c.header("Cache-Control", "no-store");
    c.header("Vary", "HX-Request-Type", { append: true });
    const ms = performance.now() - startedMs;
    const { method } = c.req;
    const { status } = c.res;
    const route = routePath(c);
    metrics.request(method, route, status, ms / 1000);
    c.var.log.info({ method, route, status, ms: Math.round(ms), userId: visitorOrNull(c)?.user.id }, "request");
  });
};

/** `c.render`: the bare view where htmx swaps it into a page, otherwise the whole page around it. */
const renderer = (deps: Deps) =>
  createMiddleware<PublicEnv>(async (c, next) => {
    c.setRenderer((content, { title, status = 200, canCancel = false }) => {
      // biome-ignore lint/complexity/noUselessFragments: gives c.html one element, whatever the view is
      if (isPartial(c)) return c.html(<>{content}</>, status);
      const page = wholePage(deps, c.req.path, visitorOrNull(c), { title, canCancel }, content);
      return c.html(html`<!DOCTYPE html>${page}`, status);
    });
    await next();
  });

function wholePage(deps: Deps, path: string, visitor: Visitor | null, props: PageProps, content: Child) {
  const { assets, config } = deps;
  const app = { name: config.appName, css: assets.css, js: assets.js, icon: assets.icon };
  return (
    <Layout {...props} app={app} visitor={visitor?.user ?? null} menu={menuOf(deps, visitor)} path={path}>
      {content}
    </Layout>
  );
}

function menuOf({ fragments }: Deps, visitor: Visitor | null): { title: string; href: string }[] {
  if (visitor === null) return [];
  const own = fragments.usable
    .filter(({ fragment }) => mayUse(fragment, visitor.user))
    .map(({ name, fragment }) => ({ title: fragment.title, href: `/fragments/${name}` }));
  return visitor.user.role === "admin" ? [...own, ...ADMIN_MENU] : own;
}

const ADMIN_MENU = [
  { title: "People", href: "/admin/users" },
  { title: "Audit log", href: "/admin/audit" },
];

/** Hono hands only Errors to `onError`; what else is thrown would fall through every net but the last. */
const onlyErrors = createMiddleware(async (_, next) => {
  try {
    await next();
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`);
  }
});

/** 405 with the methods there are, where the address is known. Guards have answered before: strangers learn nothing new. */
function notHere(app: Hono<PublicEnv>, c: Context<PublicEnv>): Response | Promise<Response> {
  const methods = OFFERED.filter((method) => {
    const [handlers] = app.router.match(method, c.req.path);
    return handlers.some(([[, route]]) => route.method === method);
  });
  if (methods.length === 0) return problem(new HTTPException(404), c);
  c.header("Allow", methods.map((method) => (method === "GET" ? "GET, HEAD" : method)).join(", "));
  return problem(new HTTPException(405), c);
}

/** Every error answer: what happened and what to do, never why. The log has the rest, found by the request id. */
function problem(error: Error, c: Context<PublicEnv>): Response | Promise<Response> {
  const { status, retryAfterSeconds } = classify(error);
  const { requestId, log } = c.var;
  if (status >= 500) log.error({ err: error }, "request failed");
  else log.warn({ status, reason: error.message }, "request refused");
  if (retryAfterSeconds !== undefined) c.header("Retry-After", String(retryAfterSeconds));
  const text = problemText(status);
  if (!isPartial(c))
    return c.render(<Problem status={status} requestId={requestId} {...text} />, { title: text.title, status });
  if (c.req.method !== "GET") {
    // Beside the form rather than in its place: what the person typed stays.
    c.header("HX-Retarget", "#toasts");
    c.header("HX-Reswap", "innerHTML");
  }
  return c.render(<ProblemBox requestId={requestId} {...text} />, { title: text.title, status });
}

function classify(error: Error): { status: ContentfulStatusCode; retryAfterSeconds?: number } {
  if (error instanceof HTTPException) return { status: error.status as ContentfulStatusCode };
  if (error instanceof HashingBusy) return { status: 503, retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof OverBudget) return { status: 429, retryAfterSeconds: error.retryAfterSeconds };
  if (error instanceof DatabaseUnavailable) return { status: 503, retryAfterSeconds: 5 };
  // The browser went away, or was too slow, while its request was being read: nobody's fault here.
  if (error.name === "AbortError") return { status: 400 };
  return { status: 500 };
}

/** Turns away what no route may see. If even an error answer throws, the browser gets a bare 500 and the process lives on. */
function guarded(deps: Deps, app: Hono<PublicEnv>): App["fetch"] {
  const bare = bareAnswers(deps);
  return async (request, bindings) => {
    try {
      const sound = soundRequest(request);
      return sound === null ? await bare(400, "This request makes no sense.\n") : await app.fetch(sound, bindings);
    } catch (thrown) {
      deps.log.error({ err: thrown instanceof Error ? thrown : new Error(String(thrown)) }, "the error answer failed");
      return bare(500, "Something broke on our side. It is logged.\n");
    }
  };
}

/** Plain text with the same headers as everything else. */
function bareAnswers({ config }: Deps) {
  type Answer = { text: string; status: ContentfulStatusCode };
  const app = new Hono<{ Bindings: Answer }>()
    .use(securityHeaders(isHttps(config)))
    .get("/", (c) => c.text(c.env.text, c.env.status, NOT_STORED));
  return (status: ContentfulStatusCode, text: string) => app.fetch(new Request("http://localhost/"), { status, text });
}
