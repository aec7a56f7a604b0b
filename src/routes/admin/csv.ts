export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

/**
 * Reads comma separated values as RFC 4180 has them, and as spreadsheets write them: with semicolons or tabs too, and
 * with a byte order mark. The separator is the one that comes first in the first line. Empty lines are left out.
 *
 * @returns rows with the number of the line they begin in; null when a quoted cell is never closed.
 */
export function parseCsv(text: string): CsvRow[] | null {
  const source = text.replace(/^\uFEFF/, "");
  const separator = /[,;\t]/.exec(source.split(/\r\n?|\n/, 1)[0] ?? "")?.[0] ?? ",";
  const stops = new RegExp(`[${separator}\r\n]`, "g");
  const rows: CsvRow[] = [];
  let [line, cells] = [1, [] as string[]];
  let [start, at] = [line, 0];
  while (at <= source.length) {
    const cell = readCell(source, at, stops);
    if (cell === null) return null;
    cells.push(cell.text);
    line += lineBreaks(source.slice(at, cell.end));
    const stop = source.startsWith("\r\n", cell.end) ? "\r\n" : source.charAt(cell.end);
    if (stop !== separator) {
      if (cells.some((content) => content.trim() !== "")) rows.push({ line: start, cells });
      line += 1;
      [start, cells] = [line, []];
    }
    at = cell.end + Math.max(stop.length, 1);
  }
  return rows;
}

/** One cell from `at` on; `end` is where its separator, line break or the end of the text stands. */
function readCell(source: string, at: number, stops: RegExp): { text: string; end: number } | null {
  const quoted = source.charAt(at) === '"';
  const close = quoted ? closingQuote(source, at + 1) : at - 1;
  if (close === null) return null;
  // What follows the closing quote belongs to the cell, as spreadsheets read it.
  stops.lastIndex = close + 1;
  const end = stops.exec(source)?.index ?? source.length;
  const inside = quoted ? source.slice(at + 1, close).replaceAll('""', '"') : "";
  return { text: inside + source.slice(close + 1, end), end };
}

function closingQuote(source: string, from: number): number | null {
  for (let at = source.indexOf('"', from); at !== -1; at = source.indexOf('"', at + 2)) {
    if (source.charAt(at + 1) !== '"') return at;
  }
  return null;
}

const lineBreaks = (text: string): number => text.match(/\r\n?|\n/g)?.length ?? 0;
