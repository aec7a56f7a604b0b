import { join } from "node:path";
import type { Answer, Bench, Row } from "../support/bench.ts";
import { BENCH, ROOT } from "../support/programs.ts";
import { figure } from "../support/stats.ts";

type Report = {
  small: number;
  large: number;
  rows: { query: string; few: { p95: number }; many: { p95: number }; ratio: number }[];
};

/** The figures of people.ts, on both databases. */
export async function list(bench: Bench): Promise<Answer> {
  const rows: Row[] = [];
  for (const database of ["mysql", "sqlite"] as const) {
    bench.say(`list: ${database}`);
    rows.push(...rowsOf(database, await report(bench, database)));
  }
  return { rows };
}

async function report({ quick, server, folder }: Bench, database: "mysql" | "sqlite"): Promise<Report> {
  const sizes = quick ? ["1000", "30000"] : ["1000", "1000000"];
  const child = Bun.spawn(
    [process.execPath, join(BENCH, "people.ts"), "--json", ...sizes, ...(quick ? ["--rounds=40"] : [])],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH ?? "",
        TMPDIR: folder,
        TEST_DB: database,
        TEST_DB_HOST: server.host,
        TEST_DB_PORT: String(server.port),
        TEST_DB_USER: server.user,
        TEST_DB_PASSWORD: server.password,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const line = out.trimEnd().split("\n").at(-1) ?? "";
  if (!line.startsWith("{")) throw new Error(`people.ts: ${out}${err}`);
  return JSON.parse(line) as Report;
}

function rowsOf(database: string, { small, large, rows }: Report): Row[] {
  const count = (people: number) => people.toLocaleString("en");
  const question = `A page of /admin/users: p95 among ${count(large)} people / among ${count(small)}`;
  return rows.map(({ query, few, many, ratio }) => ({
    question,
    name: `${database === "mysql" ? "MariaDB" : "SQLite"}, ${query} (${few.p95.toFixed(1)} → ${many.p95.toFixed(1)} ms)`,
    figure: figure([ratio]),
    unit: "×",
    goal: { atMost: 2 },
  }));
}
