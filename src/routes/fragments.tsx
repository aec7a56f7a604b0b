import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { FragmentBody, FragmentPage } from "#views/dashboard.tsx";
import type { Deps } from "../app.tsx";
import { type Entry, mayUse } from "../discover.ts";
import { type Fragment, type FragmentContext, type FragmentRoute, goToAddress, partOf, textIn } from "../fragment.ts";
import { languageOf } from "../language.ts";
import { form, go, isPartial, type UserEnv, userRoutes, viaHtmx } from "../web.tsx";
import { hrefOf, idOf, streamHref } from "./fragments/context.ts";
import { runSafely, toHtml } from "./fragments/run.tsx";

/** Up to here an answer needs no help to be waited for. */
const QUICK_MS = 8000;

/** Every fragment with all that is below it: bare content for its card, a page of its own when opened directly. */
export const fragments = (deps: Deps) => {
  const routes = userRoutes();
  for (const entry of deps.fragments.usable) routes.route(`/${entry.name}`, fragmentRoutes(deps, entry));
  return routes;
};

function fragmentRoutes(deps: Deps, entry: Entry) {
  const routes = userRoutes()
    .use(onlyWhoMay(entry))
    .get("/", (c) => showContent(c, deps, entry));
  for (const route of entry.fragment.routes) {
    if (route.method === "GET") routes.get(route.path, (c) => showPage(c, deps, entry, route.answer));
    else routes.post(route.path, checked(deps, entry, route), (c) => takeForm(c, deps, entry, route));
  }
  return routes;
}

const onlyWhoMay = ({ name, fragment }: Entry) =>
  createMiddleware<UserEnv>(async (c, next) => {
    if (!mayUse(fragment, c.get("visitor").user)) throw new HTTPException(403, { message: `fragment ${name}` });
    if (fragment.timeLimitMs > QUICK_MS) c.env.keepOpen?.();
    await next();
  });

async function showContent(c: Context<UserEnv>, deps: Deps, entry: Entry): Promise<Response> {
  const result = await runSafely(c, deps, entry, async (context) =>
    toHtml(c, await contentOf(entry.fragment, context)),
  );
  return answer(c, deps, entry, result.ok ? result.value : result.box, result.ok ? 200 : 500);
}

/** What a fragment shows when somebody opens it: its content, or of one that has only a stream the first view of that. */
async function contentOf({ render, live }: Fragment, context: FragmentContext): Promise<Child> {
  if (render !== undefined) return render(context);
  for await (const view of live?.(context) ?? []) return partOf(view, context.id).view;
  return null;
}

async function showPage(c: Context<UserEnv>, deps: Deps, entry: Entry, show: FragmentRoute["answer"]) {
  const result = await runSafely(c, deps, entry, async (context) => answerOf(c, await show(context, undefined)));
  if (!result.ok) return answer(c, deps, entry, result.box, 500);
  if (result.value === null) throw new HTTPException(404);
  return "goTo" in result.value ? go(c, result.value.goTo) : answer(c, deps, entry, result.value.view, 200);
}

type PostRoute = Extract<FragmentRoute, { method: "POST" }>;

/** The house's own check of forms; a refused one shows what the fragment makes of it. */
const checked = (deps: Deps, entry: Entry, { form: { schema, refuse } }: PostRoute) =>
  form(
    schema,
    refuse &&
      (async (c, mistakes, posted) => {
        const result = await runSafely(c, deps, entry, async (context) =>
          toHtml(c, await refuse(context, mistakes, posted)),
        );
        return part(c, deps, entry, result.ok ? result.value : result.box, result.ok ? 422 : 500);
      }),
  );

async function takeForm(c: Context<UserEnv>, deps: Deps, entry: Entry, route: PostRoute): Promise<Response> {
  const values = (c.req as { valid(target: string): unknown }).valid("form");
  const result = await runSafely(c, deps, entry, async (context) => answerOf(c, await route.answer(context, values)));
  if (!result.ok) return part(c, deps, entry, result.box, 500);
  if (result.value === null) return showAgain(c, deps, entry);
  return "goTo" in result.value ? go(c, result.value.goTo) : part(c, deps, entry, result.value.view, 200);
}

/** The whole fragment once more: in its card, or for plain forms by its address, so that reloading posts nothing. */
async function showAgain(c: Context<UserEnv>, deps: Deps, entry: Entry): Promise<Response> {
  if (!viaHtmx(c)) return c.redirect(hrefOf(entry.name), 303);
  c.header("HX-Retarget", `#${idOf(entry.name)}`);
  c.header("HX-Reswap", "outerMorph");
  const result = await runSafely(c, deps, entry, async (context) =>
    toHtml(c, await contentOf(entry.fragment, context)),
  );
  return c.render(body(entry, hrefOf(entry.name), result.ok ? result.value : result.box), {
    title: titleOf(c, entry),
    status: result.ok ? 200 : 500,
  });
}

async function answerOf(c: Context, given: unknown): Promise<{ goTo: string } | { view: Child } | null> {
  const address = goToAddress(given);
  if (address !== null) return { goTo: address };
  return given === null || given === undefined ? null : { view: await toHtml(c, given as Child) };
}

/** The content in its frame, which goes on asking this very address, so that what is sorted stays sorted. */
function answer(c: Context<UserEnv>, deps: Deps, entry: Entry, content: Child, status: ContentfulStatusCode) {
  const { pathname, search } = new URL(c.req.url);
  const framed = body(entry, pathname + search, content);
  return c.render(isPartial(c) ? framed : page(c, deps, entry, framed, pathname === hrefOf(entry.name)), {
    title: titleOf(c, entry),
    status,
  });
}

/** A view that takes the place of the form it answers. */
function part(c: Context<UserEnv>, deps: Deps, entry: Entry, content: Child, status: ContentfulStatusCode) {
  const title = titleOf(c, entry);
  if (isPartial(c)) return c.render(content, { title, status });
  return c.render(page(c, deps, entry, body(entry, hrefOf(entry.name), content), false), { title, status });
}

const titleOf = (c: Context, { fragment }: Entry): string => textIn(fragment.title, languageOf(c).code);

/** A stream only with the content it continues: it would write over a page below, or over a form's answer. */
const page = (c: Context, deps: Deps, entry: Entry, framed: Child, continues: boolean) => (
  <FragmentPage
    title={titleOf(c, entry)}
    description={entry.fragment.description && textIn(entry.fragment.description, languageOf(c).code)}
    stream={streamHref(deps, continues ? [entry] : [])}
  >
    {framed}
  </FragmentPage>
);

function body({ name, fragment }: Entry, href: string, content: Child) {
  return (
    <FragmentBody id={idOf(name)} href={href} refresh={fragment.refresh}>
      {content}
    </FragmentBody>
  );
}
