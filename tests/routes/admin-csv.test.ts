import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseCsv } from "#src/routes/admin/csv.ts";

const cellsOf = (text: string) => parseCsv(text)?.map(({ cells }) => cells) ?? null;

describe("a list is read", () => {
  test("as RFC 4180 writes it", () => {
    expect(cellsOf('a,"b,""c""\r\nd",\r\n"",e\r\n')).toEqual([
      ["a", 'b,"c"\r\nd', ""],
      ["", "e"],
    ]);
  });

  test("as spreadsheets write it: semicolons, tabs, a byte order mark, any line break", () => {
    expect(cellsOf("\uFEFFbob;user\rcarol;admin\n")).toEqual([
      ["bob", "user"],
      ["carol", "admin"],
    ]);
    expect(cellsOf("bob\tuser\n\n\ncarol")).toEqual([["bob", "user"], ["carol"]]);
  });

  test("with the numbers of the lines people see", () => {
    const rows = parseCsv('a\n\n"b\nb"\r\nc,"\n\n"\nd');
    expect(rows?.map(({ line }) => line)).toEqual([1, 3, 5, 8]);
  });

  test("not at all where a quote is never closed", () => {
    for (const text of ['"', 'a,"b', 'a\n"b""', '"""']) expect(parseCsv(text)).toBeNull();
  });

  test("the same whatever was in the cells it was written from", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", ";", "\t", "\r", "\n", " ", "é", "😀") });
    // The first cell has the comma behind it, which decides about the separator.
    const row = fc.array(cell, { minLength: 1, maxLength: 4 }).map((cells) => ["x", ...cells]);
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.boolean(),
        (rows, end, last) => {
          const write = (text: string) => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
          const text = rows.map((cells) => cells.map(write).join(",")).join(end) + (last ? end : "");
          expect(cellsOf(text)).toEqual(rows);
        },
      ),
    );
  });

  test("in time that grows with its length", () => {
    const hostile = [
      '"'.repeat(500_001),
      `${'"'.repeat(500_000)}x`,
      ",".repeat(500_000),
      "\r".repeat(500_000),
      '""'.repeat(250_000),
    ];
    const startMs = performance.now();
    for (const text of hostile) parseCsv(text);
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});
