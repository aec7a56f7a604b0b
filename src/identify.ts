import { randomUUID } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import type { Deps } from "./app.tsx";
import { clientAddress, trustedProxies, undeclaredProxy } from "./auth/address.ts";
import { isNegotiated } from "./language.ts";
import { visitorOrNull } from "./session.ts";
import type { PublicEnv } from "./web.tsx";

/** A number and an address for the request, and one log line when it is answered. Addresses may hold tokens: the line has the route. */
export const identify = ({ log, config, metrics }: Deps) => {
  const trusted = trustedProxies(config.trustedProxies);
  return createMiddleware<PublicEnv>(async (c, next) => {
    const startedMs = performance.now();
    const requestId = randomUUID();
    c.set("requestId", requestId);
    c.set("log", () => log.child({ requestId }));
    const forwardedFor = c.req.header("X-Forwarded-For") ?? null;
    c.set("address", clientAddress(c.env.peer, forwardedFor, trusted));
    c.set("undeclaredProxy", undeclaredProxy(c.env.peer, forwardedFor, trusted));
    await next();
    // Not c.header(): once there is an answer, that copies it and turns its text into a stream, at twice the cost of all else.
    c.res.headers.set("Cache-Control", "no-store");
    c.res.headers.append("Vary", isNegotiated(c) ? "HX-Request-Type, Accept-Language" : "HX-Request-Type");
    const ms = performance.now() - startedMs;
    const { method } = c.req;
    const { status } = c.res;
    const route = routePath(c);
    metrics.request(method, route, status, ms / 1000);
    const userId = visitorOrNull(c)?.user.id;
    log.info({ requestId, method, route, status, ms: Math.round(ms), userId }, "request");
  });
};
