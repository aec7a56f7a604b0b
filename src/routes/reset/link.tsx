import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { ChoosePasswordForm } from "#views/choose-password.tsx";
import type { Deps } from "../../app.tsx";
import { NewPassword } from "../../auth/fields.ts";
import { hashToken, isToken } from "../../auth/token.ts";
import { newPasswordMistakes } from "../../factors.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { findTicket, sqlDeleteEveryTicket, sqlSpendTicket } from "../../store/tickets.ts";
import { sqlDeleteSessions } from "../../store/user-sessions.ts";
import { findUser, isDisabled, sqlSetPassword, type User } from "../../store/users.ts";
import { type FieldMistakes, form, go, originOf, publicRoutes } from "../../web.tsx";

const Choice = z.object({ new_password: NewPassword, confirm_password: z.string() });

/** The link an admin hands over: a new password for one person, once. It never signs in, and the authenticator stays. */
export const resetLink = (deps: Deps) =>
  publicRoutes()
    .get("/:token", async (c) => show(c, await findReset(c, deps)))
    .post(
      "/:token",
      form(Choice, async (c, mistakes) => show(c, await findReset(c, deps), mistakes)),
      async (c) => {
        const reset = await findReset(c, deps);
        const { ticketId, user } = reset;
        const { new_password, confirm_password } = c.req.valid("form");
        const mistakes = await newPasswordMistakes(deps, user, new_password, confirm_password);
        if (mistakes !== null) return show(c, reset, mistakes);

        const passwordHash = await deps.passwords.hash(new_password);
        const nowMs = deps.clock();
        const done = await deps.db.batch([
          sqlSpendTicket(ticketId, "reset", nowMs),
          sqlSetPassword(user.id, passwordHash, nowMs),
          sqlDeleteSessions(user.id),
          sqlDeleteEveryTicket(user.id),
          sqlAudit({ event: "reset_link.used", atMs: nowMs, origin: originOf(c), target: user }),
        ]);
        if (!done) throw new HTTPException(404, { message: "reset link was used a moment ago" });
        return go(c, "/login?notice=reset");
      },
    );

type Reset = { ticketId: string; user: User };

async function findReset(c: Context, { db, clock }: Deps): Promise<Reset> {
  const token = c.req.param("token") ?? "";
  const ticket = isToken(token) ? await findTicket(db, hashToken(token), "reset", clock()) : null;
  const user = ticket?.userId ? await findUser(db, ticket.userId) : null;
  if (ticket === null || user === null || isDisabled(user, clock())) throw new HTTPException(404);
  return { ticketId: ticket.ticketId, user };
}

function show(c: Context, { user }: Reset, errors: FieldMistakes = {}) {
  const status = Object.keys(errors).length === 0 ? 200 : 422;
  const view = (
    <ChoosePasswordForm
      id="reset"
      action={c.req.path}
      username={user.username}
      title="Choose a new password"
      submit="Reset password"
      errors={errors}
    />
  );
  return c.render(view, { title: "Choose a new password", status });
}
