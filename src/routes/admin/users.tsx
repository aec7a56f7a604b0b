import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Child } from "hono/jsx";
import { z } from "zod";
import type { Outcome as Shown } from "#views/admin/parts.tsx";
import {
  BulkDone,
  BulkReport,
  type BulkResult,
  PeopleList,
  type PeopleListProps,
  PeoplePage,
} from "#views/admin/people.tsx";
import { Handover, Registered, RegisterForm } from "#views/admin/register.tsx";
import type { Deps } from "../../app.tsx";
import { Id, NewUsername, Role } from "../../auth/fields.ts";
import { hashToken, newToken } from "../../auth/token.ts";
import { UniqueViolation } from "../../db/db.ts";
import { sqlAuditForKey } from "../../store/audit-log.ts";
import { clearEndedDisablements, findPerson, listPeopleById, type Person, sqlStillAdmin } from "../../store/people.ts";
import { COUNTED_UP_TO, countPeople, LOOKED_THROUGH, listPeople, PAGE_SIZE } from "../../store/people-list.ts";
import { sqlInsertTicketForKey } from "../../store/tickets.ts";
import { findUserByKey, type Role as RoleName, sqlInsertUser, sqlLockAdmins } from "../../store/users.ts";
import { adminRoutes, type FieldMistakes, form, isPartial, originOf, type UserEnv } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";
import { type Act, changeRole, disable, enable, endSessions, invitationLink } from "./acts.ts";
import { INVITATION_MS } from "./links.ts";
import { listAddress, readQuery } from "./people-query.ts";

const Register = z.object({ username: NewUsername, role: Role.default("user") });

const Several = z.object({
  id: z.union([Id.transform((id) => [id]), z.array(Id).max(PAGE_SIZE * 5)]).default([]),
  act: z.enum(["disable", "enable", "sessions", "user", "admin"]),
  reason: z.string().trim().max(200).default(""),
});

const PAGE = { title: "People" };
const NOTICES: Readonly<Record<string, string>> = { deleted: "The account is deleted." };
const TAKEN = "Somebody is registered under this name already.";

/** Everybody: list, registration, and acts on several at once. */
export const users = (deps: Deps) =>
  adminRoutes()
    .get("/", async (c) => {
      const list = await readList(c, deps);
      if (!isPartial(c)) return page(c, list, { notice: NOTICES[c.req.query("notice") ?? ""] });
      c.header("HX-Push-Url", listAddress(readQuery(c), { after: readQuery(c).after }));
      return c.render(<PeopleList {...list} />, PAGE);
    })
    .post("/", confirmedOnly(deps), form(Register, refuseFields(deps)), async (c) => {
      const { username, role } = c.req.valid("form");
      const token = newToken();
      const person = await register(c, deps, username, role, token);
      if (person === null) return again(c, deps, { username, role }, { username: TAKEN }, 409);
      const text = `${username} is registered.`;
      return registered(c, deps, person, { ok: true, text, handover: invitationLink(c, deps, username, token) });
    })
    .post("/bulk", confirmedOnly(deps), form(Several), async (c) => {
      const { id: ids, act, reason } = c.req.valid("form");
      const refused = mistake(ids, act, reason);
      if (refused !== null) return reportSeveral(c, deps, [], [], refused);
      const results = await actOnSeveral(c, deps, ids, toAct(act, reason));
      return reportSeveral(c, deps, results, await listPeopleById(deps.db, ids));
    });

function viewingOf(c: Context<UserEnv>, { clock }: Deps) {
  return { nowMs: clock(), visitorId: c.var.visitor.user.id };
}

