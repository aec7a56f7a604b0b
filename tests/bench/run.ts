/**
 * Figures instead of opinions:
 *
 *   npm run bench                    everything; a quiet machine and half an hour
 *   npm run bench -- --quick         the same questions in under three minutes, smaller data
 *   npm run bench -- --json          one JSON object on stdout; progress goes to stderr
 *   npm run bench -- throughput      one question, or several
 *
 * Contestants take turns and are compared round by round: on a shared machine single figures mean little, quotients of
 * neighbours do. What was asked in full is kept in tests/bench/results.json, each question with its commit and machine, and
 * told in README.md; the plot is tests/bench/throughput.svg.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { startServer } from "#tests/support/mariadb.ts";
import { provide } from "./provide.ts";
import { QUESTIONS } from "./questions.ts";
import { type Bench, isMet } from "./support/bench.ts";
import { ROOT, stopPrograms } from "./support/programs.ts";
import { keep, type Results } from "./support/results.ts";
import { table } from "./support/table.ts";

const words = process.argv.slice(2);
const quick = words.includes("--quick");
const asJson = words.includes("--json");
const wanted = words.filter((word) => !word.startsWith("--"));
const unknown = wanted.filter((word) => !(word in QUESTIONS));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(", ")}; there is ${Object.keys(QUESTIONS).join(", ")}`);
  process.exit(2);
}

const startedMs = performance.now();
/** Questions that could not be answered; the others still are. */
const failed: string[] = [];
const say = (text: string) =>
  process.stderr.write(`${String(Math.round((performance.now() - startedMs) / 1000)).padStart(5)} s  ${text}\n`);
const folder = mkdtempSync(join(tmpdir(), "gatehouse-bench-"));
process.once("SIGINT", () => void finish(130));

await provide(say);
// Large enough for ten million sessions: what is measured is the program, not the server's disk.
const memory = quick ? "512M" : "6G";
const server = await startServer({ args: [`--innodb-buffer-pool-size=${memory}`, "--innodb-log-file-size=512M"] });
try {
  const results = await answer({ quick, server, folder, say });
  await publish(results);
  await finish(failed.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error);
  await finish(1);
}

async function answer(bench: Bench): Promise<Results> {
  const results: Results = {};
  for (const [name, question] of Object.entries(QUESTIONS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    say(name);
    try {
      results[name] = {
        commit: commit(),
        on: new Date().toISOString().slice(0, 10),
        machine: machine(),
        ...(await question(bench)),
      };
    } catch (error) {
      failed.push(name);
      console.error(error);
    }
    await stopPrograms();
  }
  return results;
}

async function publish(results: Results): Promise<void> {
  if (!quick) await keep(results);
  const rows = Object.values(results).flatMap((found) => found.rows);
  if (asJson) console.log(JSON.stringify(results));
  else console.log(`${table(rows)}\n\nCommit ${commit()}, ${JSON.stringify(machine())}`);
  const missed = rows.filter((row) => isMet(row) === false);
  say(
    `${rows.length} figures, ${missed.length} short of their goal, ${failed.length} questions failed, ${Math.round((performance.now() - startedMs) / 1000)} s`,
  );
}

function machine() {
  const [cpu] = cpus();
  return {
    cores: cpus().length,
    processor: cpu?.model ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    bun: Bun.version,
    node: run("node", "--version"),
    database: run(Bun.which("mariadbd", { PATH: "/usr/sbin:/usr/bin" }) ?? "mariadbd", "--version"),
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

function commit(): string {
  const changed =
    run("git", "status", "--porcelain", "--", "src", "views", "static", "sql") === "" ? "" : ", with changes";
  return run("git", "rev-parse", "--short", "HEAD") + changed;
}

function run(...command: string[]): string {
  return Bun.spawnSync(command, { cwd: ROOT }).stdout.toString().trim();
}

async function finish(code: number): Promise<never> {
  await stopPrograms();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
