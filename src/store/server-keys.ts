import { type Db, UniqueViolation } from "../db/db.ts";
import { sqlAudit } from "./audit-log.ts";

/** Ids of the keys this database was written with; empty for a new one. */
export async function listServerKeys(db: Db): Promise<string[]> {
  const rows = await db.all<{ keyId: string }>("SELECT key_id AS keyId FROM server_keys ORDER BY created_at");
  return rows.map((row) => row.keyId);
}

export async function insertServerKey(db: Db, keyId: string, nowMs: number): Promise<void> {
  const statements = [
    { sql: "INSERT INTO server_keys (key_id, created_at) VALUES (?, ?)", params: [keyId, nowMs] },
    sqlAudit({ event: "server_key.added", atMs: nowMs, origin: null, detail: { key: keyId } }),
  ];
  await db.batch(statements).catch((error) => {
    if (!(error instanceof UniqueViolation)) throw error; // another process started with the same key
  });
}
