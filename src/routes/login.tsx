import type { Context } from "hono";
import { z } from "zod";
import { LoginForm } from "#views/login.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../app.tsx";
import { Password, Username } from "../auth/fields.ts";
import { safeNext } from "../auth/next.ts";
import { hashToken, newToken } from "../auth/token.ts";
import { canonicalUsername } from "../auth/username.ts";
import type { Statement } from "../db/db.ts";
import { checkPassword, clearFailures } from "../factors.ts";
import { chooseLanguage, wordsOf } from "../language.ts";
import { giveTicket, needsAuthenticator, startSession, TICKET_MS, visitorOrNull } from "../session.ts";
import { type Origin, sqlAudit } from "../store/audit-log.ts";
import { sqlInsertTicket } from "../store/tickets.ts";
import { findUserByKey, sqlNoteSignIn, type User } from "../store/users.ts";
import { type FieldMistakes, form, go, originOf, type Posted, publicRoutes, tryLater } from "../web.tsx";
import { prepareEnrolment } from "./login/enrol.tsx";

const Login = z.object({ username: Username, password: Password, next: z.string().optional() });

const PAGE = { title: (words: Words) => words.door.signIn.title };

/** What was just done, by the word in the address that led here. */
const NOTICES = new Map<string, "resetDone" | "chosen" | "ready">([
  ["reset", "resetDone"],
  ["chosen", "chosen"],
  ["ready", "ready"],
]);

export const login = (deps: Deps) =>
  publicRoutes()
    .get("/", (c) => {
      // Signed in already, in another tab or a moment ago: there is nothing to ask.
      if (visitorOrNull(c) !== null) return go(c, safeNext(c.req.query("next")));
      chooseLanguage(c, deps, c.req.query("language"));
      const done = NOTICES.get(c.req.query("notice") ?? "");
      const notice = done && wordsOf(c).door.signIn[done];
      return c.render(<LoginForm next={safeNext(c.req.query("next"))} notice={notice} />, PAGE);
    })
    .post("/", form(Login, refuseFields), async (c) => {
      const { username, password, next } = c.req.valid("form");
      const name = canonicalUsername(username);
      const user = name === null ? null : await findUserByKey(deps.db, name);
      const origin = originOf(c);

      const checked = await checkPassword(deps, { user, name: name ?? "", origin }, password);
      const again = (error: string) => <LoginForm username={username} next={safeNext(next)} error={error} />;
      const refuse = () => c.render(again(wordsOf(c).door.signIn.refused), { ...PAGE, status: 401 });
      if (!checked.ok) return checked.retryAfterMs === null ? refuse() : tryLater(c, checked.retryAfterMs, again, PAGE);
      const step = nextStep(deps, checked.user, safeNext(next), origin);
      // False: the password was changed while it was being checked, so it is a wrong one now.
      const granted = await deps.db.batch([...checked.accepted, ...step.statements]);
      return granted ? step.proceed(c) : refuse();
    });

function refuseFields(c: Context, errors: FieldMistakes, posted: Posted) {
  const view = <LoginForm username={posted.username} next={safeNext(posted.next)} errors={errors} />;
  return c.render(view, { ...PAGE, status: 422 });
}

/** What follows a right password, prepared: run the statements, then proceed. */
type Step = { statements: Statement[]; proceed: (c: Context) => Response };

function nextStep(deps: Deps, user: User, next: string, origin: Origin): Step {
  if (user.mfaSecret !== null) return askForCode(deps, user, next, origin);
  if (needsAuthenticator(deps.config, user)) {
    const enrolment = prepareEnrolment(deps, { id: user.id }, { leadsTo: "session", next });
    return {
      statements: [passwordAccepted(deps, user, origin), enrolment.statement],
      proceed: (c) => enrolment.proceed(c),
    };
  }
  return openSession(deps, user, next, origin);
}

function askForCode(deps: Deps, user: User, next: string, origin: Origin): Step {
  const token = newToken();
  const nowMs = deps.clock();
  const ticket = { ticketId: hashToken(token), purpose: "login", userId: user.id, payload: next } as const;
  return {
    statements: [
      passwordAccepted(deps, user, origin),
      sqlInsertTicket({ ...ticket, nowMs, expiresAtMs: nowMs + TICKET_MS.login }),
    ],
    proceed: (c) => {
      giveTicket(c, deps, token);
      return go(c, "/login/code");
    },
  };
}

function openSession(deps: Deps, user: User, next: string, origin: Origin): Step {
  const nowMs = deps.clock();
  const session = startSession(deps, { userId: user.id, nowMs, origin });
  return {
    statements: [
      session.statement,
      sqlNoteSignIn(user.id, nowMs),
      ...clearFailures(user.id, origin),
      sqlAudit({ event: "session.started", atMs: nowMs, origin, actor: user, detail: { factors: "password" } }),
    ],
    proceed: (c) => {
      session.give(c);
      return go(c, next);
    },
  };
}

function passwordAccepted({ clock }: Deps, user: User, origin: Origin): Statement {
  return sqlAudit({ event: "sign_in.password_accepted", atMs: clock(), origin, target: user });
}
