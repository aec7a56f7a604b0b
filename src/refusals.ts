import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { matchedRoutes } from "hono/route";
import type { Deps } from "./app.tsx";
import { visitorOrNull } from "./session.ts";
import { sqlAuditBounded } from "./store/audit-log.ts";
import { FOREIGN_ORIGIN, originOf, type PublicEnv } from "./web.tsx";

const MAX_LENGTH = 200;

/**
 * Writes down who was refused what, for every answer that says "not allowed": a page or panel that is not for this
 * visitor, or a form that came from elsewhere. One statement, bounded, and never the reason an answer fails.
 */
export async function noteRefusal({ db, clock, log }: Deps, error: Error, c: Context<PublicEnv>): Promise<void> {
  if (!(error instanceof HTTPException) || error.status !== 403) return;
  const foreign = error.message === FOREIGN_ORIGIN;
  const visitor = visitorOrNull(c);
  const { sql, params } = sqlAuditBounded({
    event: foreign ? "request.foreign_origin" : "access.refused",
    atMs: clock(),
    origin: originOf(c),
    actor: visitor?.user ?? null,
    // Addresses for strangers may hold one-time tokens: of those the route alone is kept.
    detail: {
      method: c.req.method,
      route: visitor ? c.req.path.slice(0, MAX_LENGTH) : routeOf(c),
      ...foreignPart(c, foreign),
    },
  });
  await db.run(sql, params).catch((failure) => log.error({ err: failure }, "a refusal could not be written down"));
}

function foreignPart(c: Context, foreign: boolean): { from?: string } {
  const from = c.req.header("Origin");
  return foreign && from !== undefined && from !== "null" ? { from: from.slice(0, MAX_LENGTH) } : {};
}

/** The address as it stands in the table of routes: `/setup/:token`. */
function routeOf(c: Context): string {
  return matchedRoutes(c).findLast(({ path }) => !path.includes("*"))?.path ?? "unknown";
}
