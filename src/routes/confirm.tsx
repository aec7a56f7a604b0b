import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import type { Deps } from "../app.tsx";
import type { UserEnv } from "../web.tsx";

/** How long a proof of who one is, at sign-in or when asked again, is good for sensitive acts. */
export const CONFIRMED_FOR_MS = 10 * 60_000;

/**
 * Put it before the handler of a sensitive act: lets through who proved themselves within the last ten minutes.
 */
export const confirmedOnly = ({ clock }: Deps): MiddlewareHandler<UserEnv> =>
  createMiddleware<UserEnv>(async (c, next) => {
    if (clock() - c.var.visitor.session.confirmedAtMs > CONFIRMED_FOR_MS) throw new HTTPException(403);
    await next();
  });
