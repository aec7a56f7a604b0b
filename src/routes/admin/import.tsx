import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { csvLine } from "#views/admin/audit-export.ts";
import { type CheckedRow, ImportChecked, Imported, ImportPage } from "#views/admin/import.tsx";
import type { Words } from "#views/words.tsx";
import { inviteAgain } from "../../acts.ts";
import type { Deps } from "../../app.tsx";
import { Id } from "../../auth/fields.ts";
import { newToken } from "../../auth/token.ts";
import { type Statement, UniqueViolation } from "../../db/db.ts";
import { wordsOf } from "../../language.ts";
import { sqlAudit, sqlAuditForKey } from "../../store/audit-log.ts";
import { findIdsByName, listInvited, sqlStillAdmin } from "../../store/people.ts";
import { findUser, isDisabled, sqlInsertUser, sqlLockAdmins } from "../../store/users.ts";
import { adminRoutes, form, originOf, type UserEnv } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";
import { checkList, type GoodRow, isGood, toList } from "./import-list.ts";
import { wholeAddress } from "./links.ts";

const PAGE = { title: (words: Words) => words.people.import.title };
/** People per batch: few enough that no other request waits noticeably behind it. */
const AT_ONCE = 50;

const Check = z.object({ csv: z.string().default(""), file: z.union([z.instanceof(File), z.literal("")]).optional() });
const Import = z.object({ good: z.string() });
const Download = z.object({
  ids: z
    .string()
    .transform((ids) => ids.split("-"))
    .pipe(z.array(Id).max(5000)),
});

/** A list of people, from looking at it to their invitations. Checking writes nothing, so it needs no fresh proof. */
export const importPeople = (deps: Deps) =>
  adminRoutes()
    .get("/", (c) => c.render(<ImportPage />, PAGE))
    .post("/check", form(Check), async (c) => {
      const { csv, file } = c.req.valid("form");
      const text = file instanceof File && file.size > 0 ? await file.text() : csv;
      if (text.includes("\uFFFD")) return again(c, "", wordsOf(c).people.import.notUtf8);
      const rows = await checkList(deps.db, text, wordsOf(c));
      if (typeof rows === "string") return again(c, csv, rows);
      const good = rows.filter(isGood);
      return c.render(<ImportChecked rows={rows} good={toList(good)} goodCount={good.length} />, PAGE);
    })
    .post("/", confirmedOnly(deps), form(Import), async (c) => {
      const rows = await checkList(deps.db, c.req.valid("form").good, wordsOf(c));
      if (typeof rows === "string") return again(c, "", rows);
      c.env.keepOpen?.();
      const good = rows.filter(isGood);
      const imported: ReadonlySet<CheckedRow> = await eachInBatches(deps, c, good, (row) => sqlImport(c, deps, row));
      const leftOut = rows
        .filter((row) => !imported.has(row))
        .map((row): CheckedRow => (isGood(row) ? lost(c, row) : row));
      const ids = await findIdsByName(
        deps.db,
        [...imported].map(({ username }) => username),
      );
      const view = <Imported ids={[...ids.values()]} imported={imported.size} leftOut={leftOut} />;
      return c.render(view, { ...PAGE, status: imported.size > 0 ? 201 : 409 });
    })
    .post("/invitations.csv", confirmedOnly(deps), form(Download), async (c) => {
      c.env.keepOpen?.();
      const people = (await listInvited(deps.db, c.req.valid("form").ids)).map((person) => ({
        ...person,
        token: newToken(),
      }));
      const invited = await eachInBatches(deps, c, people, (person) => sqlInvite(c, deps, person));
      const lines = [...invited].map(({ username, token }) => [username, wholeAddress(c, deps, `/invite/${token}`)]);
      return c.body([["username", "invitation"], ...lines].map(csvLine).join(""), 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="invitations.csv"',
      });
    });

function again(c: Context, csv: string, error: string) {
  return c.render(<ImportPage csv={csv} error={error} />, { ...PAGE, status: 422 });
}

const lost = (c: Context, row: GoodRow): CheckedRow => ({
  ...row,
  verdict: "taken",
  reason: wordsOf(c).people.register.taken,
});

function sqlImport(c: Context<UserEnv>, deps: Deps, { username, role }: GoodRow): Statement[] {
  const nowMs = deps.clock();
  const entry = { atMs: nowMs, origin: originOf(c), actor: c.var.visitor.user };
  return [
    sqlInsertUser({ username, usernameKey: username, role, passwordHash: "", nowMs }),
    sqlAuditForKey({ ...entry, event: "user.imported", detail: { role } }, username),
  ];
}

function sqlInvite(c: Context<UserEnv>, deps: Deps, person: { id: number; username: string; token: string }) {
  const nowMs = deps.clock();
  const { event, statements } = inviteAgain(person, person.token, nowMs);
  const entry = { event, atMs: nowMs, origin: originOf(c), actor: c.var.visitor.user, target: person };
  return [...statements, sqlAudit(entry)];
}

/** @throws 403 when the one who imports lost the role meanwhile: then nothing more is tried, and nothing is called taken. */
async function stillAdmin(c: Context<UserEnv>, { db, clock }: Deps): Promise<void> {
  const user = await findUser(db, c.var.visitor.user.id);
  if (user?.role !== "admin" || isDisabled(user, clock()))
    throw new HTTPException(403, { message: "not an admin any more" });
}

/**
 * Runs the statements of all items, many in one batch. Where such a batch fails because of one of them, each of its
 * items is tried alone.
 *
 * @returns the items whose statements ran.
 */
async function eachInBatches<T>(
  deps: Deps,
  c: Context<UserEnv>,
  items: readonly T[],
  statementsOf: (item: T) => Statement[],
): Promise<Set<T>> {
  const done = new Set<T>();
  const run = async (some: readonly T[]) => {
    const statements = [
      sqlLockAdmins(),
      sqlStillAdmin(c.var.visitor.user.id, deps.clock()),
      ...some.flatMap(statementsOf),
    ];
    const ran = await deps.db.batch(statements).catch((error) => {
      if (error instanceof UniqueViolation) return false;
      throw error;
    });
    if (ran) for (const item of some) done.add(item);
    return ran;
  };
  for (let at = 0; at < items.length; at += AT_ONCE) {
    const some = items.slice(at, at + AT_ONCE);
    if (await run(some)) continue;
    await stillAdmin(c, deps);
    for (const item of some) await run([item]);
  }
  return done;
}
