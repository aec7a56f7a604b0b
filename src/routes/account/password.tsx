import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { PasswordForm, PasswordPage, Strength } from "#views/account/password.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../../app.tsx";
import { NewPassword, Password } from "../../auth/fields.ts";
import { MAX_PASSWORD_LENGTH, passwordStrength } from "../../auth/password-policy.ts";
import { checkPassword, newPasswordMistakes } from "../../factors.ts";
import { wordsOf } from "../../language.ts";
import { keepOnlyThisSession } from "../../session.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { sqlDeleteEveryTicket } from "../../store/tickets.ts";
import { sqlSetPassword } from "../../store/users.ts";
import {
  type FieldMistakes,
  form,
  go,
  inWords,
  isPartial,
  originOf,
  tryLater,
  type UserEnv,
  userRoutes,
} from "../../web.tsx";
import { self } from "./self.ts";

const Change = z.object({ current_password: Password, new_password: NewPassword, confirm_password: z.string() });
const Typed = z.object({
  new_password: z
    .string()
    .max(2 * MAX_PASSWORD_LENGTH)
    .default(""),
});
const PAGE = { title: (words: Words) => words.account.password.title };

export const password = (deps: Deps) =>
  userRoutes()
    .post("/", form(Change, refuseFields), async (c) => {
      const { current_password, new_password, confirm_password } = c.req.valid("form");
      const user = await self(c, deps);
      if (current_password === new_password) return refuseFields(c, { new_password: wordsOf(c).mistakes.samePassword });
      const mistakes = await newPasswordMistakes(deps, user, new_password, confirm_password);
      if (mistakes !== null) return refuseFields(c, inWords(c, mistakes));

      const origin = originOf(c);
      const asked = { user, name: user.username, origin, refusedAs: "password.change_refused" } as const;
      const checked = await checkPassword(deps, asked, current_password);
      if (!checked.ok) {
        const again = (error: string) => refused(c, { current_password: error });
        if (checked.retryAfterMs !== null) return tryLater(c, checked.retryAfterMs, again, PAGE);
        return c.render(again(wordsOf(c).mistakes.notCurrentPassword), { ...PAGE, status: 401 });
      }
      const passwordHash = await deps.passwords.hash(new_password);
      const nowMs = deps.clock();
      const kept = keepOnlyThisSession(deps, c.var.visitor);
      const changed = await deps.db.batch([
        ...checked.accepted,
        sqlSetPassword(user.id, passwordHash, nowMs),
        ...kept.statements,
        sqlDeleteEveryTicket(user.id),
        sqlAudit({ event: "password.changed", atMs: nowMs, origin, actor: user }),
      ]);
      if (!changed) throw new HTTPException(409, { message: "password or session changed meanwhile" });
      kept.give(c);
      return go(c, "/account?done=password");
    })
    .post("/strength", form(Typed), async (c) => {
      const { new_password } = c.req.valid("form");
      if (new_password === "") return c.html("");
      const context = { username: c.var.visitor.user.username, appName: deps.config.appName };
      const { score, hint } = await passwordStrength(new_password, context);
      return c.render(<Strength score={score} hint={hint?.(wordsOf(c).mistakes) ?? null} />, PAGE);
    });

function refuseFields(c: Context, errors: FieldMistakes) {
  return (c as Context<UserEnv>).render(refused(c, errors), { ...PAGE, status: 422 });
}

const refused = (c: Context, errors: FieldMistakes) =>
  isPartial(c) ? <PasswordForm errors={errors} /> : <PasswordPage errors={errors} />;
