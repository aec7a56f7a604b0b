import type { Context } from "hono";
import { z } from "zod";
import { AuditLog, type AuditQuery, type EventChoice } from "#views/admin/audit.tsx";
import { AUDIT_CSV_HEAD, auditCsv, auditJsonl } from "#views/admin/audit-export.ts";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../../app.tsx";
import { clientAddress } from "../../auth/address.ts";
import { canonicalUsername } from "../../auth/username.ts";
import type { Db } from "../../db/db.ts";
import { wordsOf } from "../../language.ts";
import { AUDIT_EVENTS, AUDIT_TOPICS, type AuditRow, sqlAudit, topicOf } from "../../store/audit-log.ts";
import { type AuditFilter, type AuditPosition, exportAudit, listAudit } from "../../store/audit-pages.ts";
import { findUserByKey } from "../../store/users.ts";
import { adminRoutes, type FieldMistakes, form, isPartial, originOf, type UserEnv } from "../../web.tsx";
import { CONFIRMED_FOR_MS, confirmedOnly } from "../confirm.tsx";

const ADDRESS = "/admin/audit";
const PAGE = { title: (words: Words) => words.audit.title };
const DAY_MS = 24 * 60 * 60_000;
const CHOICES: readonly EventChoice[] = AUDIT_TOPICS.map((topic) => ({
  topic,
  events: AUDIT_EVENTS.filter((event) => topicOf(event) === topic),
}));

const text = z.string().trim().max(255).catch("");
const Query = z.object({ event: text, actor: text, target: text, address: text, from: text, to: text });
const Export = Query.extend({ format: z.enum(["csv", "jsonl"]) });

const FORMATS = {
  csv: { type: "text/csv; charset=utf-8", file: "audit-log.csv", head: AUDIT_CSV_HEAD, line: auditCsv },
  jsonl: { type: "application/jsonl; charset=utf-8", file: "audit-log.jsonl", head: "", line: auditJsonl },
} as const;

/** Everything that happened, newest first; and the same as a file. */
export const audit = (deps: Deps) =>
  adminRoutes()
    .get("/", async (c) => {
      const query = Query.parse(c.req.query());
      const { filter, mistakes } = await readFilter(c, deps.db, query);
      if (filter === null) return show(c, deps, query, { rows: [], next: null }, null, mistakes);
      const after = toPosition(c.req.query("after"));
      return show(c, deps, query, await listAudit(deps.db, filter, after), after);
    })
    .post("/export", confirmedOnly(deps), form(Export), async (c) => {
      const { format, ...query } = c.req.valid("form");
      const { filter, mistakes } = await readFilter(c, deps.db, query);
      if (filter === null) return show(c, deps, query, { rows: [], next: null }, null, mistakes);
      const asked = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ""));
      const { user } = c.var.visitor;
      const detail = { format, ...asked };
      await deps.db.batch([
        sqlAudit({ event: "audit.exported", atMs: deps.clock(), origin: originOf(c), actor: user, detail }),
      ]);
      const { type, file, head, line } = FORMATS[format];
      c.env.keepOpen?.();
      return c.body(streamed(c, head, exportAudit(deps.db, filter), line), 200, {
        "Content-Type": type,
        "Content-Disposition": `attachment; filename="${file}"`,
      });
    });

type Page = Awaited<ReturnType<typeof listAudit>>;

function show(
  c: Context<UserEnv>,
  { clock }: Deps,
  query: AuditQuery,
  { rows, next }: Page,
  after: AuditPosition | null,
  errors?: FieldMistakes,
) {
  const here = addressOf(query, after);
  // A form sends its empty fields too; the address people see and share has what was asked for.
  if (isPartial(c)) c.header("HX-Push-Url", here);
  const fresh = clock() - c.var.visitor.session.confirmedAtMs <= CONFIRMED_FOR_MS;
  const view = (
    <AuditLog
      query={query}
      choices={CHOICES}
      errors={errors}
      rows={rows}
      newest={after === null ? null : addressOf(query, null)}
      older={next === null ? null : addressOf(query, next)}
      confirm={fresh ? null : `/confirm?next=${encodeURIComponent(here)}`}
    />
  );
  return c.render(view, { ...PAGE, status: errors ? 422 : 200 });
}

