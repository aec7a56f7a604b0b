/**
 * Form fields of every page about people and signing in. Each takes exactly one string, never a list, file or object, and
 * looks at its length before anything else. Schemas refuse what no honest form sends; whether a name exists or a code is
 * right is decided, and counted, later.
 */
import { z } from "zod";
import { mistake } from "./mistakes.ts";
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "./password-policy.ts";
import { codePoints } from "./text.ts";
import { isToken } from "./token.ts";
import { canonicalUsername, isNewUsername } from "./username.ts";

/** A string of 1 to `max` UTF-16 units; longer ones are not looked at any further. */
const text = (max: number, missing: string, tooLong: string) =>
  z.string(missing).max(max, { error: tooLong, abort: true }).min(1, { error: missing, abort: true });

/**
 * The name at sign-in, as typed; the form shows it again. The route asks `canonicalUsername`, and a name nobody can have
 * (null) goes the way of every unknown name: same work, same count, same answer.
 */
export const Username = text(510, mistake("usernameMissing"), mistake("usernameTooLong")).refine(
  (name) => codePoints(name) <= 255,
  mistake("usernameTooLong"),
);

const NEW_USERNAME_RULE = mistake("newUsernameRule");

/** The name of a new person; comes out canonical. */
export const NewUsername = text(510, mistake("newUsernameMissing"), NEW_USERNAME_RULE).transform((name, context) => {
  const key = canonicalUsername(name);
  if (key !== null && isNewUsername(key)) return key;
  context.addIssue({ code: "custom", message: NEW_USERNAME_RULE });
  return z.NEVER;
});

/** The password at sign-in, untouched. Longer than what may be set now, for accounts adopted from elsewhere. */
export const Password = text(1024, mistake("passwordMissing"), mistake("passwordTooLong"));

const TOO_LONG = mistake((words) => words.atMost(MAX_PASSWORD_LENGTH));

/** A new password: length only, the rest says `checkNewPassword`, which knows the person. */
export const NewPassword = text(2 * MAX_PASSWORD_LENGTH, mistake("newPasswordMissing"), TOO_LONG)
  .refine((password) => codePoints(password) <= MAX_PASSWORD_LENGTH, TOO_LONG)
  .refine(
    (password) => codePoints(password) >= MIN_PASSWORD_LENGTH,
    mistake((words) => words.atLeast(MIN_PASSWORD_LENGTH)),
  );

/** A code as typed, "" included: malformed ones must reach `checkTotp` and count as failures, or guessing them is free. */
export const Code = z.string(mistake("codeMissing")).max(64, mistake("codeTooLong"));

/** Like `Code`; `normalizeRecoveryCode` decides. */
export const RecoveryCode = z.string(mistake("recoveryCodeMissing")).max(64, mistake("recoveryCodeTooLong"));

/** Spelled exactly so: databases would also take "ADMIN " or the index 1 for an admin. */
export const Role = z.enum(["admin", "user"], mistake("roleMissing"));

/** A row number in an address or form. */
export const Id = z
  .string(mistake("noNumber"))
  .max(9, { error: mistake("noNumber"), abort: true })
  .regex(/^[1-9]\d*$/, mistake("noNumber"))
  .transform(Number);

/** The name of a session: the hash of its cookie. */
export const SessionId = z
  .string("Choose a session.")
  .max(64, { error: "Choose a session.", abort: true })
  .regex(/^[0-9a-f]{64}$/, "Choose a session.");

/** What `newToken` makes. */
export const Token = z
  .string(mistake("linkNotComplete"))
  .max(43, { error: mistake("linkNotComplete"), abort: true })
  .refine(isToken, mistake("linkNotComplete"));
