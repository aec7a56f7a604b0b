import { expect, test } from "bun:test";
import fc from "fast-check";
import { keyring } from "#src/auth/keys.ts";
import {
  newRecoveryCodes,
  normalizeRecoveryCode,
  recoveryCodeHash,
  recoveryCodeHashes,
} from "#src/auth/recovery-codes.ts";
import { anyText } from "./any-text.ts";

const keys = keyring(["new-secret-with-32-characters-at-least", "old-secret-with-32-characters-at-least"]);

test("ten different codes of 75 random bits, without letters that are misread", () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){2}$/);
});

test("every character of the alphabet comes up about equally often", () => {
  const drawn = Array.from({ length: 200 }, newRecoveryCodes).flat().join("").replaceAll("-", "");
  const counts = Object.values(Object.groupBy(drawn, (character) => character)).map((same) => same!.length);
  expect(counts).toHaveLength(32);
  // 30,000 draws, 937 expected each; ±200 is more than six standard deviations.
  expect(Math.min(...counts)).toBeGreaterThan(737);
  expect(Math.max(...counts)).toBeLessThan(1137);
});

test("typing habits do not matter", () => {
  const normal = "0123456789ABCDE";
  for (const typed of [
    "01234-56789-ABCDE",
    " 01234 56789 abcde\n",
    "o1234-56789-abcde",
    "Ol234-56789-ABCDE",
    "0I23456789aBcDe",
  ]) {
    expect(normalizeRecoveryCode(typed)).toBe(normal);
  }
});

test.each([
  "",
  "01234-56789-ABCD",
  "01234-56789-ABCDEF",
  "01234-56789-ABCDU",
  "01234_56789_ABCDE",
  "０1234-56789-ABCDE",
  "01234-56789-ABCD\0",
])("%p is no recovery code", (typed) => expect(normalizeRecoveryCode(typed)).toBeNull());

test("normalising is stable, never throws, and accepts every code we hand out", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), anyText), (typed) => {
      const normal = normalizeRecoveryCode(typed);
      if (normal !== null) expect(normalizeRecoveryCode(normal)).toBe(normal);
    }),
  );
  for (const code of newRecoveryCodes()) expect(normalizeRecoveryCode(code)).toBe(code.replaceAll("-", ""));
});

test("the stored form depends on the code, the person and the server's key", () => {
  const [code, other] = newRecoveryCodes() as [string, string];
  const hash = recoveryCodeHash(keys.current, 1, code);
  expect(hash).toMatch(new RegExp(`^${keys.current.id}\\.[\\w-]{43}$`));
  expect(recoveryCodeHash(keys.current, 1, code.toLowerCase().replaceAll("-", " "))).toBe(hash);
  for (const different of [
    recoveryCodeHash(keys.current, 1, other),
    recoveryCodeHash(keys.current, 2, code),
    recoveryCodeHash(keys.all[1]!, 1, code),
  ]) {
    expect(different).not.toBe(hash);
  }
});

test("codes handed out under an old key are still found, the current key first", () => {
  const code = newRecoveryCodes()[0]!;
  expect(recoveryCodeHashes(keys, 7, code)).toEqual(keys.all.map((key) => recoveryCodeHash(key, 7, code)));
  expect(recoveryCodeHashes(keys, 7, code)[0]).toBe(recoveryCodeHash(keys.current, 7, code));
});

test("hashing what is no code is a mistake of ours", () => {
  expect(() => recoveryCodeHash(keys.current, 1, "nonsense")).toThrow(TypeError);
});
