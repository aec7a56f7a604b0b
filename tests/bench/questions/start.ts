import { join } from "node:path";
import { freePort } from "#tests/support/mariadb.ts";
import { type Answer, type Bench, PRODUCT_ENV } from "../support/bench.ts";
import { peer } from "../support/peers.ts";
import { ROOT, startProgram } from "../support/programs.ts";
import { figure, ratio } from "../support/stats.ts";

/** From the command to the first page, on an embedded database that is there already, beside a bare Bun.serve. */
export async function start(bench: Bench): Promise<Answer> {
  const rounds = bench.quick ? 7 : 25;
  const env = { ...PRODUCT_ENV, DATA_DIR: join(bench.folder, "start") };
  await (await startProgram(["bun", "src/main.ts"], env, join(bench.folder, "start.log"))).stop();
  const product: number[] = [];
  const bare: number[] = [];
  bench.say(`start: ${rounds} rounds`);
  for (let round = -1; round < rounds; round++) {
    const bareMs = await untilFirstPage([peer("hello.ts")], {});
    const productMs = await untilFirstPage(["src/main.ts"], env);
    if (round < 0) continue;
    bare.push(bareMs);
    product.push(productMs);
  }
  const question = "From the command to the first 200";
  return {
    rows: [
      { question, name: "Gatehouse, /login, embedded database", figure: figure(product), unit: "ms" },
      { question, name: "Bun.serve with a fixed text", figure: figure(bare), unit: "ms" },
      { question, name: "Gatehouse / Bun.serve", figure: ratio(product, bare), unit: "×", goal: { atMost: 3 } },
    ],
  };
}

async function untilFirstPage(args: readonly string[], env: Record<string, string>): Promise<number> {
  const port = await freePort();
  const startedMs = performance.now();
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", ...env, PORT: String(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/login`).catch(() => null);
      await answer?.arrayBuffer();
      if (answer?.status === 200) return performance.now() - startedMs;
      if (child.exitCode !== null) throw new Error(`${args.join(" ")} ended with ${child.exitCode}`);
      await Bun.sleep(1);
    }
  } finally {
    child.kill("SIGTERM");
    await child.exited;
  }
}
