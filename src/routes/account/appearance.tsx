import { z } from "zod";
import { LANGUAGES } from "#views/words.tsx";
import type { Deps } from "../../app.tsx";
import { THEMES, updateLanguage, updateShortcuts, updateTheme } from "../../store/users.ts";
import { form, go, userRoutes } from "../../web.tsx";

/** What is left out stays as it is. */
const Chosen = z.object({
  theme: z.enum(THEMES).optional(),
  /** Empty: as the browser says. */
  language: z
    .string()
    .max(35)
    .refine((code) => code === "" || LANGUAGES.has(code))
    .optional(),
});
const Switched = z.object({ shortcuts: z.enum(["on", "off"]) });

/** Light or dark, and which language, for oneself. Nothing for the audit log: it opens and closes nothing. */
export const appearance = ({ db }: Deps) =>
  userRoutes().post("/", form(Chosen), async (c) => {
    const { theme, language } = c.req.valid("form");
    const { id } = c.var.visitor.user;
    if (theme !== undefined) await updateTheme(db, id, theme);
    if (language !== undefined) await updateLanguage(db, id, language || null);
    return go(c, "/account?done=appearance");
  });

/** Single keys on or off, for oneself. Source: WCAG 2.1.4, since speech input types by accident. */
export const shortcuts = ({ db }: Deps) =>
  userRoutes().post("/", form(Switched), async (c) => {
    await updateShortcuts(db, c.var.visitor.user.id, c.req.valid("form").shortcuts === "on");
    return go(c, "/account?done=appearance");
  });
