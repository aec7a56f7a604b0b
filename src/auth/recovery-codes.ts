import { createHmac, randomBytes } from "node:crypto";
import type { Keyring, ServerKey } from "./keys.ts";

/** Crockford's base32: no I, L, O, U, so nothing that is easily misread. https://www.crockford.com/base32.html */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODES = 10;
/** 75 bits. ASVS 6.5.4 asks for 20, NIST SP 800-63B-4 for 64 in a saved recovery code. */
const CHARACTERS = 15;
const GROUP = /.{5}(?=.)/g;
const NORMAL = new RegExp(`^[${ALPHABET}]{${CHARACTERS}}$`);

/** Ten fresh codes as a person reads them: `XXXXX-XXXXX-XXXXX`. Shown once, stored only as `recoveryCodeHash`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: CODES }, newCode);
}

/**
 * Brings what a person typed into the one form that is hashed: 15 capitals and digits.
 *
 * @returns null when it cannot be one of our codes; counts as a failed attempt like any wrong code.
 */
export function normalizeRecoveryCode(input: string): string | null {
  const code = input.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replaceAll("O", "0");
  return NORMAL.test(code) ? code : null;
}

/**
 * The form a code is stored and looked up in: `<keyId>.<43 characters>`, useless without the server's key and for other
 * people. The id tells which keys are still needed.
 *
 * ASVS 6.5.2 wants a slow hash below 112 bits, against trying a stolen table; the key, which is not in the table, does
 * that here, and the code stays one indexed look-up.
 *
 * @param code as shown, as typed or as normalised.
 * @throws TypeError when it is no recovery code; ask `normalizeRecoveryCode` first.
 */
export function recoveryCodeHash(key: ServerKey, userId: number, code: string): string {
  const normal = normalizeRecoveryCode(code);
  if (normal === null) throw new TypeError("Not a recovery code");
  return `${key.id}.${createHmac("sha256", key.lookup).update(`${userId}:${normal}`).digest("base64url")}`;
}

/** The hash under every key of the ring, current first: codes handed out before a change of secret still work. */
export function recoveryCodeHashes(keys: Keyring, userId: number, code: string): string[] {
  return keys.all.map((key) => recoveryCodeHash(key, userId, code));
}

function newCode(): string {
  // 256 is a multiple of 32, so every character is equally likely.
  const characters = Array.from(randomBytes(CHARACTERS), (byte) => ALPHABET[byte % ALPHABET.length]);
  return characters.join("").replace(GROUP, "$&-");
}
