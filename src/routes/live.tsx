import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { Deps } from "../app.tsx";
import { type Entry, mayUse } from "../discover.ts";
import { visitorOf } from "../session.ts";
import type { SessionGatherer } from "../store/session-gatherer.ts";
import { type UserEnv, userRoutes } from "../web.tsx";
import { pause } from "./fragments/context.ts";
import { pump } from "./live/pump.tsx";

/** How soon a stream notices that its session, or its visitor's right to look, is gone. */
const CHECK_EVERY_MS = 1000;
/** Proxies cut what is silent for a minute. */
const HEARTBEAT_EVERY_MS = 15_000;
/** Windows of one person that are visible at once; hidden ones hang up by themselves. */
const MAX_STREAMS_PER_SESSION = 5;

/**
 * The one stream of a page: `/live?of=<name>&of=<name>` sends the views of all its live fragments as they change.
 * Who may not see one of them gets no stream at all, as with the fragment itself.
 */
export const live = (deps: Deps, sessions: SessionGatherer) => {
  const streams = countBySession();
  return userRoutes().get("/", (c) => {
    const entries = wantedEntries(c, deps);
    // Whoever asks for the head alone reads no stream, and would never hang up on one.
    if (c.req.method === "HEAD") return c.body(null);
    const sessionId = c.var.visitor.session.id;
    if (!streams.enter(sessionId)) throw new HTTPException(429, { message: "too many live streams" });
    c.env.keepOpen?.();
    return streamSSE(c, async (stream) => {
      try {
        await send(c, deps, sessions, entries, stream);
      } catch (err) {
        c.var.log().error({ err }, "live stream failed");
      } finally {
        streams.leave(sessionId);
        // Ends it also where the other side has stopped reading.
        stream.abort();
      }
    });
  });
};

function wantedEntries(c: Context<UserEnv>, { fragments, bootId }: Deps): Entry[] {
  const names = new Set(c.req.queries("of"));
  if (names.size === 0 && bootId === undefined) throw new HTTPException(404);
  return [...names].map((name) => {
    const fragment = fragments.find(name);
    if (fragment === null) throw new HTTPException(404);
    if (!mayUse(fragment, c.var.visitor.user)) throw new HTTPException(403, { message: `fragment ${name}` });
    return { name, fragment };
  });
}

/** Resolves when the browser has gone, or may not look any longer. */
async function send(
  c: Context<UserEnv>,
  deps: Deps,
  sessions: SessionGatherer,
  entries: readonly Entry[],
  stream: SSEStreamingApi,
): Promise<void> {
  const over = new AbortController();
  stream.onAbort(() => over.abort());
  if (stream.aborted) return;
  if (c.req.query("boot") === deps.bootId) await stream.write(": connected\n\n");
  else await stream.writeSSE({ event: "outdated", data: "" });
  for (const entry of entries) void pump(c, deps, entry, stream, over.signal);
  try {
    await untilOver(c, deps, sessions, entries, stream, over.signal);
  } finally {
    over.abort();
  }
}

async function untilOver(
  c: Context<UserEnv>,
  deps: Deps,
  sessions: SessionGatherer,
  entries: readonly Entry[],
  stream: SSEStreamingApi,
  signal: AbortSignal,
): Promise<void> {
  const { user, session } = c.var.visitor;
  for (let silentMs = 0; ; silentMs += CHECK_EVERY_MS) {
    await pause(CHECK_EVERY_MS, signal);
    if (signal.aborted || !deps.ready()) return;
    // An error here ends the stream: what cannot be verified is not shown. The browser comes back by itself.
    const visitor = await visitorOf(deps, sessions, session.id);
    // What runs was started for this role; the browser's next request starts it anew for the other one.
    if (visitor === null || visitor.user.role !== user.role) return;
    if (!entries.every(({ fragment }) => mayUse(fragment, visitor.user))) return;
    if (silentMs % HEARTBEAT_EVERY_MS === 0) void stream.write(": still here\n\n");
  }
}

function countBySession() {
  const counts = new Map<string, number>();
  return {
    enter: (sessionId: string): boolean => {
      const count = counts.get(sessionId) ?? 0;
      if (count >= MAX_STREAMS_PER_SESSION) return false;
      counts.set(sessionId, count + 1);
      return true;
    },
    leave: (sessionId: string): void => {
      const count = (counts.get(sessionId) ?? 1) - 1;
      if (count > 0) counts.set(sessionId, count);
      else counts.delete(sessionId);
    },
  };
}
