import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { Layout } from "#views/layout.tsx";
import { type Language, Speak } from "#views/words.tsx";
import type { Deps } from "./app.tsx";
import { mayUse } from "./discover.ts";
import { textIn } from "./fragment.ts";
import { languageOf } from "./language.ts";
import { timeLeft, type Visitor, visitorOrNull } from "./session.ts";
import { isPartial, type PageProps, type PublicEnv } from "./web.tsx";

/** `c.render`: the bare view where htmx swaps it into a page, otherwise the whole page around it. */
export const renderer = (deps: Deps) =>
  createMiddleware<PublicEnv>((c, next) => {
    c.setRenderer((content, { title, status = 200, canCancel = false }) => {
      const language = languageOf(c);
      if (isPartial(c)) return c.html(<Speak language={language}>{content}</Speak>, status);
      const page = wholePage(deps, c, language, { title, canCancel }, content);
      return c.html(html`<!DOCTYPE html>${page}`, status);
    });
    return next();
  });

function wholePage(deps: Deps, c: Context, language: Language, { title, ...props }: PageProps, content: Child) {
  const { assets, config } = deps;
  const visitor = visitorOrNull(c);
  const app = { name: config.appName, outside: assets.outside, inside: assets.inside, icon: assets.icon };
  const left = visitor === null ? undefined : timeLeft(deps, visitor);
  const whole = { ...props, title: typeof title === "string" ? title : title(language.words), app, left };
  return (
    <Speak language={language}>
      <Layout {...whole} {...menuOf(deps, visitor, language)} visitor={visitor?.user ?? null} path={c.req.path}>
        {content}
      </Layout>
    </Speak>
  );
}

function menuOf({ fragments }: Deps, visitor: Visitor | null, { code, words }: Language) {
  if (visitor === null) return {};
  const { people, auditLog } = words.dashboard.menu;
  const forAdmins = [
    { title: people, href: "/admin/users" },
    { title: auditLog, href: "/admin/audit" },
  ];
  const panels = fragments.usable
    .filter(({ fragment }) => mayUse(fragment, visitor.user))
    .map(({ name, fragment }) => ({ title: textIn(fragment.title, code), href: `/fragments/${name}` }));
  return { menu: visitor.user.role === "admin" ? forAdmins : [], panels };
}
