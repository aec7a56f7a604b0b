import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { cleanEnv } from "./environment.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PART_LIMIT_MS = 10 * 60_000;
const HEARTBEAT_MS = 10_000;
const TEST_LIMIT_MS = 20_000;

export type Counts = { passed: number; failed: number; skipped: number };

type Result = { exitCode: number; output: string };

/** Everything the run leaves on disk, its children's temporary files included. */
export const workDir = mkdtempSync(join(tmpdir(), "gatehouse-tests-"));

const cleanups: (() => unknown)[] = [];
let ended = false;

/** Registers what must happen before the run ends, however it ends. Called in reverse order. */
export function atEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

export async function cleanUp(): Promise<void> {
  ended = true;
  while (cleanups.length > 0) await cleanups.pop()?.();
  rmSync(workDir, { recursive: true, force: true, maxRetries: 5 });
}

/** Runs a program that says yes or no with its exit code: one test. */
export function runCommand(name: string, command: string[]): Promise<Counts> {
  return timed(name, async () => {
    const { exitCode, output } = await spawn(name, command, {});
    const failed = exitCode === 0 ? 0 : 1;
    return { counts: { passed: 1 - failed, failed, skipped: 0 }, output };
  });
}

/** Test files of which at least one test ran, or was skipped, in some part. */
export const filesHeardOf = new Set<string>();

/**
 * Runs test files in parallel processes and counts what their report says.
 *
 * @param isolate false: modules are loaded once for all files of a process, in half the time; files can then see each other's
 * leftovers, so the thorough run does not.
 *
 * Besides that, every error outside of a test (a file that does not load) is a failure, so is a run in which no test
 * ran, and so is one that ends badly although every test in its report passed.
 */
export function runTests(
  name: string,
  files: string[],
  env: Record<string, string> = {},
  { isolate = true } = {},
): Promise<Counts> {
  return timed(name, async () => {
    // Without a file to run, bun test would run all it finds.
    if (files.length === 0) return { counts: { passed: 0, failed: 1, skipped: 0 }, output: "no test files found" };
    const report = join(workDir, `${name}.xml`);
    const options = [`--parallel=${availableParallelism()}`, `--timeout=${TEST_LIMIT_MS}`, "--only-failures"];
    if (!isolate) options.push("--no-isolate");
    const junit = ["--reporter=junit", `--reporter-outfile=${report}`];
    const command = [process.execPath, "--no-env-file", "test", "--no-orphans", ...options, ...junit, ...files];
    const { exitCode, output } = await spawn(name, command, env);

    const counts = await readReport(report);
    const errors = Number(/^ (\d+) errors?$/m.exec(output)?.[1] ?? 0);
    const complaints = errors > 0 ? [`${errors} errors outside of a test`] : [];
    if (counts.passed + counts.failed === 0) complaints.push("no test ran");
    if (exitCode !== 0 && counts.failed + complaints.length === 0) complaints.push(`ended with exit code ${exitCode}`);
    counts.failed += Math.max(errors, complaints.length);
    return { counts, output: [output, ...complaints].join("\n") };
  });
}

/** Test files below `tests/`, as `./tests/….test.ts`, without those in the named folders or files. */
export function testFiles(without: readonly string[]): string[] {
  const files = [...new Bun.Glob("**/*.test.{ts,tsx}").scanSync(join(ROOT, "tests"))].sort();
  return files.filter((file) => !without.some((skip) => file.startsWith(skip))).map((file) => `./tests/${file}`);
}

/** Adds up a junit report, and notes the files it mentions; a missing one has nothing to add. */
async function readReport(path: string): Promise<Counts> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const file = Bun.file(path);
  const xml = (await file.exists()) ? await file.text() : "";
  // Bun escapes < and > in names and messages, so tags can be told apart without an XML parser.
  for (const [, head = "", body = ""] of xml.matchAll(/<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)) {
    if (/<(failure|error)\b/.test(body)) counts.failed += 1;
    else if (/<skipped\b/.test(body)) counts.skipped += 1;
    else counts.passed += 1;
    const from = / file="([^"]*)"/.exec(` ${head}`)?.[1] ?? "";
    filesHeardOf.add(`./${relative(ROOT, resolve(ROOT, from))}`);
  }
  return counts;
}

async function timed(name: string, run: () => Promise<{ counts: Counts; output: string }>): Promise<Counts> {
  const startMs = performance.now();
  const seconds = () => `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
  console.log(`${name} …`);
  const heartbeat = setInterval(() => console.log(`${name} … ${seconds()}`), HEARTBEAT_MS);
  try {
    const { counts, output } = await run();
    if (counts.failed > 0) console.log(`\n── ${name} failed ──\n${output.trim()}\n`);
    console.log(`${name}: ${counts.failed > 0 ? "FAILED, " : ""}${summary(counts)}, ${seconds()}`);
    return counts;
  } finally {
    clearInterval(heartbeat);
  }
}

async function spawn(name: string, command: string[], env: Record<string, string>): Promise<Result> {
  // A file, not a pipe: a forgotten grandchild that keeps a pipe open would keep this run waiting for it.
  const logPath = join(workDir, `${name}.log`);
  const log = openSync(logPath, "a");
  const childEnv = cleanEnv({ TMPDIR: workDir, ...env });
  const child = Bun.spawn(command, { cwd: ROOT, env: childEnv, stdin: "ignore", stdout: log, stderr: log });
  closeSync(log);
  atEnd(() => stop(child));
  const limit = setTimeout(() => {
    console.log(`${name}: stopped after ${PART_LIMIT_MS / 60_000} minutes`);
    void stop(child);
  }, PART_LIMIT_MS);
  const exitCode = await child.exited;
  clearTimeout(limit);
  // Stopped from outside: nothing more is to be said or started while the process ends.
  if (ended) await new Promise(() => {});
  return { exitCode, output: await Bun.file(logPath).text() };
}

/** Asks first: a test runner that is asked takes the servers and browsers it started with it. */
async function stop(child: Bun.Subprocess): Promise<void> {
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), 3000);
  await child.exited;
  clearTimeout(kill);
}

/** `N passed, N failed`, and `, N skipped` where something was. */
export function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
