import { expect, test } from "bun:test";
import fc from "fast-check";
import { canonicalUsername, isNewUsername } from "#src/auth/username.ts";
import { anyText } from "./any-text.ts";

test.each([
  ["Ann", "ann"],
  [" ann ", "ann"],
  ["ＡＮＮ", "ann"],
  ["\u00a0ann\u3000", "ann"],
  ["ﬁn", "fin"],
  ["Jose\u0301", "josé"],
  ["J\u030c", "ǰ"],
  ["ℍ™", "htm"],
  ["Ann Bob", "ann bob"],
  ["ann@example.org", "ann@example.org"],
  ["😀", "😀"],
])("%p is stored and looked up as %p", (typed, key) => {
  expect(canonicalUsername(typed)).toBe(key);
});

test.each([
  "",
  "  ",
  "admin\0",
  "admin\x01",
  "admin\t",
  "admin\n",
  "\ufeffadmin",
  "ad\u200bmin",
  "ad\u200dmin",
  "ad\u00admin",
  "\u202eadmin",
  "admin\u2066",
  "ad\ufe0fmin",
  "\u3164",
  "\u115f",
  "\ud800",
  "a\udc00b",
  "\ue000",
  "a\u2028b",
  "a".repeat(256),
  "\ufdfa".repeat(20),
])("nobody can be called %p", (typed) => {
  expect(canonicalUsername(typed)).toBeNull();
});

test("different people stay different: no collation folds accents or ß", () => {
  const keys = ["admin", "ädmin", "adm\u0131n", "strasse", "straße"].map(canonicalUsername);
  expect(new Set(keys).size).toBe(5);
});

test("the length counts code points", () => {
  expect(canonicalUsername("😀".repeat(255))).toBe("😀".repeat(255));
  expect(canonicalUsername("😀".repeat(256))).toBeNull();
  expect(canonicalUsername("a".repeat(255))).not.toBeNull();
});

test("a canonical name is its own canonical name, whatever was typed", () => {
  const typed = fc.oneof(fc.string(), anyText);
  fc.assert(
    fc.property(typed, (name) => {
      const key = canonicalUsername(name);
      if (key === null) return;
      expect(canonicalUsername(key)).toBe(key);
      expect(key).toBe(key.trim());
      expect(key).not.toMatch(/[\p{C}\p{Default_Ignorable_Code_Point}]/u);
      expect([...key].length).toBeLessThanOrEqual(255);
    }),
    { numRuns: 2000 },
  );
});

test("every single code point has a stable, visible form or none", () => {
  for (let code = 0; code <= 0x3ffff; code++) {
    const key = canonicalUsername(String.fromCodePoint(code));
    if (key !== null && canonicalUsername(key) !== key) throw new Error(`U+${code.toString(16)} is not stable`);
  }
});

test("new names are short and plain", () => {
  for (const key of ["ann", "ann.bob", "ann_bob-2@example.org", "a".repeat(64)]) expect(isNewUsername(key)).toBe(true);
  for (const key of ["an", "a".repeat(65), "Ann", "ann bob", "änn", "ann\n", "ann+1", "аnn", ""]) {
    expect(isNewUsername(key)).toBe(false);
  }
});