async function readList(c: Context<UserEnv>, deps: Deps): Promise<PeopleListProps> {
  const { db, clock } = deps;
  const query = readQuery(c);
  const { wanted, typed, after } = query;
  await clearEndedDisablements(db, clock());
  const nobody = typed.trim() !== "" && wanted.q === "";
  const [list, count] = nobody
    ? [{ people: [], next: null, partly: false }, null]
    : await Promise.all([listPeople(db, wanted, after, clock()), countPeople(db, wanted)]);
  return {
    people: list.people,
    filters: {
      q: typed,
      role: wanted.role ?? "",
      status: wanted.status ?? "",
      mfa: wanted.authenticator ?? "",
      sort: wanted.sort,
    },
    viewing: viewingOf(c, deps),
    count: count === null ? null : formatCount(count),
    next: list.next === null ? null : listAddress(query, { after: list.next }),
    first: after === null ? null : listAddress(query),
    partly: list.partly ? LOOKED_THROUGH : null,
    sorted: (sort) => listAddress(query, { sort }),
  };
}

function formatCount(count: number): string {
  return count > COUNTED_UP_TO ? `${COUNTED_UP_TO.toLocaleString("en")}+` : count.toLocaleString("en");
}

type Parts = {
  form?: Child;
  outcome?: Shown;
  results?: Child;
  notice?: string | undefined;
  status?: 200 | 201 | 409 | 422;
};

function page(c: Context, list: PeopleListProps, { form, outcome, results, notice, status = 200 }: Parts = {}) {
  const register = (
    <>
      {form ?? <RegisterForm />}
      <Handover outcome={outcome} />
    </>
  );
  return c.render(<PeoplePage register={register} list={list} results={results} notice={notice} />, {
    ...PAGE,
    status,
  });
}

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
  const ticket = { ticketId: hashToken(token), purpose: "invite", usernameKey: username } as const;
  const entry = { atMs: nowMs, origin: originOf(c), actor };
  try {
    const done = await db.batch([
      sqlLockAdmins(),
      sqlStillAdmin(actor.id, nowMs),
      sqlInsertUser({ username, usernameKey: username, role, passwordHash: "", nowMs }),
      sqlInsertTicketForKey({ ...ticket, nowMs, expiresAtMs: nowMs + INVITATION_MS }),
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

async function registered(c: Context<UserEnv>, deps: Deps, person: Person, outcome: Shown) {
  if (isPartial(c)) {
    const view = <Registered person={person} outcome={outcome} viewing={viewingOf(c, deps)} />;
    return c.render(view, { ...PAGE, status: 201 });
  }
  return page(c, await readList(c, deps), { outcome, status: 201 });
}

type Several = z.output<typeof Several>;

function mistake(ids: readonly number[], act: Several["act"], reason: string): string | null {
  if (ids.length === 0) return "Select at least one person first.";
  return act === "disable" && reason === "" ? "Say why: a reason is kept with everybody who is disabled." : null;
}

function toAct(act: Several["act"], reason: string): Act {
  if (act === "disable") return disable(reason, null);
  if (act === "enable") return enable;
  return act === "sessions" ? endSessions : changeRole(act);
}

/** One after the other, each in a batch of its own: what is refused for one person stops no other. */
async function actOnSeveral(c: Context<UserEnv>, deps: Deps, ids: readonly number[], act: Act): Promise<BulkResult[]> {
  const people = new Map((await listPeopleById(deps.db, ids)).map((person) => [person.id, person]));
  const results: BulkResult[] = [];
  for (const id of new Set(ids)) {
    const person = people.get(id);
    if (person === undefined) results.push({ username: "Somebody", outcome: GONE });
    else results.push({ username: person.username, outcome: await act(c, deps, person) });
  }
  return results;
}

const GONE = { ok: false, text: "This account was deleted meanwhile." };

async function reportSeveral(
  c: Context<UserEnv>,
  deps: Deps,
  results: readonly BulkResult[],
  people: readonly Person[],
  error?: string,
) {
  const status = error === undefined ? 200 : 422;
  if (isPartial(c)) {
    const view = <BulkDone results={results} people={people} viewing={viewingOf(c, deps)} error={error} />;
    return c.render(view, { ...PAGE, status });
  }
  return page(c, await readList(c, deps), { results: <BulkReport results={results} error={error} />, status });
}
