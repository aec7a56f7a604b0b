import type { Context } from "hono";
import { AccountPage } from "#views/account/page.tsx";
import type { Deps } from "../app.tsx";
import { needsAuthenticator } from "../session.ts";
import { listAuditOfPerson } from "../store/audit-pages.ts";
import { countRecoveryCodes, lastRecoveryCodeUse } from "../store/recovery-codes.ts";
import { listOpenSessions } from "../store/user-sessions.ts";
import { findFactorTimes } from "../store/users.ts";
import { type UserEnv, userRoutes } from "../web.tsx";
import { appearance, shortcuts } from "./account/appearance.tsx";
import { authenticator } from "./account/authenticator.tsx";
import { codes } from "./account/codes.tsx";
import { newsFor } from "./account/news.tsx";
import { password } from "./account/password.tsx";
import { self } from "./account/self.ts";
import { sessions } from "./account/sessions.tsx";

const ENTRIES = 20;

/** What was just done, by the word in the address it led to. */
const DONE: Readonly<Record<string, string>> = {
  password: "Your password is changed. All your other sessions were ended.",
  authenticator: "Your new authenticator is in use. All your other sessions were ended.",
  "authenticator-removed": "Your authenticator is removed. All your other sessions were ended.",
  codes: "Your new recovery codes are in use. The old ones are worth nothing now.",
  appearance: "Saved.",
  session: "The session was ended.",
  sessions: "All your other sessions were ended.",
};

/** A person's own account: what there is to know and to change, with the changes in files of their own. */
export const account = (deps: Deps) =>
  userRoutes()
    .get("/", async (c) => {
      const news = await newsFor(c, deps);
      const view = <AccountPage {...(await everything(c, deps))} news={news} done={DONE[c.req.query("done") ?? ""]} />;
      return c.render(view, { title: "Account" });
    })
    .route("/password", password(deps))
    .route("/authenticator", authenticator(deps))
    .route("/codes", codes(deps))
    .route("/sessions", sessions(deps))
    .route("/theme", appearance(deps))
    .route("/shortcuts", shortcuts(deps));

async function everything(c: Context<UserEnv>, deps: Deps) {
  const { db, clock, config } = deps;
  const { session } = c.var.visitor;
  const nowMs = clock();
  const user = await self(c, deps);
  const times = await findFactorTimes(db, user.id);
  const lastUse = await lastRecoveryCodeUse(db, user.id);
  const open = await listOpenSessions(db, user.id, nowMs, config.sessionIdleMs);
  const enrolledAtMs = times?.mfaEnrolledAtMs ?? null;
  return {
    username: user.username,
    admin: user.role === "admin",
    readerId: user.id,
    theme: c.var.visitor.user.theme,
    shortcuts: c.var.visitor.user.shortcuts,
    nowMs,
    passwordChangedAtMs: times?.passwordChangedAtMs ?? null,
    enrolled: user.mfaSecret !== null,
    enrolledAtMs,
    removable: !needsAuthenticator(config, user),
    maybeLost: user.mfaSecret !== null && lastUse !== null && lastUse > (enrolledAtMs ?? 0),
    codesLeft: await countRecoveryCodes(db, user.id),
    sessions: open.map((one) => ({ ...one, current: one.sessionId === session.id })),
    entries: await ownEntries(deps, user.id),
  };
}

/** What a person did to others is not about them; admins find it in the audit log. */
async function ownEntries({ db }: Deps, userId: number) {
  const entries = await listAuditOfPerson(db, userId, 50);
  return entries.filter(({ targetId }) => targetId === null || targetId === userId).slice(0, ENTRIES);
}
