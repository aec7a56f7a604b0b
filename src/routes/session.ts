import type { Deps } from "../app.tsx";
import { timeLeft } from "../session.ts";
import { userRoutes } from "../web.tsx";

/**
 * For the page that warns before a session ends: asked with the header of polls (`POLLING_HEADER`) it is no activity,
 * posted to it is. A session that is over is told where to sign in again, like everywhere.
 */
export const session = (deps: Deps) =>
  userRoutes()
    .get("/", (c) => c.json(timeLeft(deps, c.var.visitor)))
    .post("/", (c) => c.json(timeLeft(deps, c.var.visitor)));
