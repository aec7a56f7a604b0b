import { HTTPException } from "hono/http-exception";
import type { Deps } from "../app.tsx";
import { visitorOrNull } from "../session.ts";
import { publicRoutes } from "../web.tsx";

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/**
 * For a Prometheus on the same machine, and for admins in the browser; nobody else learns that it is here.
 *
 * Assumes that a proxy in front of us says so: what it passes on also comes from loopback, but with `X-Forwarded-For`.
 */
export const metrics = (deps: Deps) =>
  publicRoutes().get("/", (c) => {
    const direct = LOOPBACK.has(c.env.peer) && c.req.header("X-Forwarded-For") === undefined;
    if (!direct && visitorOrNull(c)?.user.role !== "admin") throw new HTTPException(404);
    return c.text(deps.metrics.text(), 200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" });
  });
