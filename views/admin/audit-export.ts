import type { AuditRow } from "#src/store/audit-log.ts";

/** What makes a spreadsheet calculate instead of show, full-width forms included. */
const STARTS_FORMULA = /^[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]/;

const CSV_COLUMNS = [
  ...["id", "time", "event", "actor_id", "actor", "target_id", "target"],
  ...["address", "user_agent", "request_id", "detail"],
];

export const AUDIT_CSV_HEAD = csvLine(CSV_COLUMNS);

/** One entry as a line of CSV; columns as in the head. */
export function auditCsv(row: AuditRow): string {
  return csvLine([
    row.id,
    timeOf(row),
    row.event,
    row.actorId,
    row.actorName,
    row.targetId,
    row.targetName,
    row.ip,
    row.userAgent,
    row.requestId,
    row.detail === null ? null : JSON.stringify(row.detail),
  ]);
}

/** One entry as a line of JSON. */
export function auditJsonl({ actorId, actorName, targetId, targetName, ...row }: AuditRow): string {
  const line = {
    id: row.id,
    time: timeOf(row),
    event: row.event,
    actor: personOf(actorId, actorName),
    target: personOf(targetId, targetName),
    address: row.ip,
    userAgent: row.userAgent,
    requestId: row.requestId,
    detail: row.detail,
  };
  return `${JSON.stringify(line)}\n`;
}

const timeOf = ({ atMs }: Pick<AuditRow, "atMs">): string => new Date(atMs).toISOString();

const personOf = (id: number | null, name: string | null) => (id === null && name === null ? null : { id, name });

/** Every field in quotes (RFC 4180); what a spreadsheet would take for a formula gets an apostrophe in front (ASVS 1.2.10). */
export function csvLine(values: readonly (string | number | null)[]): string {
  const fields = values.map((value) => {
    const text = String(value ?? "");
    const safe = typeof value === "string" && STARTS_FORMULA.test(text) ? `'${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  });
  return `${fields.join(",")}\r\n`;
}
