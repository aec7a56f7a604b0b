import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Answer, type Bench, PRODUCT_ENV } from "../support/bench.ts";
import { hammer } from "../support/load.ts";
import { makeDatabase } from "../support/mariadb.ts";
import { BENCH, startProgram } from "../support/programs.ts";
import { seedMariaDb } from "../support/seed.ts";
import { figure } from "../support/stats.ts";
import { tokenOf, writeCookies } from "../support/tokens.ts";

const SESSIONS = 10_000;

/** Whether the process grows while it answers a million requests. */
export async function memory(bench: Bench): Promise<Answer> {
  const [warmUp, requests] = bench.quick ? [30_000, 60_000] : [500_000, 1_000_000];
  const db = await makeDatabase(bench.server, "memory", true);
  await seedMariaDb(db, { people: SESSIONS, sessions: SESSIONS });
  const env = {
    ...PRODUCT_ENV,
    ...db.env,
    FRAGMENTS_DIR: join(BENCH, "fragments"),
    DATA_DIR: join(bench.folder, "memory"),
  };
  const program = await startProgram(["bun", "src/main.ts"], env, join(bench.folder, "memory.log"));
  const cookies = await writeCookies(bench.folder, "memory", SESSIONS, (n) => `session=${tokenOf(n)}`);
  const url = `${program.url}/fragments/hello`;
  const send = async (count: number) => {
    for (let sent = 0; sent < count; ) sent += (await hammer({ url, cookies, seconds: 5 })).perSecond * 5;
  };
  bench.say(`memory: ${warmUp.toLocaleString("en")} requests to warm up`);
  await send(warmUp);
  const before = await restingMb(program.pid);
  bench.say(`memory: ${requests.toLocaleString("en")} requests`);
  await send(requests);
  const after = await restingMb(program.pid);
  const question = `Resident memory, MariaDB, 64 connections`;
  return {
    rows: [
      { question, name: `after ${warmUp.toLocaleString("en")} requests`, figure: figure([before]), unit: "MB" },
      { question, name: `after ${requests.toLocaleString("en")} more`, figure: figure([after]), unit: "MB" },
      { question, name: "growth", figure: figure([after / before]), unit: "×", goal: { atMost: 1.05 } },
    ],
  };
}

/** The least within five seconds of rest: how much of its garbage a process keeps at one moment is chance. */
async function restingMb(pid: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) {
    await Bun.sleep(500);
    const kb = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
    least = Math.min(least, kb / 1000);
  }
  return least;
}
