import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Keyring } from "./keys.ts";

const FORMAT = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Bound into the encryption, so that one person's secret is worth nothing in another person's row. */
export const mfaSecretLabel = (userId: number): string => `users.mfa_secret:${userId}`;

/**
 * Encrypts a short text (an authenticator secret, what is pending in a ticket) with AES-256-GCM under the current key.
 *
 * @param aad what the text belongs to, e.g. `users.mfa_secret:17`. `unseal` needs the same, so a sealed value copied
 *            into another row opens nothing.
 * @returns `v1.<keyId>.<base64url of nonce, ciphertext, tag>`; 92 characters for a 32-character secret.
 * Source: ASVS 11.3.2, NIST SP 800-38D; random 96-bit nonces, far below 2^32 values per key.
 */
export function seal(keys: Keyring, plaintext: string, aad: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keys.current.seal, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(aad, "utf8"));
  const parts = [nonce, cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()];
  return `v1.${keys.current.id}.${Buffer.concat(parts).toString("base64url")}`;
}

/**
 * Opens what `seal` made, with whichever key of the ring it was made with.
 *
 * @returns null for anything else: damaged, cut, sealed by a key not in the ring, or for another `aad`. Never throws.
 *          The caller must treat null as a factor that cannot be checked, never as "no factor set up".
 */
export function unseal(keys: Keyring, sealed: string, aad: string): string | null {
  const [, keyId = "", body = ""] = FORMAT.exec(sealed) ?? [];
  const key = keys.find(keyId);
  const bytes = Buffer.from(body, "base64url");
  // Only one spelling per value: Buffer reads stray bits at the end that no encoder writes.
  const canonical = bytes.toString("base64url") === body;
  if (key === null || !canonical) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.seal, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(aad, "utf8"));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const opened = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
    return Buffer.concat(opened).toString("utf8");
  } catch {
    // node:crypto's only way to say that the tag does not fit, or that there are too few bytes for one.
    return null;
  }
}

/** The same text under today's key, or null: it is already, or it cannot be opened. */
export function reseal(keys: Keyring, sealed: string, aad: string): string | null {
  if (FORMAT.exec(sealed)?.[1] === keys.current.id) return null;
  const plaintext = unseal(keys, sealed, aad);
  return plaintext === null ? null : seal(keys, plaintext, aad);
}
