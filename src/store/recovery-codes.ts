import type { Db, Statement } from "../db/db.ts";
import { sqlLockUser } from "./users.ts";

/**
 * @param codeHashes keyed hashes of one normalised code, one for each server key that may have written it.
 * @returns the hash that is stored and unused, or null.
 */
export async function findRecoveryCode(db: Db, userId: number, codeHashes: readonly string[]): Promise<string | null> {
  for (const codeHash of codeHashes) {
    const row = await db.one<{ codeHash: string }>(
      "SELECT code_hash AS codeHash FROM recovery_codes WHERE user_id = ? AND code_hash = ? AND used_at IS NULL",
      [userId, codeHash],
    );
    if (row !== null) return row.codeHash;
  }
  return null;
}

/**
 * Spends one recovery code; two simultaneous batches with it cannot both succeed.
 * Source: NIST SP 800-63B-4, look-up secrets: each is accepted once.
 */
export function sqlSpendRecoveryCode(userId: number, codeHash: string, nowMs: number): Statement {
  return {
    sql: "UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL",
    params: [nowMs, userId, codeHash],
    mustChange: true,
  };
}

/** New codes; the old ones, used or not, are worth nothing afterwards. Of two sets at once the later one stays. */
export function sqlReplaceRecoveryCodes(userId: number, codeHashes: readonly string[], nowMs: number): Statement[] {
  return [
    sqlLockUser(userId),
    { sql: "DELETE FROM recovery_codes WHERE user_id = ?", params: [userId] },
    ...codeHashes.map((codeHash) => ({
      sql: "INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES (?, ?, ?)",
      params: [userId, codeHash, nowMs],
    })),
  ];
}

export async function countRecoveryCodes(db: Db, userId: number): Promise<number> {
  const row = await db.one<{ left: number }>(
    "SELECT COUNT(*) AS `left` FROM recovery_codes WHERE user_id = ? AND used_at IS NULL",
    [userId],
  );
  return row?.left ?? 0;
}

/** When the person last used one; null: never since the codes were made. */
export async function lastRecoveryCodeUse(db: Db, userId: number): Promise<number | null> {
  const sql = "SELECT MAX(used_at) AS usedAtMs FROM recovery_codes WHERE user_id = ?";
  return (await db.one<{ usedAtMs: number | null }>(sql, [userId]))?.usedAtMs ?? null;
}
