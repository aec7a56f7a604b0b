import { cpus } from "node:os";

const LOOK_MS = 500;
const BUSY_AT_MOST = 0.05;
const GIVE_UP_MS = 30_000;

/**
 * Waits until the machine has nothing to do, or half a minute is over. A database that has answered goes on for seconds with
 * what it was told to write, and would be measured together with whoever comes next.
 */
export async function untilQuiet(): Promise<void> {
  const end = performance.now() + GIVE_UP_MS;
  while ((await busyShare()) > BUSY_AT_MOST && performance.now() < end);
}

/** Of all cores together, from 0 to 1. */
async function busyShare(): Promise<number> {
  const before = ticks();
  await Bun.sleep(LOOK_MS);
  const after = ticks();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function ticks(): { idle: number; all: number } {
  const times = cpus().map(({ times }) => times);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return { idle: sum(times.map(({ idle }) => idle)), all: sum(times.map((each) => sum(Object.values(each)))) };
}
