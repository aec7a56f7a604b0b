import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { PeopleList } from "#views/admin/people.tsx";
import { Registered, RegisterForm } from "#views/admin/register.tsx";
import type { Outcome } from "#views/undo.tsx";
import { sqlRegister } from "../../acts.ts";
import type { Deps } from "../../app.tsx";
import { NewUsername, Role } from "../../auth/fields.ts";
import { newToken } from "../../auth/token.ts";
import { UniqueViolation } from "../../db/db.ts";
import { wordsOf } from "../../language.ts";
import { sqlAuditForKey } from "../../store/audit-log.ts";
import { findPerson, type Person, sqlStillAdmin } from "../../store/people.ts";
import { findUserByKey, type Role as RoleName, sqlLockAdmins } from "../../store/users.ts";
import { adminRoutes, type FieldMistakes, form, isPartial, originOf, type UserEnv } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";
import { invitationLink } from "./links.ts";
import { countNow, PAGE, page, readList, viewingOf } from "./people-page.tsx";
import { listAddress, readQuery } from "./people-query.ts";
import { several } from "./several.tsx";

const Register = z.object({ username: NewUsername, role: Role.default("user") });

/** Everybody: list, registration, and acts on several at once. */
export const users = (deps: Deps) =>
  adminRoutes()
    .get("/", async (c) => {
      const list = await readList(c, deps);
      if (!isPartial(c)) return page(c, list, { notice: noticeOf(c) });
      c.header("HX-Push-Url", listAddress(readQuery(c), { after: readQuery(c).after }));
      return c.render(<PeopleList {...list} />, PAGE);
    })
    .post("/", confirmedOnly(deps), form(Register, refuseFields(deps)), async (c) => {
      const { username, role } = c.req.valid("form");
      const token = newToken();
      const person = await register(c, deps, username, role, token);
      if (person === null)
        return again(c, deps, { username, role }, { username: wordsOf(c).people.register.taken }, 409);
      const text = wordsOf(c).people.register.done(username);
      return registered(c, deps, person, { ok: true, text, handover: invitationLink(c, deps, username, token) });
    })
    .route("/bulk", several(deps));

/** What was just done elsewhere, and led here. */
const noticeOf = (c: Context): string | undefined =>
  c.req.query("notice") === "deleted" ? wordsOf(c).people.list.deleted : undefined;

/** The same form with what was typed; without htmx in its page. */
async function again(
  c: Context<UserEnv>,
  deps: Deps,
  posted: { username?: string | undefined; role?: string | undefined },
  errors: FieldMistakes,
  status: 409 | 422,
) {
  const view = <RegisterForm username={posted.username} role={posted.role} errors={errors} />;
  if (isPartial(c)) return c.render(view, { ...PAGE, status });
  return page(c, await readList(c, deps), { form: view, status });
}

const refuseFields = (deps: Deps) => (c: Context, errors: FieldMistakes, posted: Readonly<Record<string, string>>) =>
  again(c, deps, posted, errors, 422);

/** @returns null when the name is taken. */
async function register(c: Context<UserEnv>, deps: Deps, username: string, role: RoleName, token: string) {
  const { db, clock } = deps;
  const nowMs = clock();
  const actor = c.var.visitor.user;
  const entry = { atMs: nowMs, origin: originOf(c), actor };
  try {
    const done = await db.batch([
      sqlLockAdmins(),
      sqlStillAdmin(actor.id, nowMs),
      ...sqlRegister(username, role, token, nowMs),
      sqlAuditForKey({ ...entry, event: "user.registered", detail: { role } }, username),
    ]);
    if (!done) throw new HTTPException(403, { message: "not an admin any more" });
  } catch (error) {
    if (error instanceof UniqueViolation) return null;
    throw error;
  }
  const user = await findUserByKey(db, username);
  return user === null ? null : findPerson(db, user.id);
}

async function registered(c: Context<UserEnv>, deps: Deps, person: Person, outcome: Outcome) {
  if (isPartial(c)) {
    const count = await countNow(c, deps);
    const view = <Registered person={person} outcome={outcome} viewing={viewingOf(c, deps)} count={count} />;
    return c.render(view, { ...PAGE, status: 201 });
  }
  return page(c, await readList(c, deps), { outcome, status: 201 });
}
