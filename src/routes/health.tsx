import type { Deps } from "../app.tsx";
import { publicRoutes } from "../web.tsx";

/** For probes: `/healthz` says the process answers, `/readyz` that the database does too; its tables were brought up to date at start. */
export const health = ({ db, ready }: Deps) =>
  publicRoutes()
    .get("/healthz", (c) => c.text("ok\n", 200))
    .get("/readyz", async (c) => {
      try {
        await db.one("SELECT name FROM locks WHERE name = 'admins'");
        return ready() ? c.text("ready\n", 200) : c.text("stopping\n", 503);
      } catch {
        return c.text("database not available\n", 503);
      }
    });
