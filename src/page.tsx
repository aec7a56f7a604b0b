import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { Layout, type MenuEntry } from "#views/layout.tsx";
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
      <Layout {...whole} visitor={visitor?.user ?? null} menu={menuOf(deps, visitor, language)} path={c.req.path}>
        {content}
      </Layout>
    </Speak>
  );
}

function menuOf({ fragments }: Deps, visitor: Visitor | null, { code, words }: Language): MenuEntry[] {
  if (visitor === null) return [];
  const { menu } = words.dashboard;
  const own = fragments.usable
    .filter(({ fragment }) => mayUse(fragment, visitor.user))
    .map(({ name, fragment }) => ({
      title: textIn(fragment.title, code),
      href: `/fragments/${name}`,
      group: menu.panels,
    }));
  if (visitor.user.role !== "admin") return own;
  return [
    ...own,
    { title: menu.people, href: "/admin/users", group: menu.admin },
    { title: menu.auditLog, href: "/admin/audit", group: menu.admin },
  ];
}
