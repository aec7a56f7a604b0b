import { Hono, type MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "pino";
import { type Assets, serveAsset } from "./assets.ts";
import type { Keyring } from "./auth/keys.ts";
import type { Passwords } from "./auth/password.ts";
import type { Config } from "./config.ts";
import type { Db } from "./db/db.ts";
import type { Fragments } from "./discover.ts";
import { securityHeaders } from "./headers.ts";
import { identify } from "./identify.ts";
import { limitBody, limitForm, limitStrangers, soundRequest } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { renderer } from "./page.tsx";
import { notHere, onlyErrors, problem } from "./problems.tsx";
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
import { palette } from "./routes/palette.tsx";
import { reset } from "./routes/reset.tsx";
import { session } from "./routes/session.ts";
import { setup } from "./routes/setup.tsx";
import { isHttps, loadVisitor, openSessions } from "./session.ts";
import { type Bindings, type PublicEnv, sameOriginOnly } from "./web.tsx";

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

export function createApp(deps: Deps): App {
  const sessions = openSessions(deps);
  const app = new Hono<PublicEnv>()
    .use(securityHeaders(isHttps(deps.config)))
    .get("/static/*", (c) => serveAsset(deps.assets, c.req.raw) ?? c.text("Not found\n", 404, NOT_STORED))
    .use(identify(deps))
    .use(renderer(deps))
    .use(onlyErrors)
    .use(unlessReading(every(limitBody(), sameOriginOnly(deps.config.publicOrigin))))
    .route("/", health(deps))
    .use(loadVisitor(deps, sessions))
    // Whose form it is comes before taking it apart: strangers have a budget, and only admins send whole lists.
    .use(unlessReading(every(limitStrangers(deps), limitForm)))
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
    .route("/live", live(deps, sessions))
    .route("/customise", customise(deps))
    .route("/session", session(deps))
    .route("/palette", palette(deps))
    // Last: in Hono the guard of a sub-app at "/" also guards every sub-app mounted after it.
    .route("/", dashboard(deps));
  app.notFound((c) => notHere(app, c));
  app.onError(async (error, c) => {
    await noteRefusal(deps, error, c);
    return problem(error, c);
  });
  return { routes: app.routes, fetch: guarded(deps, app), settled: sessions.settled };
}

/** One step instead of several for what only looks at forms. */
const unlessReading =
  (check: MiddlewareHandler): MiddlewareHandler =>
  (c, next) =>
    c.req.method === "GET" || c.req.method === "HEAD" ? next() : check(c, next);

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
