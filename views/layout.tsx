import type { Child } from "hono/jsx";
import { Palette, Shortcuts } from "./keyboard.tsx";
import { SessionEnd } from "./session-end.tsx";
import { useLanguage, useWords } from "./words.tsx";

export type MenuEntry = { title: string; href: string };

type Files = { css: string; js: string };

type LayoutProps = {
  title: string;
  /** Name of the installation and the hashed addresses of its static files. */
  app: { name: string; outside: Files; inside: Files; icon: string };
  visitor: {
    username: string;
    role: "admin" | "user";
    theme?: "system" | "light" | "dark";
    shortcuts?: boolean;
  } | null;
  /** How long the visitor's session lasts, for the script that warns before its end. */
  left?: { idleMs: number; lifetimeMs: number; warnMs: number } | undefined;
  /** Pages between "Dashboard" and "Account", and the panels; the caller has left out what the visitor may not open. */
  menu?: readonly MenuEntry[] | undefined;
  panels?: readonly MenuEntry[] | undefined;
  /** Path of this page, to mark its entry in the menu. */
  path: string;
  /** Between password and code: nobody is signed in, but there is something to leave. */
  canCancel?: boolean | undefined;
  children?: Child;
};

/** The whole page. Strangers get one centred panel, people who are signed in get the menu. */
export const Layout = ({ title, app, visitor, left, canCancel = false, children, ...places }: LayoutProps) => {
  const { code, dir, words } = useLanguage();
  const {
    menu: { skip },
    script,
  } = words.dashboard;
  const files = visitor ? app.inside : app.outside;
  return (
    <html lang={code} dir={dir === "ltr" ? undefined : dir} data-theme={chosenTheme(visitor)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={chosenTheme(visitor) ?? "light dark"} />
        <title>{`${title} · ${app.name}`}</title>
        <link rel="icon" type={app.icon.endsWith(".png") ? "image/png" : "image/svg+xml"} href={app.icon} />
        <link rel="stylesheet" href={files.css} />
        <script src={files.js} defer />
      </head>
      <body
        class={visitor ? "inside" : "outside"}
        data-idle-ms={left?.idleMs}
        data-lifetime-ms={left?.lifetimeMs}
        data-warn-ms={left?.warnMs}
        data-say-unreachable={script.unreachable}
        data-say-unreadable={script.unreadable}
        data-say-confirmed={script.confirmed}
        data-say-copied={script.copied}
        data-say-aloud={script.aloud}
        data-say-selected={script.selected}
        data-say-silent={script.silent}
      >
        <a class="skip" href="#main">
          {skip}
        </a>
        <header class="bar">
          <a class="brand" href="/">
            <img src={app.icon} alt="" width="28" height="28" />
            <span>{app.name}</span>
          </a>
          {visitor ? <Menu {...places} /> : null}
          {visitor ? <Person username={visitor.username} role={visitor.role} /> : null}
          {!visitor && canCancel ? <SignOut /> : null}
        </header>
        {/* Before the page, so that the tabulator comes by soon. */}
        <div id="toasts" role="status" aria-live="polite" />
        <main id="main" tabindex={-1}>
          {children}
        </main>
        {visitor ? <div id="dialogs" /> : null}
        {left ? <SessionEnd /> : null}
        {visitor ? <Palette /> : null}
        {visitor ? <Shortcuts admin={visitor.role === "admin"} on={visitor.shortcuts ?? true} /> : null}
      </body>
    </html>
  );
};

/** Undefined where the system decides. */
function chosenTheme(visitor: LayoutProps["visitor"]): "light" | "dark" | undefined {
  return visitor?.theme === "system" ? undefined : visitor?.theme;
}

/** The panels last: nobody knows how many there are, and a narrow screen shows the beginning. */
const Menu = ({ menu = [], panels = [], path }: Pick<LayoutProps, "menu" | "panels" | "path">) => {
  const { title, menu: words } = useWords().dashboard;
  const items = (entries: readonly MenuEntry[]) => entries.map((entry) => <MenuItem {...entry} path={path} />);
  return (
    <nav class="menu" aria-label={words.main}>
      <ul>
        {items([{ title, href: "/" }, ...menu, { title: words.account, href: "/account" }])}
        {panels.length > 0 ? (
          <li class="menu-group">
            <span class="menu-title">{words.panels}</span>
            <ul aria-label={words.panels}>{items(panels)}</ul>
          </li>
        ) : null}
      </ul>
    </nav>
  );
};

const MenuItem = ({ title, href, path }: MenuEntry & { path: string }) => (
  <li>
    <a href={href} aria-current={isCurrent(href, path) ? "page" : undefined}>
      {title}
    </a>
  </li>
);

/** An entry also stands for the pages below it: /admin/users for /admin/users/7. */
function isCurrent(href: string, path: string): boolean {
  return path === href || (href !== "/" && path.startsWith(`${href}/`));
}

const Person = ({ username, role }: { username: string; role: "admin" | "user" }) => (
  <div class="person">
    <p>
      <span class="person-name">{username}</span>
      {role === "admin" ? <span class="badge">{useWords().dashboard.menu.isAdmin}</span> : null}
    </p>
    <SignOut />
  </div>
);

const SignOut = () => (
  <form id="logout" method="post" action="/logout" hx-post="/logout" hx-swap="outerHTML" hx-sync="this:drop">
    <button type="submit" class="quiet">
      {useWords().common.signOut}
    </button>
  </form>
);
