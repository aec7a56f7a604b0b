import { createMiddleware } from "hono/factory";
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { Layout, type MenuEntry } from "#views/layout.tsx";
import type { Deps } from "./app.tsx";
import { mayUse } from "./discover.ts";
import { timeLeft, type Visitor, visitorOrNull } from "./session.ts";
import { isPartial, type PageProps, type PublicEnv } from "./web.tsx";

/** `c.render`: the bare view where htmx swaps it into a page, otherwise the whole page around it. */
export const renderer = (deps: Deps) =>
  createMiddleware<PublicEnv>(async (c, next) => {
    c.setRenderer((content, { title, status = 200, canCancel = false }) => {
      // biome-ignore lint/complexity/noUselessFragments: gives c.html one element, whatever the view is
      if (isPartial(c)) return c.html(<>{content}</>, status);
      const page = wholePage(deps, c.req.path, visitorOrNull(c), { title, canCancel }, content);
      return c.html(html`<!DOCTYPE html>${page}`, status);
    });
    await next();
  });

function wholePage(deps: Deps, path: string, visitor: Visitor | null, props: PageProps, content: Child) {
  const { assets, config } = deps;
  const app = { name: config.appName, css: assets.css, js: assets.js, inside: assets.inside, icon: assets.icon };
  const left = visitor === null ? undefined : timeLeft(deps, visitor);
  return (
    <Layout {...props} app={app} visitor={visitor?.user ?? null} left={left} menu={menuOf(deps, visitor)} path={path}>
      {content}
    </Layout>
  );
}

function menuOf({ fragments }: Deps, visitor: Visitor | null): MenuEntry[] {
  if (visitor === null) return [];
  const own = fragments.usable
    .filter(({ fragment }) => mayUse(fragment, visitor.user))
    .map(({ name, fragment }) => ({ title: fragment.title, href: `/fragments/${name}`, group: "Panels" }));
  return visitor.user.role === "admin" ? [...own, ...ADMIN_MENU] : own;
}

const ADMIN_MENU = [
  { title: "People", href: "/admin/users", group: "Admin" },
  { title: "Audit log", href: "/admin/audit", group: "Admin" },
];
