import type { Db, Statement } from "../db/db.ts";
import { sqlLockUser } from "./users.ts";

/** How a person arranged the dashboard: names of fragments, in their order. */
export type Layout = {
  readonly order: readonly string[];
  readonly hidden: readonly string[];
};

/** @returns null while the person has arranged nothing, or what is stored cannot be read. */
export async function findLayout(db: Db, userId: number): Promise<Layout | null> {
  const row = await db.one<{ layout: string }>("SELECT layout FROM fragment_layouts WHERE user_id = ?", [userId]);
  return row === null ? null : parse(row.layout);
}

/** The whole layout in one go: of two at once the later one stays. */
export function sqlReplaceLayout(userId: number, layout: Layout, nowMs: number): Statement[] {
  return [
    sqlLockUser(userId),
    sqlDeleteLayout(userId),
    {
      sql: "INSERT INTO fragment_layouts (user_id, layout, changed_at) VALUES (?, ?, ?)",
      params: [userId, JSON.stringify({ order: layout.order, hidden: layout.hidden }), nowMs],
    },
  ];
}

export function sqlDeleteLayout(userId: number): Statement {
  return { sql: "DELETE FROM fragment_layouts WHERE user_id = ?", params: [userId] };
}

/**
 * What there is, in the person's order. What is new since then comes last, what is gone is left out.
 *
 * @param names all the person may use, in the order of the house.
 */
export function arrange(names: readonly string[], layout: Layout | null): Layout {
  if (layout === null) return { order: names, hidden: [] };
  const kept = [...new Set(layout.order)].filter((name) => names.includes(name));
  const added = names.filter((name) => !kept.includes(name));
  return { order: [...kept, ...added], hidden: names.filter((name) => layout.hidden.includes(name)) };
}

function parse(text: string): Layout | null {
  try {
    const { order, hidden } = JSON.parse(text) as Record<string, unknown>;
    return isNames(order) && isNames(hidden) ? { order, hidden } : null;
  } catch {
    return null;
  }
}

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((name) => typeof name === "string");
