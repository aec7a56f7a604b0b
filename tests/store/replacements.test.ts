import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Db, Statement } from "#src/db/db.ts";
import { findLayout, sqlReplaceLayout } from "#src/store/layouts.ts";
import { sqlReplaceRecoveryCodes } from "#src/store/recovery-codes.ts";
import { sqlInsertUser } from "#src/store/users.ts";
import { freshDb } from "../support/database.ts";

const ROUNDS = 10;
const SETS = ["a", "b", "c", "d"];

let db: Db;
let close: () => Promise<void>;
let ann: number;
beforeEach(async () => {
  ({ db, close } = await freshDb());
  const user = { username: "ann", usernameKey: "ann", role: "user", passwordHash: "x", nowMs: 0 } as const;
  await db.batch([sqlInsertUser(user)]);
  ann = (await db.one<{ id: number }>("SELECT id FROM users"))!.id;
});
afterEach(() => close());

const hashesOf = (set: string) => Array.from({ length: 10 }, (_, i) => `${i}${set}`.padEnd(64, set));

/** What replaces a person's rows as a whole; each knows which sets are there afterwards, and how to leave none. */
const REPLACEMENTS: Record<string, { sql(set: string): Statement[]; left(): Promise<string[]>; table: string }> = {
  "the dashboard's order": {
    sql: (set) => sqlReplaceLayout(ann, { order: [set], hidden: [] }, 0),
    left: async () => [...((await findLayout(db, ann))?.order ?? [])],
    table: "fragment_layouts",
  },
  "recovery codes": {
    sql: (set) => sqlReplaceRecoveryCodes(ann, hashesOf(set), 0),
    left: async () => {
      const rows = await db.all<{ hash: string }>("SELECT code_hash AS hash FROM recovery_codes");
      expect(rows).toHaveLength(10);
      return [...new Set(rows.map(({ hash }) => hash.at(-1)!))];
    },
    table: "recovery_codes",
  },
};

for (const [name, { sql, left, table }] of Object.entries(REPLACEMENTS))
  test(`replaced several times at once: all succeed, one whole set stays (${name})`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await db.run(`DELETE FROM ${table}`);
      expect(await Promise.all(SETS.map((set) => db.batch(sql(set))))).toEqual(SETS.map(() => true));
      const [set = "", ...others] = await left();
      expect(SETS).toContain(set);
      expect(others).toEqual([]);
    }
  });
