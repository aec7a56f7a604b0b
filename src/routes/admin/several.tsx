import type { Context } from "hono";
import { z } from "zod";
import { BulkDone, BulkReport, type BulkResult, type Kept } from "#views/admin/several.tsx";
import type { Outcome } from "#views/undo.tsx";
import type { Deps } from "../../app.tsx";
import { Id } from "../../auth/fields.ts";
import { wordsOf } from "../../language.ts";
import { listPeopleById, type Person } from "../../store/people.ts";
import { PAGE_SIZE } from "../../store/people-list.ts";
import { adminRoutes, form, isPartial, type UserEnv } from "../../web.tsx";
import { confirmedOnly } from "../confirm.tsx";
import type { Act } from "./act.ts";
import { changeRole, disable, enable, endSessions } from "./acts.ts";
import { countNow, PAGE, page, readList, viewingOf } from "./people-page.tsx";

const Several = z.object({
  id: z.union([Id.transform((id) => [id]), z.array(Id).max(2 * PAGE_SIZE)]).default([]),
  act: z.enum(["disable", "enable", "sessions", "user", "admin"]),
  reason: z.string().trim().max(200).default(""),
});
type Several = z.output<typeof Several>;

/** One act on several people, with one answer that says what happened to each. */
export const several = (deps: Deps) =>
  adminRoutes().post("/", confirmedOnly(deps), form(Several), async (c) => {
    const { id: ids, act, reason } = c.req.valid("form");
    const refused = mistake(ids, act, reason);
    if (refused !== null)
      return report(c, deps, [], [], { error: wordsOf(c).people.several[refused], kept: { ids, act, reason } });
    const results = await actOnSeveral(c, deps, ids, toAct(act, reason));
    return report(c, deps, results, await listPeopleById(deps.db, ids), { summary: summaryOf(c, act, results) });
  });

function mistake(ids: readonly number[], act: Several["act"], reason: string): "nobody" | "noReason" | null {
  if (ids.length === 0) return "nobody";
  return act === "disable" && reason === "" ? "noReason" : null;
}

function toAct(act: Several["act"], reason: string): Act {
  if (act === "disable") return disable(reason, null);
  if (act === "enable") return enable;
  return act === "sessions" ? endSessions : changeRole(act);
}

/** One after the other, each in a batch of its own: what is refused for one person stops no other. */
async function actOnSeveral(c: Context<UserEnv>, deps: Deps, ids: readonly number[], act: Act): Promise<BulkResult[]> {
  const people = new Map((await listPeopleById(deps.db, ids)).map((person) => [person.id, person]));
  const { somebody, gone } = wordsOf(c).people.several;
  const results: BulkResult[] = [];
  for (const id of new Set(ids)) {
    const person = people.get(id);
    if (person === undefined) results.push({ username: somebody, outcome: { ok: false, text: gone } });
    else results.push({ id, username: person.username, outcome: await act(c, deps, person) });
  }
  return results;
}

/** Only of what can be undone, and of undoing it. */
function summaryOf(c: Context, act: Several["act"], results: readonly BulkResult[]): Outcome | undefined {
  const ids = results.flatMap(({ id, outcome }) => (outcome.ok && id !== undefined ? [String(id)] : []));
  if (ids.length === 0 || (act !== "disable" && act !== "enable")) return undefined;
  const { enabled, disabled } = wordsOf(c).people.several;
  if (act === "enable") return { ok: true, text: enabled(ids.length) };
  const fields = [["act", "enable"] as const, ...ids.map((id) => ["id", id] as const)];
  return { ok: true, text: disabled(ids.length), undo: { action: "/admin/users/bulk", fields } };
}

async function report(
  c: Context<UserEnv>,
  deps: Deps,
  results: readonly BulkResult[],
  people: readonly Person[],
  { error, summary, kept }: { error?: string; summary?: Outcome | undefined; kept?: Kept } = {},
) {
  const status = error === undefined ? 200 : 422;
  if (isPartial(c)) {
    const view = (
      <BulkDone {...{ results, people, error, summary }} count={await countNow(c, deps)} viewing={viewingOf(c, deps)} />
    );
    return c.render(view, { ...PAGE, status });
  }
  const shown = <BulkReport results={results} error={error} undo={summary?.undo} />;
  return page(c, { ...(await readList(c, deps)), kept }, { results: shown, status });
}
