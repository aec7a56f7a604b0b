import { closeSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "#tests/support/mariadb.ts";

export const ROOT = resolve(import.meta.dirname, "../../..");
export const BENCH = join(ROOT, "tests/bench");
const START_WITHIN_MS = 60_000;

export type Program = { readonly url: string; readonly pid: number; stop(): Promise<void> };

/**
 * Starts a server in a process of its own and waits until it answers. What it writes goes to a file, as it would on a
 * machine that keeps its log.
 *
 * @param command after the runtime's name; `bun` is the one the product is started with.
 * @throws with the end of its log when it ends or does not answer in time.
 */
export async function startProgram(
  command: readonly string[],
  env: Record<string, string>,
  logFile: string,
): Promise<Program> {
  const port = await freePort();
  const [runtime = "", ...rest] = command;
  const log = openSync(logFile, "a");
  const child = Bun.spawn([runtime === "bun" ? process.execPath : runtime, ...rest], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      NODE_ENV: "production",
      PORT: String(port),
      ...env,
    },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill("SIGTERM");
    const limit = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await child.exited;
    clearTimeout(limit);
  };
  running.add(stop);
  child.exited.then(() => running.delete(stop));
  for (const end = performance.now() + START_WITHIN_MS; performance.now() < end; await Bun.sleep(10)) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer !== null) return { url, pid: child.pid, stop };
  }
  await stop();
  throw new Error(`${command.join(" ")} did not start:\n${(await Bun.file(logFile).text()).slice(-2000)}`);
}

const running = new Set<() => Promise<void>>();

/** Whatever still runs, for the end of the benchmark. */
export async function stopPrograms(): Promise<void> {
  await Promise.all([...running].map((stop) => stop()));
}
