import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { News } from "#views/account/news.tsx";
import type { Deps } from "../../app.tsx";
import { countRefusals, findSignIns, listChangesByOthers } from "../../store/own-audit.ts";
import { countRecoveryCodes } from "../../store/recovery-codes.ts";
import { noteWelcome } from "../../store/user-sessions.ts";
import { isPartial, type UserEnv } from "../../web.tsx";

/**
 * What happened on the account since the person was last here, for the first page after a sign-in that shows it.
 * Source: ASVS 6.3.5 and 6.3.7; there is no e-mail to say it with.
 *
 * @returns null on every later page.
 */
export async function newsFor(c: Context<UserEnv>, { db, clock }: Deps): Promise<Child> {
  const { user, session } = c.var.visitor;
  if (session.welcomedAtMs !== null || isPartial(c)) return null;
  if (!(await noteWelcome(db, session.id, clock()))) return null;
  const untilMs = session.createdAtMs;
  const [present, before] = await findSignIns(db, user.id, untilMs);
  const usedRecoveryCode = present?.factors.includes("recovery code") ?? false;
  return (
    <News
      readerId={user.id}
      before={before}
      refusals={before === null ? 0 : await countRefusals(db, user.id, before.atMs, untilMs)}
      changes={before === null ? [] : await listChangesByOthers(db, user.id, before.atMs, untilMs)}
      codesLeft={usedRecoveryCode ? await countRecoveryCodes(db, user.id) : null}
    />
  );
}
