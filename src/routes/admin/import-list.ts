import type { CheckedRow } from "#views/admin/import.tsx";
import { ENGLISH } from "#views/words.tsx";
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
export async function checkList(db: Db, text: string): Promise<CheckedRow[] | string> {
  const rows = parseCsv(text);
  if (rows === null) return "A quoted cell is never closed. Check the quotes in the list.";
  const { body, username, role } = columnsOf(rows);
  if (body.length === 0) return "The list is empty.";
  if (body.length > MOST_ROWS) return `The list has ${body.length} rows. Import at most ${MOST_ROWS} at a time.`;
  const judged = body.map(({ line, cells }) => judge(line, cells[username] ?? "", cells[role] ?? ""));
  return withoutRepeats(
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

function judge(line: number, typedName: string, typedRole: string): CheckedRow {
  const name = NewUsername.safeParse(typedName.trim());
  const role = typedRole.trim() === "" ? "user" : typedRole.trim().toLowerCase();
  const row = { line, username: name.success ? name.data : typedName.slice(0, SHOWN), role: role.slice(0, SHOWN) };
  if (!name.success)
    return {
      ...row,
      verdict: "invalid",
      reason: sayMistake(name.error.issues[0]?.message ?? "", ENGLISH.words.mistakes),
    };
  if (!Role.safeParse(role).success) return { ...row, verdict: "invalid", reason: "The role is user or admin." };
  return { ...row, verdict: "ok", reason: "" };
}

function withoutRepeats(rows: readonly CheckedRow[], taken: ReadonlyMap<string, number>): CheckedRow[] {
  const lines = new Map<string, number>();
  return rows.map((row) => {
    if (!isGood(row)) return row;
    const before = lines.get(row.username);
    lines.set(row.username, before ?? row.line);
    if (before !== undefined) return { ...row, verdict: "twice", reason: `The same name is in line ${before}.` };
    return taken.has(row.username) ? { ...row, verdict: "taken", reason: TAKEN } : row;
  });
}

export const TAKEN = "Somebody is registered under this name already.";
