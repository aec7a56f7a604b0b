import type { Context } from "hono";
import type { Deps } from "../../app.tsx";
import type { Entry } from "../../discover.ts";
import type { FragmentContext, Interval, Text } from "../../fragment.ts";
import { intervalMs, textIn } from "../../fragment.ts";
import { languageOf } from "../../language.ts";
import type { UserEnv } from "../../web.tsx";

export const hrefOf = (name: string): string => `/fragments/${name}`;
export const idOf = (name: string): string => `fragment-${name}`;

/** Where a page's live fragments get their updates from; undefined when none is live and nobody develops. */
export function streamHref({ bootId }: Deps, entries: readonly Entry[]): string | undefined {
  const live = entries.filter(({ fragment }) => fragment.live !== undefined);
  if (live.length === 0 && bootId === undefined) return undefined;
  const boot = bootId === undefined ? [] : [["boot", bootId]];
  return `/live?${new URLSearchParams([...live.map(({ name }) => ["of", name]), ...boot])}`;
}

/**
 * All a fragment gets of the request: no cookie, no header, no session, and of the person only who it is. What few of
 * them use is made when it is asked for.
 *
 * @param signalOf aborted when nobody waits for the result any more; the same one each time.
 */
export function contextOf(
  c: Context<UserEnv>,
  deps: Deps,
  { name }: Entry,
  signalOf: () => AbortSignal,
): FragmentContext {
  const { id, username, role } = c.get("visitor").user;
  return Object.freeze({
    user: Object.freeze({ id, username, role }),
    db: withoutClose(deps.db),
    get language() {
      return languageOf(c);
    },
    say: (text: Text) => textIn(text, languageOf(c).code),
    get log() {
      return c.get("log")().child({ fragment: name });
    },
    nowMs: deps.clock(),
    clock: deps.clock,
    sessionIdleMs: deps.config.sessionIdleMs,
    href: hrefOf(name),
    id: idOf(name),
    get query() {
      return new URL(c.req.url).searchParams;
    },
    params: Object.freeze({ ...c.req.param() }),
    get signal() {
      return signalOf();
    },
    every: (interval: Interval) => every(intervalMs(interval), signalOf()),
  });
}

const lent = new WeakMap<Deps["db"], FragmentContext["db"]>();

/** A fragment may not take the database from its neighbours. */
const withoutClose = (db: Deps["db"]): FragmentContext["db"] =>
  lent.getOrInsertComputed(db, () =>
    Object.freeze({
      dialect: db.dialect,
      all: db.all.bind(db),
      one: db.one.bind(db),
      run: db.run.bind(db),
      batch: db.batch.bind(db),
    }),
  );

async function* every(ms: number, signal: AbortSignal): AsyncGenerator<void> {
  while (!signal.aborted) {
    yield;
    await pause(ms, signal);
  }
}

/** Waits, but no longer than until the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
