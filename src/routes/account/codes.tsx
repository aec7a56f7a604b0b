import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { RecoveryCodes } from "#views/enrol.tsx";
import type { Deps } from "../../app.tsx";
import { giveTicket, keepOnlyThisSession } from "../../session.ts";
import { sqlAudit } from "../../store/audit-log.ts";
import { sqlSpendTicket } from "../../store/tickets.ts";
import { form, go, originOf, type UserEnv, userRoutes } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";
import { currentPending, freshCodes } from "./pending.ts";
import { self } from "./self.ts";

const TITLE = "Recovery codes";

/** New recovery codes: in use at once, shown until the person says they are saved. */
export const codes = (deps: Deps) =>
  userRoutes()
    .get("/", async (c) => {
      const shown = await pendingCodes(c, deps);
      return shown === null ? go(c, "/account") : show(c, shown.codes);
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
      return go(c, "/account/codes");
    })
    .post("/codes.txt", async (c) => {
      const shown = await pendingCodes(c, deps);
      if (shown === null) return go(c, "/account");
      return c.text(`${shown.codes.join("\n")}\n`, 200, {
        "Content-Disposition": 'attachment; filename="recovery-codes.txt"',
      });
    })
    .post("/done", form(z.object({ saved: z.string().optional() })), async (c) => {
      const shown = await pendingCodes(c, deps);
      if (shown === null) return go(c, "/account");
      if (c.req.valid("form").saved !== "yes") return show(c, shown.codes, "Please save the codes first.");
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

function show(c: Context<UserEnv>, shown: readonly string[], error?: string) {
  const view = (
    <RecoveryCodes codes={shown} action="/account/codes/done" downloadAction="/account/codes/codes.txt" error={error} />
  );
  return c.render(view, { title: TITLE, status: error === undefined ? 200 : 422 });
}
