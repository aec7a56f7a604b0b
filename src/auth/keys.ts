import { hkdfSync } from "node:crypto";

/**
 * Everything derived from one APP_SECRET. Each purpose has its own key, so a weakness in one use opens no other.
 *
 * `id` stands in front of whatever the keys made and says which secret reads it; being derived, it reveals nothing.
 */
export type ServerKey = {
  readonly id: string;
  /** HMAC over passwords before bcrypt. */
  readonly password: Uint8Array;
  /** AES-256-GCM for secrets that must be read again. */
  readonly seal: Uint8Array;
  /** HMAC over recovery codes. */
  readonly lookup: Uint8Array;
};

/** The key new things are written with, and all keys old things may still be read with (current first). */
export type Keyring = {
  readonly current: ServerKey;
  find(id: string): ServerKey | null;
  readonly all: readonly ServerKey[];
};

const MIN_SECRET_LENGTH = 32;
const MIN_DISTINCT_CHARACTERS = 8;
const SAMPLE =
  /change.?(me|this|it)|example|sample|placeholder|insecure|default|your.?(app.?)?secret|passw(or)?d|secret.?(key|here)/i;

/**
 * Derives the keys of one secret with HKDF-SHA-256 (RFC 5869).
 *
 * HKDF does not slow down guessing: the secret itself must be unguessable, which is what `weakSecret` looks at.
 * The labels below are part of the stored data's format; changing one makes everything it protected unreadable.
 */
export function serverKey(secret: string): ServerKey {
  return {
    id: Buffer.from(derive(secret, "key id", 4)).toString("hex"),
    password: derive(secret, "password hmac", 32),
    seal: derive(secret, "seal aes-256-gcm", 32),
    lookup: derive(secret, "recovery code hmac", 32),
  };
}

/**
 * @param secrets the current secret first, then retired ones that stored data may still need.
 * @param reread  the same list as it is now; asked when something was written with a key unknown so far, as by a process
 *                that started later. What is new there can be read at once; what is current changes at the next start.
 * @throws Error when two different secrets have the same key id (one chance in 4 billion): pick another secret.
 */
export function keyring(secrets: readonly [string, ...string[]], reread: () => readonly string[] = () => []): Keyring {
  const byId = keysById(secrets);
  const learn = () => {
    for (const [id, key] of keysById(reread())) if (!byId.has(id)) byId.set(id, key);
  };
  return {
    current: byId.values().next().value!,
    find(id) {
      if (!byId.has(id)) learn();
      return byId.get(id) ?? null;
    },
    get all() {
      return [...byId.values()];
    },
  };
}

function keysById(secrets: readonly string[]): Map<string, ServerKey> {
  const distinct = [...new Set(secrets)].map(serverKey);
  const byId = new Map(distinct.map((key) => [key.id, key]));
  if (byId.size !== distinct.length) throw new Error("Two secrets share one key id; replace one of them");
  return byId;
}

/**
 * Says in a few words why a secret must not be used, or null when nothing speaks against it.
 *
 * Catches what people type or copy, not what an attacker could construct. Real randomness passes: of 32 random hex digits
 * fewer than eight differ less than once in a million times.
 */
export function weakSecret(secret: string): string | null {
  if (secret.length < MIN_SECRET_LENGTH) return `is shorter than ${MIN_SECRET_LENGTH} characters`;
  if (SAMPLE.test(secret)) return "looks like a sample value";
  if (new Set(secret).size < MIN_DISTINCT_CHARACTERS) return "uses too few different characters";
  if (isRepeated(secret)) return "repeats itself";
  if (isSequence(secret)) return "is a sequence of neighbouring characters";
  return null;
}

function derive(secret: string, purpose: string, bytes: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "", `gatehouse v1 ${purpose}`, bytes));
}

/** True when the text is a shorter piece said twice or more, the last time perhaps cut off. */
function isRepeated(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period++) {
    if (text.slice(period) === text.slice(0, -period)) return true;
  }
  return false;
}

/** True when most characters directly follow, precede or equal the one before them: "abcdef", "99887766". */
function isSequence(text: string): boolean {
  let near = 0;
  for (let i = 1; i < text.length; i++) if (Math.abs(text.charCodeAt(i) - text.charCodeAt(i - 1)) <= 1) near++;
  return near > text.length / 2;
}