function addressOf(query: AuditQuery, after: AuditPosition | null): string {
  const asked = Object.entries(query).filter(([, value]) => value !== "");
  const params = new URLSearchParams(asked);
  if (after !== null) params.set("after", toCursor(after));
  return params.size === 0 ? ADDRESS : `${ADDRESS}?${params}`;
}

const toCursor = ({ atMs, id }: AuditPosition): string => `${atMs.toString(36)}-${id.toString(36)}`;

/** A mark nobody could have got from us means: from the newest. */
function toPosition(cursor: string | undefined): AuditPosition | null {
  const [, at = "", id = ""] = /^([0-9a-z]{1,9})-([0-9a-z]{1,10})$/.exec(cursor ?? "") ?? [];
  const position = { atMs: Number.parseInt(at, 36), id: Number.parseInt(id, 36) };
  return Number.isSafeInteger(position.atMs) && Number.isSafeInteger(position.id) ? position : null;
}

type Read = { filter: AuditFilter; mistakes?: undefined } | { filter: null; mistakes: FieldMistakes };

async function readFilter(c: Context, db: Db, query: AuditQuery): Promise<Read> {
  const fromMs = dayOf(query.from);
  const toMs = dayOf(query.to);
  const ip = addressTyped(query.address);
  const words = wordsOf(c).audit;
  const mistakes: FieldMistakes = {};
  if (Number.isNaN(fromMs)) mistakes.from = words.notADay;
  if (Number.isNaN(toMs)) mistakes.to = words.notADay;
  if (ip === undefined) mistakes.address = words.notAnAddress;
  if (fromMs !== null && toMs !== null && fromMs > toMs) mistakes.to = words.beforeFirst;
  if (Object.keys(mistakes).length > 0) return { filter: null, mistakes };

  const topic = AUDIT_TOPICS.find((name) => name === query.event) ?? null;
  const filter = {
    topic,
    event: topic === null ? query.event || null : null,
    actorName: await nameTyped(db, query.actor),
    targetName: await nameTyped(db, query.target),
    ip: ip ?? null,
    fromMs,
    beforeMs: toMs === null ? null : toMs + DAY_MS,
  };
  return { filter };
}

/** @returns the first millisecond of the day in UTC; null for none, NaN for what is no day. */
function dayOf(day: string): number | null {
  if (day === "") return null;
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  // 30 February would be taken for a day in March.
  return !Number.isNaN(ms) && ms >= 0 && new Date(ms).toISOString().startsWith(day) ? ms : Number.NaN;
}

/** @returns the address as entries have it; null for none, undefined for what is no address. */
function addressTyped(address: string): string | null | undefined {
  if (address === "") return null;
  const [known, unknown] = [clientAddress(address, null, []), clientAddress("", null, [])];
  return known === unknown && address !== unknown ? undefined : known;
}

/** Names in entries are written as their people write them; people who are gone are found by what was typed. */
async function nameTyped(db: Db, name: string): Promise<string | null> {
  if (name === "") return null;
  const key = canonicalUsername(name);
  const user = key === null ? null : await findUserByKey(db, key);
  return user?.username ?? key ?? name;
}

/** Fetches the next batch when the reader took the one before: however long the log, one batch is in memory. */
function streamed(
  c: Context<UserEnv>,
  head: string,
  batches: AsyncGenerator<AuditRow[], void, void>,
  line: (row: AuditRow) => string,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let before = head;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const { value: rows = [], done } = await batches.next();
    const text = before + rows.map(line).join("");
    before = "";
    if (text !== "") controller.enqueue(encoder.encode(text));
    if (done) controller.close();
  };
  const failed = (error: unknown) => {
    // The headers are gone: breaking off is the only way to say that the file is not complete.
    c.var.log().error({ err: error }, "an export of the audit log broke off");
    throw error;
  };
  return new ReadableStream(
    {
      pull: (controller) => pull(controller).catch(failed),
      cancel: async () => void (await batches.return()),
    },
    { highWaterMark: 0 },
  );
}
