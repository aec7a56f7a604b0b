import { expect, test } from "bun:test";
import { hashToken, isToken, newToken } from "#src/auth/token.ts";

test("a token is 256 random bits and recognised as one", () => {
  const tokens = Array.from({ length: 100 }, newToken);
  expect(new Set(tokens).size).toBe(100);
  expect(tokens.every(isToken)).toBe(true);
});

test.each(["", "a".repeat(42), "a".repeat(44), `${"a".repeat(42)}=`, `${"a".repeat(43)}\n`, hashToken("x")])(
  "%p is no token",
  (text) => expect(isToken(text)).toBe(false),
);

test("the stored form is SHA-256, so it opens nothing itself", () => {
  expect(hashToken("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(isToken(hashToken(newToken()))).toBe(false);
});
