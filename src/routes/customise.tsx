import type { Context } from "hono";
import { z } from "zod";
import { Customise } from "#views/customise.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../app.tsx";
import { type Entry, mayUse } from "../discover.ts";
import { textIn } from "../fragment.ts";
import { languageOf } from "../language.ts";
import { sqlAuditBounded } from "../store/audit-log.ts";
import { arrange, findLayout, type Layout, sqlDeleteLayout, sqlReplaceLayout } from "../store/layouts.ts";
import { form, isPartial, originOf, userRoutes } from "../web.tsx";

/** Names of fragments in a hidden field. */
const names = z
  .string()
  .max(20_000)
  .default("")
  .transform((text) => text.split(",").filter(Boolean));

/** The whole layout as the page shows it, and what the button does to it: nothing is read before it is written. */
const Changed = z.object({ order: names, hidden: names, act: z.string().max(200).default("") });

const PAGE = { title: (words: Words) => words.dashboard.arrange.title };

/** A person's own order of the dashboard; with the keyboard, the mouse, and without scripts. */
export const customise = (deps: Deps) =>
  userRoutes()
    .get("/", async (c) => {
      const { user } = c.var.visitor;
      const entries = usable(deps, user);
      const layout = arrange(namesOf(entries), await findLayout(deps.db, user.id));
      return c.render(<Customise places={places(c, entries, layout)} />, PAGE);
    })
    .post("/", form(Changed), async (c) => {
      const { user } = c.var.visitor;
      const entries = usable(deps, user);
      const { act, ...posted } = c.req.valid("form");
      const layout = act === "reset" ? null : changed(arrange(namesOf(entries), posted), act);
      const nowMs = deps.clock();
      await deps.db.batch([
        ...(layout === null ? [sqlDeleteLayout(user.id)] : sqlReplaceLayout(user.id, layout, nowMs)),
        // Bounded: changing it to and fro costs nothing.
        sqlAuditBounded({ event: "layout.changed", atMs: nowMs, origin: originOf(c), actor: user }),
      ]);
      if (!isPartial(c)) return c.redirect("/customise", 303);
      return c.render(<Customise places={places(c, entries, arrange(namesOf(entries), layout))} saved />, PAGE);
    });

const usable = ({ fragments }: Deps, user: Parameters<typeof mayUse>[1]): Entry[] =>
  fragments.usable.filter(({ fragment }) => mayUse(fragment, user));

const namesOf = (entries: readonly Entry[]) => entries.map(({ name }) => name);

/** @param act "up <name>", "down <name>", "hide <name>" or "show <name>"; anything else changes nothing. */
function changed({ order, hidden }: Layout, act: string): Layout {
  const [verb, name = ""] = act.split(" ");
  if (!order.includes(name)) return { order, hidden };
  if (verb === "hide") return { order, hidden: [...hidden, name] };
  if (verb === "show") return { order, hidden: hidden.filter((other) => other !== name) };
  const at = order.indexOf(name);
  const to = verb === "up" ? at - 1 : verb === "down" ? at + 1 : at;
  return to < 0 || to >= order.length
    ? { order, hidden }
    : { order: order.toSpliced(at, 1).toSpliced(to, 0, name), hidden };
}

function places(c: Context, entries: readonly Entry[], { order, hidden }: Layout) {
  const { code } = languageOf(c);
  const titles = new Map(entries.map(({ name, fragment }) => [name, textIn(fragment.title, code)]));
  return order.map((name) => ({ name, title: titles.get(name) ?? name, hidden: hidden.includes(name) }));
}
