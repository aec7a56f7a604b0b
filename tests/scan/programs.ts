import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireTool } from "../support/tools.ts";

/** What a program found; empty is good. */
export type Outcome = { readonly what: string; readonly found: readonly string[] };

type Run = { readonly command: readonly string[]; readonly limitMs: number; readonly folder: string };

/** Runs it for as long as it may, then ends it; what it wrote until then counts. */
async function run({ command, limitMs, folder }: Run): Promise<string> {
  const log = join(folder, "output.txt");
  const child = Bun.spawn([...command], {
    ...{ cwd: folder, stdin: "ignore", stdout: Bun.file(log), stderr: Bun.file(`${log}.err`) },
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, HOME: folder, LANG: "C.UTF-8", PYTHONUNBUFFERED: "1" },
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  await child.exited;
  clearTimeout(timer);
  return readFileSync(log, "utf8");
}

const folderIn = (home: string): string => mkdtempSync(join(home, "program-"));

/** `patience`: how many times as long it may take, where every try costs a password's hash. */
export type Target = { readonly path: string; readonly data?: string; readonly patience?: number };

/** Injection into every parameter of an address or form. */
export async function sqlmap(home: string, base: string, target: Target, limitMs: number): Promise<Outcome> {
  const folder = folderIn(home);
  const data = target.data === undefined ? [] : ["--data", target.data];
  const output = await run({
    limitMs,
    folder,
    command: [
      ...[requireTool("sqlmap"), "-u", base + target.path, ...data, "--batch", "--flush-session", "--disable-coloring"],
      ...["--level=2", "--risk=2", "--threads=4", "--time-sec=2", "--timeout=10", "--retries=0", "--technique=BEUST"],
      // 401, 404, 409 and 422 are answers here, no reason to stop.
      ...["--ignore-code=*", "--output-dir", folder],
    ],
  });
  const found = output.split("\n").filter((line) => /is vulnerable|appears to be .*injectable|^Parameter: /.test(line));
  // It says so of pages that differ at random, and takes it back when it looks again.
  const confirmed = output.includes("identified the following injection point");
  return { what: target.path.replace(/\?.*/, "?…"), found: confirmed ? found : [] };
}

/** Follows every link and form and tries what it knows at each. */
export async function wapiti(home: string, start: string, limitMs: number): Promise<Outcome> {
  const folder = folderIn(home);
  const report = join(folder, "report.json");
  const [crawlS, attackS] = [limitMs / 4000, limitMs / 20_000].map((seconds) => String(Math.ceil(seconds)));
  const output = await run({
    limitMs,
    folder,
    command: [
      ...[requireTool("wapiti"), "-u", start, "--scope", "domain", "--flush-session", "-f", "json", "-o", report],
      ...[
        "-m",
        "sql,xss,permanentxss,exec,file,crlf,redirect,backup,htaccess",
        "--max-scan-time",
        crawlS!,
        "--max-attack-time",
        attackS!,
        "-v",
        "0",
      ],
      ...["--no-bugreport", "-t", "10", "-d", "4", "--store-session", folder],
    ],
  });
  // It tells at once what it finds; the report, which it may not come to, has more.
  const told = output.split("\n").filter((line) => / via injection in | vulnerability /.test(line));
  const what = "every link and form";
  if (!(await Bun.file(report).exists())) return { what: `${what}, until it was ended`, found: told };
  const { vulnerabilities } = (await Bun.file(report).json()) as {
    vulnerabilities: Record<string, { method: string; path: string; info: string }[]>;
  };
  const all = Object.entries(vulnerabilities).flatMap(([kind, places]) => places.map((place) => ({ kind, ...place })));
  return {
    what,
    found: all.map(({ kind, method, path, info }) => `${kind}: ${method} ${path}: ${info}`.slice(0, 200)),
  };
}

/** Addresses nobody linked to. `known` are those that may answer this visitor. */
export async function ffuf(
  home: string,
  base: string,
  known: (path: string) => boolean,
  limitMs: number,
): Promise<Outcome> {
  const folder = folderIn(home);
  const report = join(folder, "report.json");
  const words = join(folder, "words.txt");
  writeFileSync(words, readFileSync(join(import.meta.dirname, "words.txt")));
  await run({
    limitMs,
    folder,
    command: [
      ...[requireTool("ffuf"), "-u", `${base}/FUZZ`, "-w", words, "-t", "10", "-s", "-of", "json", "-o", report],
      ...["-mc", "all", "-fc", "404,303,403,405,400", "-maxtime", String(Math.ceil(limitMs / 1000))],
    ],
  });
  if (!(await Bun.file(report).exists())) return { what: "unlinked addresses", found: ["ffuf wrote no report"] };
  const { results } = (await Bun.file(report).json()) as { results: { input: { FUZZ: string }; status: number }[] };
  const unknown = results.filter(({ input }) => !known(`/${input.FUZZ}`));
  return { what: "unlinked addresses", found: unknown.map(({ input, status }) => `${status} /${input.FUZZ}`) };
}

const SLOW = {
  headers: ["-H"],
  bodies: ["-B"],
  reading: ["-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32"],
} as const;

/** Hundreds of connections that send or read as slowly as they can, while somebody else wants a page. */
export async function slowhttptest(
  home: string,
  url: string,
  kind: keyof typeof SLOW,
  limitMs: number,
): Promise<Outcome> {
  const folder = folderIn(home);
  const seconds = String(Math.ceil(limitMs / 1000) - 2);
  let slowestMs = 0;
  let over = false;
  const asking = (async () => {
    while (!over) {
      const startMs = performance.now();
      const status = await fetch(`${url}/login`, { signal: AbortSignal.timeout(5000) }).then(
        (answer) => answer.status,
        () => 0,
      );
      slowestMs = Math.max(slowestMs, status === 200 ? performance.now() - startMs : 5000);
      await Bun.sleep(100);
    }
  })();
  await run({
    limitMs: limitMs + 5000,
    folder,
    command: [
      requireTool("slowhttptest"),
      ...SLOW[kind],
      "-c",
      "400",
      "-r",
      "100",
      "-l",
      seconds,
      "-u",
      `${url}/login`,
      "-p",
      "3",
    ],
  });
  over = true;
  await asking;
  const found = slowestMs >= 3000 ? [`somebody else waited ${Math.round(slowestMs)} ms for a page`] : [];
  return { what: `slow ${kind}, 400 connections; a page took ${Math.round(slowestMs)} ms at most`, found };
}
