import { describe, expect, test } from "bun:test";
import { isSafePattern } from "redos-detector";
import type { z } from "zod";
import * as fields from "#src/auth/fields.ts";
import { type Found, search, searchIn, sourceFiles } from "./search.ts";

/*
 * No regular expression takes much longer than its text is long (ReDoS). The detector counts in how many ways a pattern
 * can match the same text, so it cannot be lucky; where it is too strict, the reason stands here.
 */
const REGEX = { regex: "JsRegexLiteralExpression()", built: "or { `new RegExp($...)`, `RegExp($...)` }" };

/** Quadratic at worst, or said to be, on text that is short or our own. */
const BOUNDED: Record<string, string> = {
  "/change.?(me|this|it)|example|sample|placeholder|insecure|default|your.?(app.?)?secret|passw(or)?d|secret.?(key|here)/i":
    "the operator's APP_SECRET, at most 1024 characters",
  "/[^\\p{L}]+$/u": "a new password, at most 256 characters",
  "/\\s*\\n\\s*/g": "messages of our own for the operator",
  "/;[ \\t]*$/m": "our own migrations",
  "/;\\s*\\S/": "our own statements",
  "/>\\s+</g": "our own icon, at start",
  "/(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')|\\/\\*[\\s\\S]*?\\*\\/|\\s*([{};,])\\s*|\\s+/g":
    "our own style sheet, at start",
};

/** Built from constants, or escaped; never from what somebody sent. */
const BUILT: Record<string, string> = {
  "src/auth/recovery-codes.ts": "from the alphabet and the length of a code",
  "src/outside.ts": "from the operator's FRAGMENTS_DIR, escaped",
  "src/routes/admin/csv.ts": "from one of three separators",
};

const found = search(REGEX, sourceFiles());

/** Reasons why a literal may take long, or null. */
function danger({ text }: Pick<Found, "text">): string | null {
  const end = text.lastIndexOf("/");
  const flags = text.slice(end + 1);
  const options = { unicode: /[uv]/.test(flags), caseInsensitive: flags.includes("i"), multiLine: flags.includes("m") };
  const verdict = isSafePattern(text.slice(1, end), options);
  return verdict.safe ? null : String(verdict.error);
}

describe("regular expressions", () => {
  test("take linear time, or read only what is short", () => {
    const literals = found.filter(({ rule }) => rule === "regex");
    expect(literals.length).toBeGreaterThan(50);
    const slow = literals.filter((literal) => !(literal.text in BOUNDED) && danger(literal) !== null);
    expect(slow.map(({ file, line, text }) => `${file}:${line} ${text}`)).toEqual([]);
  });

  test("are never built from what somebody sent", () => {
    const built = found.filter(({ rule }) => rule === "built").map(({ file }) => file);
    expect([...new Set(built)].sort()).toEqual(Object.keys(BUILT).sort());
  });

  test("have no exception that is not needed any more", () => {
    const texts = new Set(found.map(({ text }) => text));
    expect(Object.keys(BOUNDED).filter((text) => !texts.has(text) || danger({ text }) === null)).toEqual([]);
  });

  test("that are dangerous are found", () => {
    const sample = "export const slow = /^(a+)+$/; export const square = /x*y/; const s = '/(b+)+$/'; // /(c+)+$/";
    const literals = searchIn(REGEX, { "src/sample.ts": sample });
    expect(literals.map(({ text }) => text)).toEqual(["/^(a+)+$/", "/x*y/"]);
    expect(literals.map(danger)).not.toContain(null);
    const built = searchIn(REGEX, {
      "src/sample.ts": "export const find = (q: string) => [new RegExp(q), RegExp(q)];",
    });
    expect(built.map(({ rule }) => rule)).toEqual(["built", "built"]);
  });
});

/** What makes naive patterns and normalisers slow, 50 000 characters each. */
const LONG = [
  " ",
  "a",
  "0",
  "é",
  "ﷺ",
  "\u0301",
  "👩‍💻",
  "\0",
  "\ud800",
  "a ",
  "-",
  "a\n",
  "ab@",
  "%2561",
  "\u202e",
].map((piece) => piece.repeat(Math.ceil(50_000 / piece.length)).slice(0, 50_000));

describe("50 000 characters", () => {
  for (const [name, schema] of Object.entries(fields) as [string, z.ZodType][]) {
    test(`are refused by ${name} in about the time a short text takes`, () => {
      const shortMs = bestOf(() => LONG.map((text) => schema.safeParse(text.slice(0, 600))));
      const longMs = bestOf(() => {
        for (const text of LONG) expect(schema.safeParse(text).success).toBe(false);
      });
      // 80 times as long; read to its end it would take 80 times as long at least.
      expect(longMs).toBeLessThan(20 * shortMs + 20);
    });
  }
});

/** The fastest of five runs: a busy machine only ever makes them slower. */
function bestOf(work: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const startMs = performance.now();
    work();
    return performance.now() - startMs;
  });
  return Math.min(...times);
}
