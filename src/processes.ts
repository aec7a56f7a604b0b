import type { Config } from "./config.ts";

/** So that a process that cannot live is not started a thousand times a second. */
const AGAIN_AFTER_MS = 1000;
const PLACE = /^--process=(\d+)@(\d+)$/;
const OPEN = "open";
const EXIT_FAILED = 1;

/** Which of several processes this one is, from 1, and the port they share. */
export type Place = { readonly number: number; readonly port: number };

/** @returns null for a server that is alone, and for the process that starts the others. */
export function ownPlace(): Place | null {
  const [, number, port] = process.argv.map((word) => PLACE.exec(word)).find((found) => found !== null) ?? [];
  return number === undefined ? null : { number: Number(number), port: Number(port) };
}

/** Tells whoever started this process that it takes requests. */
export const reportOpen = (): void => void process.send?.(OPEN);

/** Calls this when nobody is left to end this process. To be said before it waits for anything. */
export const whenAlone = (end: () => void): void => void process.on("disconnect", end);

/**
 * `PROCESSES=n`: the same server n times on one port; Linux hands each new connection to one of them. This process only
 * starts them, starts anew one that broke, and ends them all when it is told to stop. The first comes before the others: it
 * brings the database up to date, and when it cannot start, nothing does.
 *
 * Resolves with the exit code once all have ended.
 */
export async function runProcesses({ processes }: Config, port: number): Promise<number> {
  const running = new Set<Bun.Subprocess>();
  const told = Promise.withResolvers<void>();
  let stopping = false;
  const stop = () => {
    stopping = true;
    told.resolve();
    for (const child of running) child.kill("SIGTERM");
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);

  /** @returns the exit code when it ended before it was open, else null. */
  const startOne = async (number: number): Promise<number | null> => {
    const opened = Promise.withResolvers<null>();
    const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1), `--process=${number}@${port}`];
    const child = Bun.spawn(command, {
      stdio: ["ignore", "inherit", "inherit"],
      ipc: (message) => message === OPEN && opened.resolve(null),
    });
    running.add(child);
    const ended = child.exited.finally(() => running.delete(child));
    const early = await Promise.race([opened.promise, ended]);
    if (early === null) void ended.then(() => startAgain(number));
    return early;
  };

  const startAgain = async (number: number): Promise<void> => {
    while (!stopping) {
      await Bun.sleep(AGAIN_AFTER_MS);
      // Nor does it break the others where it cannot even be started, as while packages are installed anew.
      if (stopping || (await startOne(number).catch(() => EXIT_FAILED)) === null) return;
    }
  };

  let exitCode = 0;
  for (let number = 1; number <= processes && !stopping; number++) {
    const failed = await startOne(number);
    if (failed === null || stopping) continue;
    stop();
    exitCode = failed;
  }
  await told.promise;
  await Promise.all([...running].map(({ exited }) => exited));
  return exitCode;
}
