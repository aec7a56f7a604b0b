import { Hono, type MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { pino } from "pino";
import type { Deps } from "./app.tsx";
import { loadConfig } from "./config.ts";
import { inward, outward } from "./embed/base-path.ts";
import { openHouse } from "./house.ts";
import { soundRequest } from "./limits.ts";
import { loadVisitor, openSessions, type Visitor } from "./session.ts";
import { isSameOrigin } from "./web.tsx";

/** What a guarded route of the host finds in `c.var.visitor`. */
export type GuardedEnv = { Variables: { visitor: Visitor } };

export type GatehouseOptions = {
  /** Path it is mounted under, such as "/auth"; the same as given to `app.route`. */
  readonly at: string;
  /** Path of the fragments folder, instead of FRAGMENTS_DIR. */
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
 * @throws ConfigError, StartError as the start of the server does.
 */
export async function createGatehouse({ at, fragments, config: env, peer, keepOpen }: GatehouseOptions) {
  const base = at.endsWith("/") ? at.slice(0, -1) : at;
  const config = loadConfig(env, fragments === undefined ? {} : { FRAGMENTS_DIR: fragments });
  const house = await openHouse(config, pino({ level: config.logLevel }));

  const app = new Hono().all("*", async (c) => {
    const { raw } = c.req;
    const bindings = { peer: peer?.(raw) ?? "", ...(keepOpen && { keepOpen: () => keepOpen(raw) }) };
    const request = soundRequest(raw);
    // What leaves open whom it is for has no path to take off; the house answers it with 400.
    if (request === null) return house.app.fetch(raw, bindings);
    const origin = config.publicOrigin ?? new URL(request.url).origin;
    return outward(await house.app.fetch(inward(request, base), bindings), origin, base);
  });
  const sessions = openSessions(house.deps);
  const guarded = (may: (visitor: Visitor) => boolean) =>
    guard(house.deps, loadVisitor(house.deps, sessions), base, may);
  return {
    app,
    requireUser: guarded(() => true),
    requireAdmin: guarded((visitor) => visitor.user.role === "admin"),
    /** One-time path for the first admin; null when there is somebody already. */
    setupPath: async () => {
      const path = await house.setupPath();
      return path === null ? null : base + path;
    },
    close: async () => {
      await sessions.settled();
      await house.close();
    },
  };
}

const READ_ONLY = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * For the host's own routes: strangers are sent to sign in, who may not gets 403, and so does what another site has the
 * browser send (CSRF). Role and status are read at every request; answers are never stored.
 */
function guard(
  { config }: Deps,
  load: MiddlewareHandler,
  base: string,
  may: (visitor: Visitor) => boolean,
): MiddlewareHandler<GuardedEnv> {
  return createMiddleware<GuardedEnv>(async (c, next) => {
    const foreign = !READ_ONLY.has(c.req.method) && !isSameOrigin(c, config.publicOrigin);
    if (foreign) return c.text("This did not come from a page of this site\n", 403);
    let answer: Response | undefined;
    await load(c, async () => {
      const visitor: Visitor | null = c.get("visitor") ?? null;
      if (visitor === null) answer = c.redirect(`${base}/login`, 303);
      else if (!may(visitor)) answer = c.text("Not for your account\n", 403);
      else await next();
    });
    // Not c.header(): once there is an answer, Hono makes it anew from its stream, and its type is lost.
    (answer ?? c.res).headers.set("Cache-Control", "no-store");
    return answer;
  });
}
