import { z } from "zod";
import type { Deps } from "../../app.tsx";
import { THEMES, updateTheme } from "../../store/users.ts";
import { form, go, userRoutes } from "../../web.tsx";

const Chosen = z.object({ theme: z.enum(THEMES) });

/** Light or dark, for oneself. Nothing for the audit log: it opens and closes nothing. */
export const appearance = ({ db }: Deps) =>
  userRoutes().post("/", form(Chosen), async (c) => {
    await updateTheme(db, c.var.visitor.user.id, c.req.valid("form").theme);
    return go(c, "/account?done=appearance");
  });
