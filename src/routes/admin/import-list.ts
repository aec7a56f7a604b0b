import type { CheckedRow } from "#views/admin/import.tsx";
import type { Words } from "#views/words.tsx";
import { NewUsername, Role } from "../../auth/fields.ts";
import { sayMistake } from "../../auth/mistakes.ts";
import type { Db } from "../../db/db.ts";
import { findIdsByName } from "../../store/people.ts";
import type { Role as RoleName } from "../../store/users.ts";
import { type CsvRow, parseCsv } from "./csv.ts";

export type GoodRow = CheckedRow & { readonly role: RoleName; readonly verdict: "ok" };

const MOST_ROWS = 5000;
const SHOWN = 80;

/** Reads and judges a list, writing nothing. @returns a sentence where there is nothing to judge. */
export async function checkList(db: Db, text: string, words: Words): Promise<CheckedRow[] | string> {
  const { openQuote, empty, tooMany } = words.people.import;
  const rows = parseCsv(text);
  if (rows === null) return openQuote;
  const { body, username, role } = columnsOf(rows);
  if (body.length === 0) return empty;
  if (body.length > MOST_ROWS) return tooMany(body.length, MOST_ROWS);
  const judged = body.map(({ line, cells }) => judge(words, line, cells[username] ?? "", cells[role] ?? ""));
  return withoutRepeats(
    words.people,
    judged,
    await findIdsByName(
      db,
      judged.filter(isGood).map((row) => row.username),
    ),
  );
}

export const isGood = (row: CheckedRow): row is GoodRow => row.verdict === "ok";

/** The good rows again as a list, for the next step. */
export function toList(rows: readonly GoodRow[]): string {
  return rows.map(({ username, role }) => `${username},${role}`).join("\n");
}

/** A first row of headings says which column is which; without it they come in our order. */
function columnsOf(rows: readonly CsvRow[]): { body: readonly CsvRow[]; username: number; role: number } {
  const headings = rows[0]?.cells.map((cell) => cell.trim().toLowerCase()) ?? [];
  const username = headings.indexOf("username");
  if (username === -1) return { body: rows, username: 0, role: 1 };
  return { body: rows.slice(1), username, role: headings.indexOf("role") };
}

function judge(words: Words, line: number, typedName: string, typedRole: string): CheckedRow {
  const name = NewUsername.safeParse(typedName.trim());
  const role = typedRole.trim() === "" ? "user" : typedRole.trim().toLowerCase();
  const row = { line, username: name.success ? name.data : typedName.slice(0, SHOWN), role: role.slice(0, SHOWN) };
  if (!name.success)
    return {
      ...row,
      verdict: "invalid",
      reason: sayMistake(name.error.issues[0]?.message ?? "", words.mistakes),
    };
  if (!Role.safeParse(role).success) return { ...row, verdict: "invalid", reason: words.people.import.wrongRole };
  return { ...row, verdict: "ok", reason: "" };
}

function withoutRepeats(
  words: Words["people"],
  rows: readonly CheckedRow[],
  taken: ReadonlyMap<string, number>,
): CheckedRow[] {
  const lines = new Map<string, number>();
  return rows.map((row) => {
    if (!isGood(row)) return row;
    const before = lines.get(row.username);
    lines.set(row.username, before ?? row.line);
    if (before !== undefined) return { ...row, verdict: "twice", reason: words.import.sameName(before) };
    return taken.has(row.username) ? { ...row, verdict: "taken", reason: words.register.taken } : row;
  });
}
