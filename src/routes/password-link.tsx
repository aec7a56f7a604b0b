import type { Context } from "hono";
import { z } from "zod";
import { ChoosePasswordForm } from "#views/choose-password.tsx";
import type { Deps } from "../app.tsx";
import { NewPassword } from "../auth/fields.ts";
import { newPasswordMistakes } from "../factors.ts";
import { wordsOf } from "../language.ts";
import { type Holder, linkHolder } from "../session.ts";
import { type FieldMistakes, form, inWords, type PublicEnv, publicRoutes } from "../web.tsx";

const Choice = z.object({ new_password: NewPassword, confirm_password: z.string() });

type Accept = (c: Context<PublicEnv>, holder: Holder, passwordHash: string) => Promise<Response>;

/**
 * A one-time address where the person it was made for chooses a password.
 *
 * @param accept spends the ticket and sets the password in one batch; of two simultaneous requests both get there.
 */
export function passwordLink(deps: Deps, purpose: "invite" | "reset", accept: Accept) {
  const show = (c: Context, { user }: Holder, errors: FieldMistakes = {}) => {
    const { door } = wordsOf(c);
    const { page, title, submit } = purpose === "invite" ? door.invite : door.resetLink;
    const view = (
      <ChoosePasswordForm
        id={purpose}
        action={c.req.path}
        username={user.username}
        title={title}
        submit={submit}
        errors={errors}
      />
    );
    return c.render(view, { title: page, status: Object.keys(errors).length === 0 ? 200 : 422 });
  };
  return publicRoutes()
    .get("/:token", async (c) => show(c, await linkHolder(c, deps, purpose)))
    .post(
      "/:token",
      form(Choice, async (c, mistakes) => show(c, await linkHolder(c, deps, purpose), mistakes)),
      async (c) => {
        const holder = await linkHolder(c, deps, purpose);
        const { new_password, confirm_password } = c.req.valid("form");
        const mistakes = await newPasswordMistakes(deps, holder.user, new_password, confirm_password);
        if (mistakes !== null) return show(c, holder, inWords(c, mistakes));
        return accept(c, holder, await deps.passwords.hash(new_password));
      },
    );
}
