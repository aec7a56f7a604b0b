import { HTTPException } from "hono/http-exception";
import type { Child } from "hono/jsx";
import { FragmentFailed, FragmentPage } from "#views/dashboard.tsx";
import type { Deps } from "../app.tsx";
import { mayUse } from "../discover.ts";
import type { Fragment, FragmentContext } from "../fragment.ts";
import { isPartial, userRoutes } from "../web.tsx";

/** A fragment that takes longer is given up on; its card offers to try again. */
const TIME_LIMIT_MS = 5000;

/** One fragment: the bare content for its card, a page of its own when opened directly. */
export const fragments = (deps: Deps) =>
  userRoutes().get("/:name", async (c) => {
    const { user } = c.var.visitor;
    const name = c.req.param("name");
    const fragment = deps.fragments.find(name);
    if (fragment === null) throw new HTTPException(404);
    if (!mayUse(fragment, user)) throw new HTTPException(403, { message: `fragment ${name}` });

    const context: FragmentContext = Object.freeze({
      user: Object.freeze({ ...user }),
      db: deps.db,
      log: c.var.log.child({ fragment: name }),
      nowMs: deps.clock(),
      sessionIdleMs: deps.config.sessionIdleMs,
      query: new URL(c.req.url).searchParams,
    });
    const { content, failed } = await renderSafely(fragment, context, c.var.requestId, c.req.path);
    const view = isPartial(c) ? content : <FragmentPage title={fragment.title}>{content}</FragmentPage>;
    return c.render(view, { title: fragment.title, status: failed ? 500 : 200 });
  });

/** Whatever goes wrong inside a fragment ends here, as a box in its own card. */
async function renderSafely(fragment: Fragment, context: FragmentContext, requestId: string, href: string) {
  try {
    return { content: await withTimeLimit(renderToText(fragment, context)), failed: false };
  } catch (error) {
    context.log.error({ err: error instanceof Error ? error : new Error(String(error)) }, "fragment failed");
    return { content: <FragmentFailed title={fragment.title} requestId={requestId} href={href} />, failed: true };
  }
}

/** Renders all of it here, async components included, so that what they throw is caught here too. */
async function renderToText(fragment: Fragment, context: FragmentContext): Promise<Child> {
  const content = await fragment.render(context);
  const element = <>{content}</>;
  return (await element.toString()) as unknown as Child;
}

async function withTimeLimit<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${TIME_LIMIT_MS} ms`)), TIME_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
