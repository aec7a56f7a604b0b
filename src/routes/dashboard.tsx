import { Dashboard } from "#views/dashboard.tsx";
import type { Deps } from "../app.tsx";
import { type Entry, mayUse } from "../discover.ts";
import { textIn } from "../fragment.ts";
import { languageOf } from "../language.ts";
import { arrange, findLayout, type Layout } from "../store/layouts.ts";
import { userRoutes } from "../web.tsx";
import { newsFor } from "./account/news.tsx";
import { streamHref } from "./fragments/context.ts";

/** Every fragment the visitor may use, as a card that loads by itself. */
export const dashboard = (deps: Deps) =>
  userRoutes("/").get("/", async (c) => {
    const { user } = c.var.visitor;
    const usable = deps.fragments.usable.filter(({ fragment }) => mayUse(fragment, user));
    const entries = arranged(usable, await findLayout(deps.db, user.id));
    const { code } = languageOf(c);
    const cards = entries.map(({ name, fragment: { title, description, icon, size, height, refresh } }) => ({
      ...{ name, title: textIn(title, code), description: description && textIn(description, code) },
      ...{ icon, size, height, refresh },
    }));
    const admin = user.role === "admin";
    const faulty = admin ? deps.fragments.faulty : [];
    const undeclaredProxy = admin ? c.var.undeclaredProxy : null;
    const shown = { cards, usable: usable.length, admin, faulty, undeclaredProxy, stream: streamHref(deps, entries) };
    const news = await newsFor(c, deps);
    return c.render(<Dashboard {...shown} news={news} />, { title: (words) => words.dashboard.title });
  });

/** The person's own order, without what they have hidden; the menu still has it. */
function arranged(usable: readonly Entry[], layout: Layout | null): Entry[] {
  const byName = new Map(usable.map((entry) => [entry.name, entry]));
  const { order, hidden } = arrange([...byName.keys()], layout);
  return order.filter((name) => !hidden.includes(name)).flatMap((name) => byName.get(name) ?? []);
}
