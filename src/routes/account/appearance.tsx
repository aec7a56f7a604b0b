import { z } from "zod";
import { LANGUAGES } from "#views/words.tsx";
import type { Deps } from "../../app.tsx";
import { THEMES, updateLanguage, updateShortcuts, updateTheme } from "../../store/users.ts";
import { form, go, userRoutes } from "../../web.tsx";

const Chosen = z.object({ theme: z.enum(THEMES) });
/** Empty: as the browser says. */
const Spoken = z.object({
  language: z
    .string()
    .max(35)
    .refine((code) => code === "" || LANGUAGES.has(code)),
});
const Switched = z.object({ shortcuts: z.enum(["on", "off"]) });

/** Light or dark, for oneself. Nothing for the audit log: it opens and closes nothing. */
export const appearance = ({ db }: Deps) =>
  userRoutes().post("/", form(Chosen), async (c) => {
    await updateTheme(db, c.var.visitor.user.id, c.req.valid("form").theme);
    return go(c, "/account?done=appearance");
  });

/** Which language, for oneself. */
export const language = ({ db }: Deps) =>
  userRoutes().post("/", form(Spoken), async (c) => {
    await updateLanguage(db, c.var.visitor.user.id, c.req.valid("form").language || null);
    return go(c, "/account?done=appearance");
  });

/** Single keys on or off, for oneself. Source: WCAG 2.1.4, since speech input types by accident. */
export const shortcuts = ({ db }: Deps) =>
  userRoutes().post("/", form(Switched), async (c) => {
    await updateShortcuts(db, c.var.visitor.user.id, c.req.valid("form").shortcuts === "on");
    return go(c, "/account?done=appearance");
  });
