import type { Context } from "hono";
import { z } from "zod";
import { RecoveryCodes } from "#views/enrol.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../app.tsx";
import { newRecoveryCodes, recoveryCodeHash } from "../auth/recovery-codes.ts";
import { mfaSecretLabel, seal, unseal } from "../auth/secret-box.ts";
import { checkTotp, totpUri } from "../auth/totp.ts";
import type { Statement } from "../db/db.ts";
import { sqlReplaceRecoveryCodes } from "../store/recovery-codes.ts";

/*
 * What setting up an authenticator on the way in has in common with doing it on the account page: what is pending, the
 * code that confirms it, and the recovery codes.
 */

/** A secret until its first code came back, then the recovery codes until the person says they are saved. */
export type Pending = { readonly secret: string } | { readonly codes: readonly string[] };

/** Another label for each of the two ways: neither opens what the other sealed. */
const LABELS = { wayIn: "tickets.payload", account: "tickets.payload:account" } as const;
type Way = keyof typeof LABELS;

export function sealPending({ keys }: Deps, way: Way, ticketId: string, pending: Pending): string {
  return seal(keys, JSON.stringify(pending), `${LABELS[way]}:${ticketId}`);
}

/** @returns null when it was sealed for another ticket, on the other way, or with a key that is gone. */
export function openPending({ keys }: Deps, way: Way, ticketId: string, sealed: string): Pending | null {
  const opened = unseal(keys, sealed, `${LABELS[way]}:${ticketId}`);
  return opened === null ? null : (JSON.parse(opened) as Pending);
}

/**
 * The time step of the first code, or null. Not throttled: the secret is on the same page, so there is nothing to guess.
 */
export function confirmedStep({ clock }: Deps, secret: string, code: string): number | null {
  return checkTotp({ secret, code, lastStep: 0, nowMs: clock() });
}

/** As `users.mfa_secret` has it. */
export function sealedSecret({ keys }: Deps, userId: number, secret: string): string {
  return seal(keys, secret, mfaSecretLabel(userId));
}

/** What the form says about a secret that is being set up. */
export function enrolProps({ config }: Deps, { username }: { readonly username: string }, secret: string) {
  const uri = totpUri({ issuer: config.appName, label: username, secret });
  return { qr: uri, uri, secret, issuer: config.appName, account: username };
}

/** Ten new recovery codes, and what puts them in the place of the old ones. */
export function newCodes({ keys, clock }: Deps, userId: number): { codes: string[]; statements: Statement[] } {
  const codes = newRecoveryCodes();
  const codeHashes = codes.map((code) => recoveryCodeHash(keys.current, userId, code));
  return { codes, statements: sqlReplaceRecoveryCodes(userId, codeHashes, clock()) };
}

/** What is posted to `<address>/done`. */
export const Saved = z.object({ saved: z.string().optional() });

/** @param address below it are `/codes.txt` and `/done`. */
export function showCodes(
  c: Context,
  codes: readonly string[],
  address: string,
  page: { canCancel?: boolean },
  error?: string,
) {
  const view = (
    <RecoveryCodes codes={codes} action={`${address}/done`} downloadAction={`${address}/codes.txt`} error={error} />
  );
  return c.render(view, {
    ...page,
    title: (words: Words) => words.door.recoveryCodes.page,
    status: error === undefined ? 200 : 422,
  });
}

export function codesFile(c: Context, codes: readonly string[]) {
  return c.text(`${codes.join("\n")}\n`, 200, {
    "Content-Disposition": 'attachment; filename="recovery-codes.txt"',
  });
}
