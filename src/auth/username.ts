import { codePoints } from "./text.ts";

const MAX_CODE_POINTS = 255;
/**
 * Characters that cannot be seen or are not there: control, format (zero-width, bidi, byte order mark), lone surrogate,
 * private, unassigned, line ends, and fillers that fonts draw as nothing. Two names differing in them look alike.
 */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const NEW_USERNAME = /^[a-z0-9._@-]{3,64}$/;

/**
 * The one form of a name that is stored, looked up, throttled and compared: NFKC, trimmed, lower-cased. Databases compare
 * these byte by byte, so no collation decides who is whom.
 *
 * @returns null when nobody can have this name: empty, over 255 code points, or with invisible characters, also at the
 *          ends (a tab is not trimmed away but refused). At sign-in that is an unknown person, answered as such.
 * Applying it to its own result changes nothing.
 */
export function canonicalUsername(input: string): string | null {
  // Code units first: normalising megabytes costs time.
  if (input.length > 2 * MAX_CODE_POINTS || INVISIBLE.test(input)) return null;
  // Lower-casing can leave a sequence that NFKC joins: J and caron have no capital of their own, ǰ is one letter.
  const name = input.normalize("NFKC").toLowerCase().normalize("NFKC").trim();
  return name === "" || codePoints(name) > MAX_CODE_POINTS ? null : name;
}

/** Whether a canonical name may be given to a new person. Adopted databases keep the names they have. */
export function isNewUsername(key: string): boolean {
  return NEW_USERNAME.test(key);
}
