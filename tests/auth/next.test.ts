import { expect, test } from "bun:test";
import fc from "fast-check";
import { safeNext } from "#src/auth/next.ts";
import { anyText } from "./any-text.ts";

test.each([
  "/",
  "/account",
  "/admin/users?q=ann&role=user#top",
  "/fragments/disk",
  "/loginfo",
  "/admin/users?q=a%0Ab",
  "/a?next=//evil.example",
])("%s is kept", (next) => expect(safeNext(next)).toBe(next));

test.each([
  null,
  undefined,
  "",
  "account",
  "//evil.example",
  "//evil.example/account",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/%09/evil.example",
  "/%2f/evil.example",
  "/%2Fevil.example",
  "/%5cevil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "/%2e%2e//evil.example",
  "https:evil.example",
  "https://evil.example",
  "http://gatehouse.invalid/account",
  "javascript:alert(1)",
  "data:text/html,x",
  " /account",
  "/account\r\nSet-Cookie: a=b",
  "/a%0d%0aSet-Cookie:a=b",
  "/account\0",
  "/%",
  "/%ff",
  "/login",
  "/login/",
  "/login?next=/account",
  "/login/code",
  "/%6cogin",
  "/account/../login",
  "/logout",
  "/logout#x",
  `/${"a".repeat(2_000)}`,
  `/${"a/../".repeat(500)}account`,
  `/${"é".repeat(1_000)}`,
])("%p leads home", (next) => {
  expect(safeNext(next)).toBe("/");
});

test("letters beyond ASCII are encoded for the Location header", () => {
  expect(safeNext("/admin/users?q=josé")).toBe("/admin/users?q=jos%C3%A9");
});

test("no text leads to another site, and what is safe stays what it is", () => {
  const piece = fc.constantFrom(
    "/",
    "\\",
    "//",
    "..",
    ".",
    "%2f",
    "%5c",
    "%09",
    "\t",
    "\r\n",
    "@",
    ":",
    "?",
    "#",
    "evil.example",
    "https:",
    "login",
  );
  const hostile = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string(), fc.webUrl(), anyText), (next) => {
      const safe = safeNext(next);
      expect(new URL(safe, "https://gatehouse.test/login").origin).toBe("https://gatehouse.test");
      expect(safe).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
      expect(safeNext(safe)).toBe(safe);
    }),
    { numRuns: 5000 },
  );
});
