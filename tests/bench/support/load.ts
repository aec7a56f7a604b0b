import { join } from "node:path";

export type Load = {
  readonly url: string;
  /** A file with one Cookie header per line; each request takes one at random. */
  readonly cookies?: string | undefined;
  readonly connections?: number;
  readonly seconds: number;
};

export type Measured = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
};

let seed = 1;

/**
 * Sends as many requests as are answered, with wrk on one thread.
 *
 * @throws when an answer was not a success: a fast refusal is no result.
 */
export async function hammer({ url, cookies = "", connections = 64, seconds }: Load): Promise<Measured> {
  const command = [
    "wrk",
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    "--timeout",
    "10s",
    "-s",
    join(import.meta.dirname, "wrk.lua"),
    url,
  ];
  const child = Bun.spawn(command, {
    env: { ...process.env, BENCH_COOKIES: cookies, BENCH_SEED: String(seed++) },
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = await new Response(child.stdout).text();
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  if (!line.startsWith("{")) throw new Error(`wrk: ${output}${await new Response(child.stderr).text()}`);
  const { requests, us, refused, broken, p50, p99, max } = JSON.parse(line) as Record<string, number> & Counted;
  if (refused + broken > 0) throw new Error(`${url}: ${refused} refused, ${broken} broken of ${requests} requests`);
  return { perSecond: requests / (us / 1e6), p50Ms: p50 / 1000, p99Ms: p99 / 1000, maxMs: max / 1000 };
}

type Counted = { requests: number; us: number; refused: number; broken: number; p50: number; p99: number; max: number };
