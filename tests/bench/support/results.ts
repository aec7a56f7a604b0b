import { join } from "node:path";
import { QUESTIONS } from "../questions.ts";
import { type Answer, isMet, type Row } from "./bench.ts";
import { plot } from "./plot.ts";
import { BENCH, ROOT } from "./programs.ts";
import { short, table } from "./table.ts";

/** The last full answer to each question, and what it was asked of. */
export type Results = Record<string, Answer & { commit: string; on: string; machine: Machine }>;
export type Machine = {
  cores: number;
  processor: string;
  memoryGb: number;
  bun: string;
  node: string;
  database: string;
  /** Load average before the question: 0 where nothing else ran. */
  load: number;
};

const FILE = join(BENCH, "results.json");
const README = join(ROOT, "README.md");
const PART = /(<!-- figures -->\n)[\s\S]*?(<!-- \/figures -->)/;

/** Writes results over those there are, and what README tells of them. */
export async function keep(results: Results): Promise<void> {
  const found: Results = { ...(await kept()), ...results };
  const all = Object.fromEntries(Object.keys(QUESTIONS).flatMap((name) => (found[name] ? [[name, found[name]]] : [])));
  await Bun.write(FILE, `${JSON.stringify(all, null, 2)}\n`);
  const series = all.throughput?.series;
  if (series) await Bun.write(join(BENCH, "throughput.svg"), plot(series));
  const text = await Bun.file(README).text();
  await Bun.write(README, text.replace(PART, `$1${told(all)}$2`));
}

export async function kept(): Promise<Results> {
  const file = Bun.file(FILE);
  return (await file.exists()) ? await file.json() : {};
}

/** The goals as README shows them: figure, goal, met or missed; then everything else that was measured. */
export function told(results: Results): string {
  const rows = Object.values(results).flatMap((found) => found.rows);
  const lines = shown(rows).map(
    (row) => `| ${row.question}: ${row.name} | ${range(row)} | ${goalOf(row)} | ${isMet(row) ? "met" : "**missed**"} |`,
  );
  const commits = [...new Set(Object.values(results).map(({ commit, on }) => `\`${commit}\` (${on})`))].join(", ");
  const machine = Object.values(results)[0]?.machine;
  const where = machine ? `${machine.cores} cores of ${machine.processor}, Bun ${machine.bun}` : "";
  return `
| Figure | Median (lowest to highest round) | Goal | |
| --- | --- | --- | --- |
${lines.join("\n")}

Measured on ${where}; server, database and load generator share them. Commits ${commits}.

<details><summary>All figures</summary>

${table(rows)}

</details>

`;
}

/** Every goal that was missed; of those one question met with all its figures, the closest call. */
function shown(rows: readonly Row[]): Row[] {
  const groups = Map.groupBy(
    rows.filter((row) => row.goal !== undefined),
    (row) => `${row.question} ${goalOf(row)} ${isMet(row)}`,
  );
  return [...groups.values()].flatMap((some) => (isMet(some[0]!) ? [some.reduce(closest)] : some));
}

const closest = (one: Row, other: Row): Row => {
  const { goal } = one;
  const higher = one.figure.median > other.figure.median ? one : other;
  const lower = higher === one ? other : one;
  return goal !== undefined && "atLeast" in goal ? lower : higher;
};

const range = ({ figure: { median, low, high, rounds }, unit }: Row): string =>
  `${short(median)} ${unit}${rounds > 1 ? ` (${short(low)} to ${short(high)})` : ""}`;

const goalOf = ({ goal }: Row): string =>
  goal === undefined ? "" : "atLeast" in goal ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`;
