import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { PersonActed, PersonPage } from "#views/admin/person.tsx";
import { RowOutcome } from "#views/admin/person-row.tsx";
import type { Outcome } from "#views/undo.tsx";
import type { Deps } from "../../app.tsx";
import { Id, Role, SessionId } from "../../auth/fields.ts";
import { mistake } from "../../auth/mistakes.ts";
import { wordsOf } from "../../language.ts";
import { listAuditAbout } from "../../store/audit-pages.ts";
import { clearEndedDisablements, findPerson, type Person } from "../../store/people.ts";
import { countRecoveryCodes } from "../../store/recovery-codes.ts";
import { findTicketEnd } from "../../store/tickets.ts";
import { listOpenSessions } from "../../store/user-sessions.ts";
import { adminRoutes, type FieldMistakes, form, go, isPartial, type Posted, type UserEnv } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";
import type { Act } from "./act.ts";
import {
  changeRole,
  deletePerson,
  disable,
  enable,
  endSession,
  endSessions,
  resetAuthenticator,
  undoEndSession,
  unlock,
  withdrawInvitation,
  withdrawResetLink,
} from "./acts.ts";
import { inviteAgain, issueResetLink } from "./links.ts";
import { countNow, viewingOf } from "./people-page.tsx";

const Anyway = z.object({});
const NewRole = z.object({ role: Role });
const Session = z.object({ session: SessionId });
const Disable = z
  .object({
    reason: z
      .string()
      .trim()
      .max(
        200,
        mistake((words) => words.atMost(200)),
      )
      .default(""),
    until: z.union([z.literal(""), z.iso.date(mistake("noDate"))]).default(""),
    as: z.string().max(8).optional(),
  })
  // From a row it is one click, and can be undone.
  .refine(({ as, reason }) => as === "row" || reason !== "", {
    path: ["reason"],
    error: mistake("noReason"),
  });
const Delete = z.object({ confirm_name: z.string().max(510).default("") });

const DAY_MS = 86_400_000;
const FURTHEST_MS = 3650 * DAY_MS;

/** One person. What takes power away from somebody who may be in the wrong hands needs no second proof. */
export const person = (deps: Deps) =>
  adminRoutes()
    .get("/:id", async (c) => show(c, deps, await findOr404(c, deps)))
    .post("/:id/role", confirmedOnly(deps), form(NewRole), async (c) =>
      act(c, deps, changeRole(c.req.valid("form").role)),
    )
    .post("/:id/disable", confirmedOnly(deps), form(Disable, refuseFields(deps)), async (c) => {
      const { reason, until } = c.req.valid("form");
      const untilMs = until === "" ? null : Date.parse(`${until}T00:00:00Z`);
      const wrong = untilMs === null ? null : wrongEnd(untilMs, deps.clock());
      if (wrong !== null) return refuse(c, deps, { until: wordsOf(c).people.person[wrong] }, { reason, until });
      return act(c, deps, disable(reason, untilMs));
    })
    .post("/:id/enable", confirmedOnly(deps), form(Anyway), (c) => act(c, deps, enable))
    // Lifting a wait lets guessing go on, at one's own /confirm too: not with a stolen session alone.
    .post("/:id/unlock", confirmedOnly(deps), form(Anyway), (c) => act(c, deps, unlock))
    .post("/:id/authenticator", confirmedOnly(deps), form(Anyway), (c) => act(c, deps, resetAuthenticator))
    .post("/:id/reset-link", confirmedOnly(deps), form(Anyway), (c) => act(c, deps, issueResetLink))
    .post("/:id/reset-link/withdraw", form(Anyway), (c) => act(c, deps, withdrawResetLink))
    .post("/:id/invitation", confirmedOnly(deps), form(Anyway), (c) => act(c, deps, inviteAgain))
    .post("/:id/invitation/withdraw", form(Anyway), (c) => act(c, deps, withdrawInvitation))
    .post("/:id/sessions", form(Anyway), (c) => act(c, deps, endSessions))
    .post("/:id/session", form(Session), (c) => act(c, deps, endSession(c.req.valid("form").session)))
    .post("/:id/session/undo", confirmedOnly(deps), form(Session), (c) =>
      act(c, deps, undoEndSession(c.req.valid("form").session)),
    )
    .post("/:id/delete", confirmedOnly(deps), form(Delete), async (c) => {
      const target = await findOr404(c, deps);
      const { confirm_name } = c.req.valid("form");
      if (confirm_name.trim() !== target.username)
        return refuse(c, deps, { confirm_name: wordsOf(c).people.person.notTheName }, { confirm_name });
      const outcome = await deletePerson(c, deps, target);
      return outcome.ok ? go(c, "/admin/users?notice=deleted") : show(c, deps, target, { outcome, status: 409 });
    });

async function findOr404(c: Context, { db, clock }: Deps): Promise<Person> {
  const id = Id.safeParse(c.req.param("id"));
  if (!id.success) throw new HTTPException(404);
  await clearEndedDisablements(db, clock());
  const found = await findPerson(db, id.data);
  if (found === null) throw new HTTPException(404);
  return found;
}

function wrongEnd(untilMs: number, nowMs: number): "toCome" | "tenYears" | null {
  if (untilMs <= nowMs) return "toCome";
  return untilMs > nowMs + FURTHEST_MS ? "tenYears" : null;
}

/** Acts, then shows the person as they are now: as a row where a row asked, otherwise as a page. */
async function act(c: Context<UserEnv>, deps: Deps, how: Act): Promise<Response> {
  const outcome = await how(c, deps, await findOr404(c, deps));
  const now = await findOr404(c, deps);
  const status = outcome.ok ? 200 : 409;
  if (isPartial(c) && (await askedByRow(c))) {
    const view = (
      <RowOutcome person={now} viewing={viewingOf(c, deps)} outcome={outcome} count={await countNow(c, deps)} />
    );
    return c.render(view, { title: now.username, status });
  }
  return show(c, deps, now, { outcome, status });
}

async function askedByRow(c: Context): Promise<boolean> {
  return (await c.req.parseBody()).as === "row";
}

type Parts = { outcome?: Outcome; errors?: FieldMistakes; typed?: Posted; status?: 200 | 409 | 422 };

async function show(c: Context<UserEnv>, deps: Deps, shown: Person, { status = 200, ...parts }: Parts = {}) {
  const { db, config } = deps;
  const nowMs = deps.clock();
  const { id } = shown;
  const [sessions, entries, codesLeft, invitationEndMs, resetLinkEndMs] = await Promise.all([
    listOpenSessions(db, id, nowMs, config.sessionIdleMs),
    listAuditAbout(db, id),
    countRecoveryCodes(db, id),
    findTicketEnd(db, id, "invite", nowMs),
    findTicketEnd(db, id, "reset", nowMs),
  ]);
  const facts = { sessions, entries, codesLeft, invitationEndMs, resetLinkEndMs };
  const props = { person: shown, viewing: viewingOf(c, deps), ...facts, ...parts };
  const view = isPartial(c) ? <PersonActed {...props} /> : <PersonPage {...props} />;
  return c.render(view, { title: shown.username, status });
}

const refuseFields = (deps: Deps) => (c: Context, errors: FieldMistakes, posted: Posted) =>
  refuse(c, deps, errors, posted);

async function refuse(c: Context, deps: Deps, errors: FieldMistakes, typed: Posted) {
  return show(c, deps, await findOr404(c, deps), { errors, typed, status: 422 });
}
