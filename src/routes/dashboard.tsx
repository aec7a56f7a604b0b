import { Dashboard } from "#views/dashboard.tsx";
import type { Deps } from "../app.tsx";
import { mayUse } from "../discover.ts";
import { userRoutes } from "../web.tsx";

/** Every fragment the visitor may use, as a card that loads by itself. */
export const dashboard = ({ fragments }: Deps) =>
  userRoutes("/").get("/", (c) => {
    const { user } = c.var.visitor;
    const cards = fragments.usable
      .filter(({ fragment }) => mayUse(fragment, user))
      .map(({ name, fragment: { title, description, size, refresh } }) => ({
        name,
        title,
        description,
        size,
        refresh,
      }));
    const admin = user.role === "admin";
    return c.render(<Dashboard cards={cards} admin={admin} faulty={admin ? fragments.faulty : []} />, {
      title: "Dashboard",
    });
  });
