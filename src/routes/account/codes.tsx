import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Deps } from "../../app.tsx";
import { wordsOf } from "../../language.ts";
import { giveTicket, keepOnlyThisSession } from "../../session.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { sqlSpendTicket } from "../../store/tickets.ts";
import { form, go, originOf, type UserEnv, userRoutes } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";
import { codesFile, Saved, showCodes } from "../enrolment.tsx";
import { currentPending, freshCodes } from "./pending.ts";
import { self } from "./self.ts";

const ADDRESS = "/account/codes";

/** New recovery codes: in use at once, shown until the person says they are saved. */
export const codes = (deps: Deps) =>
  userRoutes()
    .get("/", async (c) => {
      const shown = await pendingCodes(c, deps);
      return shown === null ? go(c, "/account") : showCodes(c, shown.codes, ADDRESS, {});
    })
    .post("/", confirmedOnly(deps), async (c) => {
      const user = await self(c, deps);
      if (user.mfaSecret === null) throw new HTTPException(409, { message: "recovery codes without an authenticator" });
      const kept = keepOnlyThisSession(deps, c.var.visitor);
      const fresh = freshCodes(deps, user.id);
      const made = await deps.db.batch([
        ...kept.statements,
        ...fresh.statements,
        sqlAudit({ event: "recovery_codes.replaced", atMs: deps.clock(), origin: originOf(c), actor: user }),
      ]);
      if (!made) throw new HTTPException(409, { message: "session changed meanwhile" });
      kept.give(c);
      fresh.give(c);
      return go(c, ADDRESS);
    })
    .post("/codes.txt", async (c) => {
      const shown = await pendingCodes(c, deps);
      if (shown === null) return go(c, "/account");
      return codesFile(c, shown.codes);
    })
    .post("/done", form(Saved), async (c) => {
      const shown = await pendingCodes(c, deps);
      if (shown === null) return go(c, "/account");
      if (c.req.valid("form").saved !== "yes")
        return showCodes(c, shown.codes, ADDRESS, {}, wordsOf(c).door.recoveryCodes.notSaved);
      await deps.db.batch([sqlSpendTicket(shown.ticketId, "enrol", deps.clock())]);
      // A new value rather than none: Chromium then forgets the page with the codes, which "Back" would show again.
      giveTicket(c, deps, "spent");
      return go(c, "/account?done=codes");
    });

async function pendingCodes(c: Context<UserEnv>, deps: Deps) {
  const current = await currentPending(c, deps);
  if (current === null || !("codes" in current.pending)) return null;
  return { ticketId: current.ticket.ticketId, codes: current.pending.codes };
}
