import { randomBytes } from "node:crypto";

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** 32 random bytes as 43 base64url characters: session cookies, tickets and one-time addresses. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Tells whether the text could have come from `newToken`; costs nothing and spares the database a look-up. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** SHA-256 as 64 hex digits: the form tokens are stored in, so that a stolen database opens no session. */
export function hashToken(token: string): string {
  return Bun.CryptoHasher.hash("sha256", token, "hex");
}
