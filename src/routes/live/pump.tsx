import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { SSEStreamingApi } from "hono/streaming";
import { LiveUpdate } from "#views/dashboard.tsx";
import type { Deps } from "../../app.tsx";
import type { Entry } from "../../discover.ts";
import { partOf } from "../../fragment.ts";
import type { UserEnv } from "../../web.tsx";
import { contextOf, pause } from "../fragments/context.ts";
import { failed, toHtml, within } from "../fragments/run.tsx";

/** A fragment that never waits between two views would keep everybody else from being answered. */
const PAUSE_BETWEEN_MS = 100;
/** After a failure the stream of this one fragment starts again. */
const AGAIN_AFTER_MS = 10_000;

/** Sends what one fragment yields, until it has nothing more or `signal` is aborted; its failures stay in its card. */
export async function pump(
  c: Context<UserEnv>,
  deps: Deps,
  entry: Entry,
  stream: SSEStreamingApi,
  signal: AbortSignal,
): Promise<void> {
  const context = contextOf(c, deps, entry, () => signal);
  let last = "";
  const send = async (id: string, content: Child) => {
    const update = await toHtml(c, <LiveUpdate id={id}>{content}</LiveUpdate>);
    if (signal.aborted || String(update) === last) return;
    last = String(update);
    await stream.writeSSE({ data: last });
  };
  while (!signal.aborted) {
    try {
      for await (const yielded of untilAborted(() => entry.fragment.live?.(context), signal)) {
        const { id, view } = partOf(yielded, context.id);
        await send(id, await within(entry.fragment.timeLimitMs, () => toHtml(c, view)));
        await pause(PAUSE_BETWEEN_MS, signal);
      }
      return;
    } catch (thrown) {
      if (signal.aborted) return;
      await send(context.id, await failed(c, deps, entry, thrown, context));
      await pause(AGAIN_AFTER_MS, signal);
    }
  }
}

/** What the fragment yields. At the abort its `finally` blocks run, as soon as what it waits for lets them. */
async function* untilAborted<T>(start: () => AsyncIterable<T> | undefined, signal: AbortSignal) {
  const iterator = start()?.[Symbol.asyncIterator]();
  if (iterator === undefined) return;
  const end = () => void iterator.return?.().catch(() => {});
  signal.addEventListener("abort", end);
  try {
    while (!signal.aborted) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}
