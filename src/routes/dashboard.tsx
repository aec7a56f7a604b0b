import { Dashboard } from "#views/dashboard.tsx";
import type { Deps } from "../app.tsx";
import { mayUse } from "../discover.ts";
import { userRoutes } from "../web.tsx";
import { newsFor } from "./account/news.tsx";
import { streamHref } from "./fragments/context.ts";

/** Every fragment the visitor may use, as a card that loads by itself. */
export const dashboard = (deps: Deps) =>
  userRoutes("/").get("/", async (c) => {
    const { user } = c.var.visitor;
    const entries = deps.fragments.usable.filter(({ fragment }) => mayUse(fragment, user));
    const cards = entries.map(({ name, fragment: { title, description, icon, size, refresh } }) => ({
      ...{ name, title, description, icon, size, refresh },
    }));
    const admin = user.role === "admin";
    const faulty = admin ? deps.fragments.faulty : [];
    const undeclaredProxy = admin ? c.var.undeclaredProxy : null;
    const shown = { cards, admin, faulty, undeclaredProxy, stream: streamHref(deps, entries) };
    const news = await newsFor(c, deps);
    const view = (
      <>
        {news}
        <Dashboard {...shown} />
      </>
    );
    return c.render(view, { title: "Dashboard" });
  });
