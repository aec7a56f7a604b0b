import { createHmac, randomBytes } from "node:crypto";
import { encodeBase64 } from "bcryptjs";
import type { HashPool } from "./hash-pool.ts";
import type { Keyring, ServerKey } from "./keys.ts";

/**
 * Passwords are taken exactly as received: not trimmed, not case-folded, not normalised (ASVS 6.2.8). NIST SP 800-63B-4
 * would like NFC; we stay with ASVS because hashes adopted from elsewhere were made without it.
 *
 * All calls reject with `HashingBusy` when too many passwords wait already.
 */
export type Passwords = {
  /** @returns `v1.<keyId>.$2b$…`, 72 characters. */
  hash(password: string): Promise<string>;
  /**
   * @param stored what `hash` made, a plain `$2a$/$2b$/$2y$` hash of an adopted database, or null for an unknown person.
   * @returns ok: the password fits. upgrade: it fits, and should be hashed again with today's key and cost.
   *
   * Anything unreadable (null, "", "$2x$", a key no longer in the ring, a cost above `MAX_ROUNDS`) is never ok, and takes
   * as long as a wrong password of the current cost. So does a wrong password against a hash of lower cost. Only a hash
   * of higher cost than the current one shows, by taking its own, longer time.
   */
  verify(password: string, stored: string | null): Promise<{ readonly ok: boolean; readonly upgrade: boolean }>;
};

/** bcrypt's own lower limit. */
export const MIN_ROUNDS = 4;
/** About 5 seconds per sign-in; a stored hash of higher cost is refused, or one row could occupy a core for days. */
export const MAX_ROUNDS = 16;

const PEPPERED = /^v1\.([0-9a-f]{8})\.(\$2b\$(\d\d)\$[./A-Za-z0-9]{53})$/;
const PLAIN = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/**
 * @param rounds bcrypt cost of new hashes.
 * @throws RangeError when the cost is no integer from `MIN_ROUNDS` to `MAX_ROUNDS`.
 */
export function createPasswords(options: { keys: Keyring; rounds: number; pool: HashPool }): Passwords {
  const { keys, rounds, pool } = options;
  if (!isRounds(rounds)) throw new RangeError(`bcrypt cost ${rounds} is not from ${MIN_ROUNDS} to ${MAX_ROUNDS}`);
  const dummy = createDummy();

  async function hash(password: string): Promise<string> {
    return `v1.${keys.current.id}.${await pool.hash(pepper(keys.current, password), rounds)}`;
  }

  async function verify(password: string, stored: string | null) {
    const known = read(keys, rounds, password, stored ?? "");
    if (known === null) {
      await pool.compare(pepper(keys.current, password), dummy(rounds));
      return { ok: false, upgrade: false };
    }
    const ok = await pool.compare(known.text, known.hash);
    // 2^c + 2^c + 2^(c+1) + … + 2^(rounds-1) = 2^rounds: an old hash of cost c answers as late as a current one.
    if (!ok) for (let cost = known.rounds; cost < rounds; cost++) await pool.compare(known.text, dummy(cost));
    return { ok, upgrade: ok && known.upgrade };
  }

  return { hash, verify };
}

type Stored = { readonly text: string; readonly hash: string; readonly rounds: number; readonly upgrade: boolean };

/** What to compare with what, or null when the stored form is none we can verify. */
function read(keys: Keyring, currentRounds: number, password: string, stored: string): Stored | null {
  const [, keyId = "", hash = "", cost = ""] = PEPPERED.exec(stored) ?? [];
  const key = keys.find(keyId);
  if (key !== null && isRounds(Number(cost))) {
    const upgrade = key !== keys.current || Number(cost) < currentRounds;
    return { text: pepper(key, password), hash, rounds: Number(cost), upgrade };
  }
  const plainCost = Number(PLAIN.exec(stored)?.[1]);
  return isRounds(plainCost) ? { text: first72Bytes(password), hash: stored, rounds: plainCost, upgrade: true } : null;
}

/**
 * bcrypt reads 72 bytes and some versions stop at NUL; 44 characters of base64 say the whole password and hold no NUL.
 * Keyed, so that a stolen table cannot be tried without the server's secret, nor with plain SHA-256 lists ("shucking").
 * Source: ASVS 6.2.9; NIST SP 800-63B-4 on keyed hashing with a separately stored key.
 */
function pepper(key: ServerKey, password: string): string {
  return createHmac("sha256", key.password).update(password, "utf8").digest("base64");
}

/** What other bcrypt programs read of a password. bcryptjs cuts the bytes itself; 73 UTF-16 units always hold 72 whole ones. */
function first72Bytes(password: string): string {
  return password.slice(0, 73);
}

function isRounds(rounds: number): boolean {
  return Number.isInteger(rounds) && rounds >= MIN_ROUNDS && rounds <= MAX_ROUNDS;
}

/** Well-formed hashes of any cost that no password fits: random salt and digest, made once and without hashing. */
function createDummy(): (rounds: number) => string {
  const saltAndDigest = encodeBase64(randomBytes(16), 16) + encodeBase64(randomBytes(23), 23);
  return (rounds) => `$2b$${String(rounds).padStart(2, "0")}$${saltAndDigest}`;
}
