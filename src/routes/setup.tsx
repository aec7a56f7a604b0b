import type { Context } from "hono";
import { z } from "zod";
import { SetupForm } from "#views/choose-password.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../app.tsx";
import { DeadLink } from "../auth/dead-link.ts";
import { NewPassword, NewUsername } from "../auth/fields.ts";
import { newPasswordMistakes } from "../factors.ts";
import { linkTicket, needsAuthenticator } from "../session.ts";
import { sqlAudit } from "../store/audit-log.ts";
import { sqlSpendTicket } from "../store/tickets.ts";
import { noUserYet, sqlInsertFirstUser, sqlLockAdmins } from "../store/users.ts";
import { type FieldMistakes, form, go, inWords, originOf, type Posted, type PublicEnv, publicRoutes } from "../web.tsx";
import { prepareEnrolment } from "./login/enrol.tsx";

const Setup = z.object({ username: NewUsername, new_password: NewPassword, confirm_password: z.string() });
const PAGE = { title: (words: Words) => words.door.setup.title };

/** The one-time address printed while nobody is registered. Afterwards, and with any other token, there is nothing here. */
export const setup = (deps: Deps) =>
  publicRoutes()
    .get("/:token", async (c) => {
      await findSetup(c, deps);
      return c.render(<SetupForm action={c.req.path} />, PAGE);
    })
    .post("/:token", form(Setup, refuseFields), async (c) => {
      const ticketId = await findSetup(c, deps);
      const { username, new_password, confirm_password } = c.req.valid("form");
      const mistakes = await newPasswordMistakes(deps, { username, role: "admin" }, new_password, confirm_password);
      if (mistakes !== null) return refuseFields(c, inWords(c, mistakes), { username });

      const passwordHash = await deps.passwords.hash(new_password);
      const nowMs = deps.clock();
      const enrolment = needsAuthenticator(deps.config, { role: "admin" })
        ? prepareEnrolment(deps, { usernameKey: username }, { leadsTo: "session", next: "/" })
        : null;
      const created = await deps.db.batch([
        sqlLockAdmins(),
        sqlSpendTicket(ticketId, "setup", nowMs),
        sqlInsertFirstUser({ username, usernameKey: username, role: "admin", passwordHash, nowMs }),
        ...(enrolment === null ? [] : [enrolment.statement]),
        sqlAudit({ event: "setup.completed", atMs: nowMs, origin: originOf(c), detail: { username } }),
      ]);
      if (!created) throw new DeadLink("setup");
      return enrolment?.proceed(c) ?? go(c, "/login?notice=chosen");
    });

function refuseFields(c: Context, errors: FieldMistakes, posted: Posted) {
  return c.render(<SetupForm action={c.req.path} username={posted.username} errors={errors} />, {
    ...PAGE,
    status: 422,
  });
}

/** @returns the id of the setup ticket in the address. */
async function findSetup(c: Context<PublicEnv>, deps: Deps): Promise<string> {
  const ticket = await linkTicket(c, deps, "setup");
  if (ticket === null || !(await noUserYet(deps.db))) throw new DeadLink("setup");
  return ticket.ticketId;
}
