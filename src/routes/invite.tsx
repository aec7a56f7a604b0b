import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { ChoosePasswordForm } from "#views/choose-password.tsx";
import type { Deps } from "../app.tsx";
import { NewPassword } from "../auth/fields.ts";
import { hashToken, isToken } from "../auth/token.ts";
import { newPasswordMistakes } from "../factors.ts";
import { needsAuthenticator } from "../session.ts";
import { sqlAudit } from "../store/audit-log.ts";
import { findTicket, sqlDeleteTickets, sqlSpendTicket } from "../store/tickets.ts";
import { findUser, isDisabled, sqlSetFirstPassword, type User } from "../store/users.ts";
import { type FieldMistakes, form, go, originOf, publicRoutes } from "../web.tsx";
import { prepareEnrolment } from "./login/enrol.tsx";

const Accept = z.object({ new_password: NewPassword, confirm_password: z.string() });
const PAGE = { title: "Welcome" };

type Invitation = { ticketId: string; user: User };

/** Where an invited person chooses the password nobody else ever sees, then sets up the authenticator. */
export const invite = (deps: Deps) =>
  publicRoutes()
    .get("/:token", async (c) => show(c, await findInvitation(c, deps)))
    .post(
      "/:token",
      form(Accept, async (c, mistakes) => show(c, await findInvitation(c, deps), mistakes)),
      async (c) => {
        const { ticketId, user } = await findInvitation(c, deps);
        const { new_password, confirm_password } = c.req.valid("form");
        const mistakes = await newPasswordMistakes(deps, user, new_password, confirm_password);
        if (mistakes !== null) return show(c, { ticketId, user }, mistakes);

        const passwordHash = await deps.passwords.hash(new_password);
        const nowMs = deps.clock();
        const enrolment = prepareEnrolment(deps, { id: user.id }, { leadsTo: "sign-in", next: "/" });
        const accepted = await deps.db.batch([
          sqlSpendTicket(ticketId, "invite", nowMs),
          sqlDeleteTickets(user.id, "invite"),
          sqlSetFirstPassword(user.id, passwordHash, nowMs),
          enrolment.statement,
          sqlAudit({ event: "invitation.accepted", atMs: nowMs, origin: originOf(c), actor: user }),
        ]);
        if (!accepted) throw new HTTPException(404);
        return needsAuthenticator(deps.config, user) ? enrolment.proceed(c) : go(c, "/login?notice=ready");
      },
    );

async function findInvitation(c: Context, { db, clock }: Deps): Promise<Invitation> {
  const token = c.req.param("token") ?? "";
  const ticket = isToken(token) ? await findTicket(db, hashToken(token), "invite", clock()) : null;
  const user = ticket?.userId ? await findUser(db, ticket.userId) : null;
  if (ticket === null || user === null || isDisabled(user, clock())) throw new HTTPException(404);
  return { ticketId: ticket.ticketId, user };
}

function show(c: Context, { user }: Invitation, errors: FieldMistakes = {}) {
  const status = Object.keys(errors).length === 0 ? 200 : 422;
  const view = (
    <ChoosePasswordForm
      id="invite"
      action={c.req.path}
      username={user.username}
      title="Choose your password"
      submit="Continue"
      errors={errors}
    />
  );
  return c.render(view, { ...PAGE, status });
}
