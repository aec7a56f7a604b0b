import { Hono, type MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { pino } from "pino";
import { createApp, type Deps } from "./app.tsx";
import { loadAssets } from "./assets.ts";
import { createHashPool, type HashPool } from "./auth/hash-pool.ts";
import { createPasswords } from "./auth/password.ts";
import { hashToken, newToken } from "./auth/token.ts";
import { loadConfig } from "./config.ts";
import { openDatabase } from "./db/open.ts";
import { discoverFragments } from "./discover.ts";
import { createMetrics } from "./metrics.ts";
import { openKeyring } from "./server-key.ts";
import { loadVisitor, openSessions, type Visitor } from "./session.ts";
import { purgeAudit, purgeExpired } from "./store/purge.ts";
import { sqlInsertTicket } from "./store/tickets.ts";
import { noUserYet } from "./store/users.ts";
import type { Bindings } from "./web.tsx";

const MINUTE_MS = 60_000;
const SETUP_MS = 30 * MINUTE_MS;

/** What a guarded route of the host finds in `c.var.visitor`. */
export type GuardedEnv = { Variables: { visitor: Visitor } };

export type GatehouseOptions = {
  /** Path it is mounted under, such as "/auth"; the same as given to `app.route`. */
  readonly at: string;
  /** Absolute path of the fragments folder; default: FRAGMENTS_DIR. */
  readonly fragments?: string;
  /** Variables as README lists them; default: the environment. */
  readonly config?: Readonly<Record<string, string | undefined>>;
  /** Address of the machine at the other end of the connection; without it all requests share their limits. */
  readonly peer?: (request: Request) => string;
  /** `(request) => server.timeout(request, 0)`: without it Bun cuts live streams that are silent for 10 seconds. */
  readonly keepOpen?: (request: Request) => void;
};

/**
 * Gatehouse inside another Hono app: `app.route("/auth", (await createGatehouse({ at: "/auth" })).app)`.
 *
 * Its pages say "/login" wherever they stand; the path in front is put in at this one place, into what goes out.
 *
 * @throws ConfigError, StartError as the start of the server does.
 */
export async function createGatehouse({ at, fragments, config: env, peer, keepOpen }: GatehouseOptions) {
  const base = at.replace(/\/+$/, "");
  const pool = createHashPool();
  const deps = await openDeps(env, fragments, pool);
  const house = createApp(deps);
  const purging = setInterval(() => void purge(deps), MINUTE_MS);

  const app = new Hono().all("*", async (c) => {
    const request = c.req.raw;
    const bindings: Bindings = { peer: peer?.(request) ?? "", ...(keepOpen && { keepOpen: () => keepOpen(request) }) };
    return outward(
      await house.fetch(inward(request, base), bindings),
      deps.config.publicOrigin ?? new URL(request.url).origin,
      base,
    );
  });
  const sessions = openSessions(deps);
  const requireUser = guard(deps, sessions, base, () => true);
  const requireAdmin = guard(deps, sessions, base, (visitor) => visitor.user.role === "admin");
  const close = async () => {
    clearInterval(purging);
    await Promise.all([house.settled(), sessions.settled()]);
    pool.close();
    await deps.db.close();
  };
  return { app, requireUser, requireAdmin, setupPath: () => setupPath(deps, base), close };
}

async function openDeps(env: GatehouseOptions["config"], folder: string | undefined, pool: HashPool): Promise<Deps> {
  const config = env === undefined ? loadConfig() : loadConfig(env);
  const log = pino({ level: config.logLevel });
  const db = await openDatabase(config.database, { log });
  const keys = await openKeyring(config, db, Date.now(), (text) => log.warn(text));
  const passwords = createPasswords({ keys, rounds: config.bcryptRounds, pool });
  const [assets, fragments] = await Promise.all([loadAssets(), discoverFragments(folder ?? config.fragmentsDir)]);
  const metrics = createMetrics(pool);
  return { config, db, clock: Date.now, log, keys, passwords, assets, fragments, metrics, ready: () => true };
}

async function purge({ db, config, log }: Deps): Promise<void> {
  const nowMs = Date.now();
  await Promise.all([purgeExpired(db, nowMs, config.sessionIdleMs), purgeAudit(db, nowMs, config.auditDays)]).catch(
    (err) => log.error({ err }, "purge failed"),
  );
}

/** One-time path for the first admin; null when there is somebody already. */
async function setupPath({ db }: Deps, base: string): Promise<string | null> {
  if (!(await noUserYet(db))) return null;
  const token = newToken();
  const nowMs = Date.now();
  const ticket = { ticketId: hashToken(token), purpose: "setup", userId: null } as const;
  await db.batch([sqlInsertTicket({ ...ticket, nowMs, expiresAtMs: nowMs + SETUP_MS })]);
  return `${base}/setup/${token}`;
}

/** For the host's own routes: strangers are sent to sign in, who may not gets 403; the role is read at every request. */
function guard(
  deps: Deps,
  sessions: ReturnType<typeof openSessions>,
  base: string,
  may: (visitor: Visitor) => boolean,
): MiddlewareHandler<GuardedEnv> {
  const load = loadVisitor(deps, sessions);
  return createMiddleware<GuardedEnv>(async (c, next) => {
    let answer: Response | undefined;
    await load(c, async () => {
      const visitor: Visitor | null = c.get("visitor") ?? null;
      if (visitor === null) answer = c.redirect(`${base}/login`, 303);
      else if (!may(visitor)) answer = c.text("Not for your account\n", 403);
      else await next();
    });
    return answer;
  });
}

/** The request as the house expects it: without the path it is mounted under. */
function inward(request: Request, base: string): Request {
  const strip = (address: string) => {
    const url = new URL(address);
    if (url.pathname === base || url.pathname.startsWith(`${base}/`))
      url.pathname = url.pathname.slice(base.length) || "/";
    return url.href;
  };
  const inner = new Request(strip(request.url), request);
  const page = request.headers.get("HX-Current-URL");
  if (page !== null && URL.canParse(page)) inner.headers.set("HX-Current-URL", strip(page));
  return inner;
}

/** A raw quote is never text: JSX escapes it. So whatever looks like an attribute is one. */
const ADDRESSES = / (href|src|action|formaction|hx-get|hx-post|hx-sse:connect)="\/(?!\/)/g;
const HEADERS = ["Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url"];

/** The answer with that path put in front of every address of ours: in headers, in attributes, in one-time links. */
function outward(answer: Response, origin: string, base: string): Response {
  const headers = new Headers(answer.headers);
  for (const name of HEADERS) {
    const address = headers.get(name);
    if (address?.startsWith("/")) headers.set(name, base + address);
  }
  const hasAddresses = /^text\/(html|csv|event-stream)/.test(headers.get("Content-Type") ?? "");
  if (answer.body === null || !hasAddresses) return new Response(answer.body, { status: answer.status, headers });
  headers.delete("Content-Length");
  const links = new RegExp(`${RegExp.escape(origin)}/(invite|reset|setup)/`, "g");
  const rewrite = (text: string) => text.replace(ADDRESSES, ` $1="${base}/`).replace(links, `${origin}${base}/$1/`);
  return new Response(answer.body.pipeThrough(rewriting(rewrite, headers)), { status: answer.status, headers });
}

/** A stream goes through message by message, anything else when it is complete: no address is cut in two. */
function rewriting(rewrite: (text: string) => string, headers: Headers): ReadableWritablePair<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const streams = headers.get("Content-Type")?.startsWith("text/event-stream");
  let held = "";
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      held += decoder.decode(chunk, { stream: true });
      const end = streams ? held.lastIndexOf("\n\n") + 2 : 0;
      if (end < 2) return;
      controller.enqueue(encoder.encode(rewrite(held.slice(0, end))));
      held = held.slice(end);
    },
    flush: (controller) => controller.enqueue(encoder.encode(rewrite(held + decoder.decode()))),
  });
}
