import type { Context } from "hono";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { FragmentFailed } from "#views/dashboard.tsx";
import { Speak } from "#views/words.tsx";
import type { Deps } from "../../app.tsx";
import type { Entry } from "../../discover.ts";
import { type FragmentContext, textIn } from "../../fragment.ts";
import { languageOf } from "../../language.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { originOf, type UserEnv } from "../../web.tsx";
import { contextOf } from "./context.ts";

/** More than a card can show: somebody forgot a LIMIT. Kept from the browser, and from the memory of 200 open pages. */
const MAX_HTML = 1024 * 1024;
/** A fragment that refreshes itself every second must not fill the audit log with one and the same failure. */
const AUDIT_EVERY_MS = 60 * 60_000;

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly box: Child };

/**
 * Runs what a fragment's author wrote, once, within its time limit. Whatever goes wrong in there ends here: logged,
 * counted, and answered with a box for this card alone.
 *
 * What hogs the thread without ever waiting (`while (true) {}`) cannot be stopped from here.
 */
export async function runSafely<T>(
  c: Context<UserEnv>,
  deps: Deps,
  entry: Entry,
  work: (context: FragmentContext) => T | Promise<T>,
): Promise<Outcome<T>> {
  const waiting = untilEnd(c.req.raw);
  const context = contextOf(c, deps, entry, waiting.signalOf);
  try {
    return { ok: true, value: await within(entry.fragment.timeLimitMs, async () => work(context)) };
  } catch (thrown) {
    return { ok: false, box: await failed(c, deps, entry, thrown, context) };
  } finally {
    waiting.end();
  }
}

/** A signal for whoever asks for one: aborted by `end`, or when the browser goes away. Most fragments never ask. */
function untilEnd(request: Request): { signalOf: () => AbortSignal; end: () => void } {
  let over: AbortController | null = null;
  let signal: AbortSignal | null = null;
  let ended = false;
  return {
    signalOf: () => {
      over ??= new AbortController();
      if (ended) over.abort();
      signal ??= AbortSignal.any([over.signal, request.signal]);
      return signal;
    },
    end: () => {
      ended = true;
      over?.abort();
    },
  };
}

/** Notes the failure and makes the box that takes the content's place. */
export async function failed(
  c: Context<UserEnv>,
  deps: Deps,
  entry: Entry,
  thrown: unknown,
  context: FragmentContext,
): Promise<Child> {
  const { name, fragment } = entry;
  const error = thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`);
  context.log.error({ err: error }, "fragment failed");
  await count(c, deps, name, error);
  const sentence = await ownSentence(c, entry, error, context);
  const box = { title: textIn(fragment.title, languageOf(c).code), requestId: c.var.requestId, href: context.href };
  return <FragmentFailed {...box}>{sentence}</FragmentFailed>;
}

/** Components are rendered here too, async ones included, so that what they throw is caught where the rest is. */
export async function toHtml(c: Context, view: Child): Promise<Child> {
  const element = <Speak language={languageOf(c)}>{view}</Speak>;
  const html = String(await element.toString());
  if (html.length > MAX_HTML) throw new Error(`made ${html.length} characters of HTML, the limit is ${MAX_HTML}`);
  // Made by JSX a line above, so every text in it is escaped already.
  return raw(html);
}

/** @throws Error that names the limit. The work itself goes on unseen; its context's signal tells it to stop. */
export async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error(`took longer than ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([work(), limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const auditedAtMs = new WeakMap<Deps, Map<string, number>>();

async function count(c: Context<UserEnv>, deps: Deps, name: string, error: Error): Promise<void> {
  const { failures } = deps.fragments;
  failures.set(name, (failures.get(name) ?? 0) + 1);
  const audited = auditedAtMs.getOrInsertComputed(deps, () => new Map());
  const nowMs = deps.clock();
  if (nowMs - (audited.get(name) ?? -AUDIT_EVERY_MS) < AUDIT_EVERY_MS) return;
  audited.set(name, nowMs);
  const { user } = c.var.visitor;
  const detail = { fragment: name, reason: error.message.slice(0, 200) };
  const entry = sqlAudit({ event: "fragment.failed", atMs: nowMs, origin: originOf(c), actor: user, detail });
  // The database may be what failed. Then the log has it, and the card still gets its box.
  await deps.db.batch([entry]).catch((err) => c.var.log().error({ err }, "fragment failure not audited"));
}

async function ownSentence(c: Context, { fragment }: Entry, error: Error, context: FragmentContext): Promise<Child> {
  const { onError, timeLimitMs } = fragment;
  if (onError === undefined) return null;
  try {
    return await within(timeLimitMs, async () => toHtml(c, await onError(error, context)));
  } catch (thrown) {
    context.log.error({ err: thrown }, "onError failed");
    return null;
  }
}
