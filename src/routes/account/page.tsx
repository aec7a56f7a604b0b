import type { Context } from "hono";
import { AccountPage } from "#views/account/page.tsx";
import type { Outcome } from "#views/undo.tsx";
import type { Deps } from "../../app.tsx";
import { needsAuthenticator, type Visitor } from "../../session.ts";
import { listAuditOfPerson } from "../../store/audit-pages.ts";
import { countRecoveryCodes, lastRecoveryCodeUse } from "../../store/recovery-codes.ts";
import { listOpenSessions } from "../../store/user-sessions.ts";
import { findFactorTimes } from "../../store/users.ts";
import type { UserEnv } from "../../web.tsx";
import { newsFor } from "./news.tsx";
import { self } from "./self.ts";

const ENTRIES = 20;

/** The whole account page, with what an act came to. */
export async function accountPage(c: Context<UserEnv>, deps: Deps, outcome?: Outcome) {
  const news = await newsFor(c, deps);
  const view = <AccountPage {...(await everything(c, deps))} news={news} outcome={outcome} />;
  return c.render(view, { title: (words) => words.account.title, status: outcome?.ok === false ? 409 : 200 });
}

/** The person's sessions that are open, with the one that asks marked. */
export async function ownSessions({ user, session }: Visitor, { db, clock, config }: Deps) {
  const nowMs = clock();
  const open = await listOpenSessions(db, user.id, nowMs, config.sessionIdleMs);
  return { sessions: open.map((one) => ({ ...one, current: one.sessionId === session.id })), nowMs };
}

async function everything(c: Context<UserEnv>, deps: Deps) {
  const { db, config } = deps;
  const user = await self(c, deps);
  const times = await findFactorTimes(db, user.id);
  const lastUse = await lastRecoveryCodeUse(db, user.id);
  const enrolledAtMs = times?.mfaEnrolledAtMs ?? null;
  return {
    username: user.username,
    admin: user.role === "admin",
    readerId: user.id,
    theme: c.var.visitor.user.theme,
    language: c.var.visitor.user.language,
    shortcuts: c.var.visitor.user.shortcuts,
    passwordChangedAtMs: times?.passwordChangedAtMs ?? null,
    enrolled: user.mfaSecret !== null,
    enrolledAtMs,
    removable: !needsAuthenticator(config, user),
    maybeLost: user.mfaSecret !== null && lastUse !== null && lastUse > (enrolledAtMs ?? 0),
    codesLeft: await countRecoveryCodes(db, user.id),
    ...(await ownSessions(c.var.visitor, deps)),
    entries: await ownEntries(deps, user.id),
  };
}

/** What a person did to others is not about them; admins find it in the audit log. */
async function ownEntries({ db }: Deps, userId: number) {
  const entries = await listAuditOfPerson(db, userId, 50);
  return entries.filter(({ targetId }) => targetId === null || targetId === userId).slice(0, ENTRIES);
}
