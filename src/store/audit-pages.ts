import type { Db, SqlValue } from "../db/db.ts";
import type { AuditRow } from "./audit-log.ts";

/** What to read of the audit log; null: no matter which. */
export type AuditFilter = {
  readonly topic: string | null;
  readonly event: string | null;
  /** Whole names, as the entries have them. */
  readonly actorName: string | null;
  readonly targetName: string | null;
  readonly ip: string | null;
  /** First millisecond, and the one after the last. */
  readonly fromMs: number | null;
  readonly beforeMs: number | null;
};

/** An entry's place in the list. Two may have the same time, no two the same id. */
export type AuditPosition = { readonly atMs: number; readonly id: number };

const PAGE_ROWS = 50;
const BATCH_ROWS = 1000;
const ABOUT_ROWS = 10;

const COLUMNS = `id, at AS atMs, event, actor_id AS actorId, actor_name AS actorName, target_id AS targetId,
  target_name AS targetName, ip, user_agent AS userAgent, request_id AS requestId, detail`;

/**
 * Every index of audit_log ends with (at, id), so the one that leads here gives the entries in order: a page costs the
 * same in a table of thousands and of millions. `at <= ?` is for the index, the rest of the line for entries of the
 * same millisecond.
 */
const texts = (rows: number) => {
  const led = (by: string) =>
    `SELECT ${COLUMNS} FROM audit_log
      WHERE ${by}at >= ? AND at <= ? AND (at < ? OR id < ?)
        AND (? IS NULL OR topic = ?) AND (? IS NULL OR event = ?) AND (? IS NULL OR ip = ?)
        AND (? IS NULL OR actor_name = ?) AND (? IS NULL OR target_name = ?)
      ORDER BY at DESC, id DESC LIMIT ${rows}`;
  return {
    targetName: led("target_name = ? AND "),
    actorName: led("actor_name = ? AND "),
    ip: led("ip = ? AND "),
    event: led("event = ? AND "),
    topic: led("topic = ? AND "),
    time: led(""),
  };
};
/** One more than a page: whether there is another. */
const PAGE_TEXTS = texts(PAGE_ROWS + 1);
const BATCH_TEXTS = texts(BATCH_ROWS);

/** In the order of how few entries they are likely to leave. */
const LEADS = ["targetName", "actorName", "ip", "event", "topic"] as const;

type Found = Omit<AuditRow, "detail"> & { readonly detail: string | null };

/**
 * One page, newest first.
 *
 * @param after last entry of the page before; null: from the newest.
 * @returns `next`: where the following page begins, or null when this is the last.
 */
export async function listAudit(
  db: Db,
  filter: AuditFilter,
  after: AuditPosition | null,
): Promise<{ rows: AuditRow[]; next: AuditPosition | null }> {
  const found = await read(db, PAGE_TEXTS, filter, after);
  const rows = found.slice(0, PAGE_ROWS);
  return { rows, next: found.length > PAGE_ROWS ? rows.at(-1)! : null };
}

/**
 * All entries, newest first, a batch at a time: as many are in memory as were asked for and not yet written. Entries
 * added meanwhile are newer than where the reading began, so they never appear.
 */
export async function* exportAudit(db: Db, filter: AuditFilter): AsyncGenerator<AuditRow[], void, void> {
  for (let after: AuditPosition | null = null; ; ) {
    const rows = await read(db, BATCH_TEXTS, filter, after);
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH_ROWS) return;
    after = rows.at(-1)!;
  }
}

/** The latest that a person did or that was done to them, each entry once. */
export async function listAuditOfPerson(db: Db, userId: number, most: 10 | 50): Promise<AuditRow[]> {
  const rows = await db.all<Found>(PERSON_TEXTS[most], [userId, userId, userId]);
  return rows.map(toRow);
}

export async function newestEntryMs(db: Db): Promise<number | null> {
  return (await db.one<{ atMs: number | null }>("SELECT MAX(at) AS atMs FROM audit_log"))?.atMs ?? null;
}

const personText = (most: number) =>
  `SELECT * FROM (
     SELECT * FROM (SELECT ${COLUMNS} FROM audit_log WHERE actor_id = ? ORDER BY at DESC, id DESC LIMIT ${most}) AS did
     UNION ALL
     SELECT * FROM (SELECT ${COLUMNS} FROM audit_log WHERE target_id = ? AND (actor_id IS NULL OR actor_id <> ?)
                     ORDER BY at DESC, id DESC LIMIT ${most}) AS met
   ) AS latest ORDER BY atMs DESC, id DESC LIMIT ${most}`;
const PERSON_TEXTS = { 10: personText(10), 50: personText(50) };

/** The latest about a person: what was done to them, and what they did that is nobody else's affair. */
export async function listAuditAbout(db: Db, userId: number): Promise<AuditRow[]> {
  const rows = await db.all<Found>(ABOUT_TEXT, [userId, userId]);
  return rows.map(toRow);
}

/** A busy admin did most things to others: of what they did, only the latest are looked through. */
const OWN_LOOKED_THROUGH = 500;
const ABOUT_TEXT = `SELECT * FROM (
     SELECT * FROM (SELECT * FROM (SELECT ${COLUMNS} FROM audit_log WHERE actor_id = ?
                     ORDER BY at DESC, id DESC LIMIT ${OWN_LOOKED_THROUGH}) AS did WHERE targetId IS NULL) AS own
     UNION ALL
     SELECT * FROM (SELECT ${COLUMNS} FROM audit_log WHERE target_id = ?
                     ORDER BY at DESC, id DESC LIMIT ${ABOUT_ROWS}) AS met
   ) AS latest ORDER BY atMs DESC, id DESC LIMIT ${ABOUT_ROWS}`;

async function read(db: Db, sql: ReturnType<typeof texts>, filter: AuditFilter, after: AuditPosition | null) {
  const lead = LEADS.find((name) => filter[name] !== null);
  const { topic, event, ip, actorName, targetName } = filter;
  const untilMs = Math.min(after?.atMs ?? Number.MAX_SAFE_INTEGER, (filter.beforeMs ?? Number.MAX_SAFE_INTEGER) - 1);
  // Where the page before ended inside the range, only smaller ids of that very time are left.
  const belowId = after !== null && after.atMs <= untilMs ? after.id : Number.MAX_SAFE_INTEGER;
  const rest = [topic, event, ip, actorName, targetName].flatMap((value) => [value, value]);
  const range: SqlValue[] = [filter.fromMs ?? 0, untilMs, untilMs, belowId];
  const rows = await db.all<Found>(sql[lead ?? "time"], [...(lead ? [filter[lead]] : []), ...range, ...rest]);
  return rows.map(toRow);
}

function toRow({ detail, ...row }: Found): AuditRow {
  return { ...row, detail: detail === null ? null : (JSON.parse(detail) as AuditRow["detail"]) };
}
