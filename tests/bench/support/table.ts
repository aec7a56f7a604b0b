import { isMet, type Row } from "./bench.ts";

const columns = ["figure", "median", "lowest to highest", "goal", ""] as const;

/** The figures as a Markdown table, one part for each question. */
export function table(rows: readonly Row[]): string {
  const questions = [...new Set(rows.map(({ question }) => question))];
  return questions
    .map((question) => {
      const lines = rows.filter((row) => row.question === question).map(cells);
      return `**${question}**\n\n${aligned([[...columns], ...lines])}`;
    })
    .join("\n\n");
}

function cells(row: Row): string[] {
  const { name, figure, unit, goal } = row;
  const range = figure.rounds > 1 ? `${short(figure.low)} to ${short(figure.high)} (${figure.rounds})` : "";
  const wanted = goal === undefined ? "" : "atLeast" in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`;
  const met = isMet(row);
  return [name, `${short(figure.median)} ${unit}`, range, wanted, met === null ? "" : met ? "met" : "missed"];
}

export function short(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

function aligned(lines: string[][]): string {
  const widths = columns.map((_, i) => Math.max(3, ...lines.map((line) => (line[i] ?? "").length)));
  const drawn = lines.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`);
  return [drawn[0], `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...drawn.slice(1)].join("\n");
}
