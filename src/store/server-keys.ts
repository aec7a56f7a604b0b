import { type Db, type Statement, UniqueViolation } from "../db/db.ts";
import { sqlAudit } from "./audit-log.ts";

export type KnownKey = { readonly keyId: string; readonly createdAtMs: number };

/** Keys this database was written with, oldest first; none for a new one. */
export async function listServerKeys(db: Db): Promise<KnownKey[]> {
  return db.all<KnownKey>(
    "SELECT key_id AS keyId, created_at AS createdAtMs FROM server_keys ORDER BY created_at, key_id",
  );
}

/** Once for each key, whoever comes first: the key and its audit row stand in one batch. */
export async function insertServerKey(
  db: Db,
  keyId: string,
  nowMs: number,
  detail: Readonly<Record<string, string>> = {},
): Promise<void> {
  const statements = [
    { sql: "INSERT INTO server_keys (key_id, created_at) VALUES (?, ?)", params: [keyId, nowMs] },
    sqlAudit({ event: "server_key.added", atMs: nowMs, origin: null, detail: { key: keyId, ...detail } }),
  ];
  await db.batch(statements).catch((error) => {
    if (!(error instanceof UniqueViolation)) throw error; // another process started with the same key
  });
}

/** How much of what is stored only this key can read. */
export type KeyUses = { readonly passwords: number; readonly authenticators: number; readonly recoveryCodes: number };

/** Reads whole tables: for starts with a key missing, and for an operator who asks. */
export async function countKeyUses(db: Db, keyId: string): Promise<KeyUses> {
  const count = async (sql: string, pattern: string) => (await db.one<{ found: number }>(sql, [pattern]))?.found ?? 0;
  return {
    passwords: await count("SELECT COUNT(*) AS found FROM users WHERE password_hash LIKE ?", `v1.${keyId}.%`),
    authenticators: await count("SELECT COUNT(*) AS found FROM users WHERE mfa_secret LIKE ?", `v1.${keyId}.%`),
    recoveryCodes: await count(
      "SELECT COUNT(*) AS found FROM recovery_codes WHERE code_hash LIKE ? AND used_at IS NULL",
      `${keyId}.%`,
    ),
  };
}

export type SealedSecret = { readonly id: number; readonly mfaSecret: string };

/** The next people after `afterId` whose authenticator's secret was not sealed with this key. */
export async function listSealedOtherwise(
  db: Db,
  keyId: string,
  afterId: number,
  limit: number,
): Promise<SealedSecret[]> {
  return db.all<SealedSecret>(
    `SELECT id, mfa_secret AS mfaSecret FROM users
      WHERE id > ? AND mfa_secret IS NOT NULL AND mfa_secret NOT LIKE ? ORDER BY id LIMIT ?`,
    [afterId, `v1.${keyId}.%`, limit],
  );
}

/** The same secret under another key; leaves an authenticator alone that was replaced meanwhile. */
export function sqlResealMfa(userId: number, oldSealed: string, newSealed: string): Statement {
  return {
    sql: "UPDATE users SET mfa_secret = ? WHERE id = ? AND mfa_secret = ?",
    params: [newSealed, userId, oldSealed],
  };
}
