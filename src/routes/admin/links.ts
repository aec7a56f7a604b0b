import type { Context } from "hono";
import type { Deps } from "../../app.tsx";

const HOUR_MS = 3_600_000;
export const INVITATION_MS = 72 * HOUR_MS;
export const RESET_LINK_MS = HOUR_MS;

/**
 * A whole address to hand to somebody. Without PUBLIC_URL only loopback names reach this server, so the one in the
 * request is taken then, provided it is one.
 */
export function wholeAddress(c: Context, { config }: Deps, path: string): string {
  const host = c.req.header("Host") ?? "";
  const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(host);
  const origin = config.publicOrigin ?? `http://${isLoopback ? host : `localhost:${config.port}`}`;
  return origin + path;
}
