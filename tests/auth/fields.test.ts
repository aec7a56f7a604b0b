import { expect, test } from "bun:test";
import type { ZodType } from "zod";
import * as fields from "#src/auth/fields.ts";
import { sayMistake } from "#src/auth/mistakes.ts";
import { newToken } from "#src/auth/token.ts";
import { en } from "#views/words/en.ts";

const all = Object.entries(fields) as [string, ZodType][];
const accepts = (schema: ZodType, value: unknown) => schema.safeParse(value).success;
const messages = (schema: ZodType, value: unknown) =>
  schema.safeParse(value).error!.issues.map(({ message }) => sayMistake(message, en.mistakes));

test.each(all)("%s takes one string and nothing else", (_, field) => {
  for (const value of [
    undefined,
    null,
    0,
    1,
    1n,
    true,
    false,
    {},
    [],
    ["admin"],
    ["1"],
    { x: "1" },
    new File([], "x"),
  ]) {
    expect(accepts(field, value)).toBe(false);
  }
});

test.each(all)("%s refuses five megabytes at once, with one kind sentence", (_, field) => {
  const before = process.cpuUsage();
  const said = messages(field, "5".repeat(5_000_000));
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(50);
  expect(said).toHaveLength(1);
});

test.each(all)("%s says what is missing in one short sentence", (_, field) => {
  for (const said of [messages(field, undefined), messages(field, "x".repeat(2_000))]) {
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^[A-Z].{5,90}\.$/);
    expect(said[0]).not.toMatch(/expected|invalid|string/i);
  }
});

test("the name at sign-in is left as typed, up to 255 code points", () => {
  expect(fields.Username.parse(" Ann ")).toBe(" Ann ");
  expect(accepts(fields.Username, "😀".repeat(255))).toBe(true);
  expect(accepts(fields.Username, "a".repeat(256))).toBe(false);
  expect(accepts(fields.Username, "")).toBe(false);
});

test("a new name comes out canonical or not at all", () => {
  expect(fields.NewUsername.parse(" Ann.Bob@Example.org ")).toBe("ann.bob@example.org");
  for (const name of ["", "an", "ann bob", "änn", "ann\u200b", "a".repeat(65)]) {
    expect(messages(fields.NewUsername, name)).toHaveLength(1);
  }
});

test("a password is never touched", () => {
  for (const password of [" ", "  two spaces  ", "Jose\u0301", "ab\0cd", "x".repeat(1024)]) {
    expect(fields.Password.parse(password)).toBe(password);
  }
  expect(accepts(fields.Password, "x".repeat(1025))).toBe(false);
  expect(fields.NewPassword.parse("  pass word  ")).toBe("  pass word  ");
});

test("a new password has 8 to 128 code points", () => {
  for (const [count, fine] of [
    [7, false],
    [8, true],
    [64, true],
    [128, true],
    [129, false],
  ] as const) {
    for (const character of ["x", "😀"]) expect(accepts(fields.NewPassword, character.repeat(count))).toBe(fine);
  }
});

test.each(["", "05047", "abcdef", "０５０４７１", "050 471"])(
  "the malformed code %p gets through to be counted",
  (code) => {
    expect(fields.Code.parse(code)).toBe(code);
    expect(fields.RecoveryCode.parse(code)).toBe(code);
  },
);

test("a role is spelled exactly", () => {
  expect(fields.Role.parse("admin")).toBe("admin");
  for (const role of ["1", "ADMIN", "admin ", "Admin", "", "root", "admin\0"])
    expect(accepts(fields.Role, role)).toBe(false);
});

test("an id is a positive number in its only spelling", () => {
  expect(fields.Id.parse("17")).toBe(17);
  expect(fields.Id.parse("999999999")).toBe(999_999_999);
  for (const id of ["", "0", "-1", "01", "1.0", "1e3", "0x1", " 1", "1\n", "1000000000", "１", "NaN"]) {
    expect(accepts(fields.Id, id)).toBe(false);
  }
});

test("a token looks like one of ours", () => {
  expect(accepts(fields.Token, newToken())).toBe(true);
  for (const token of ["", "x", `${newToken()}x`, `${newToken()}\n`]) expect(accepts(fields.Token, token)).toBe(false);
});
