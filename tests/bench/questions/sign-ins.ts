import { availableParallelism } from "node:os";
import { join } from "node:path";
import { compareSync, hashSync } from "bcryptjs";
import { type Answer, type Bench, PRODUCT_ENV } from "../support/bench.ts";
import { makeDatabase } from "../support/mariadb.ts";
import { addPeople, BEHIND_PROXY, signIn } from "../support/person.ts";
import { startProgram } from "../support/programs.ts";
import { figure, ratio } from "../support/stats.ts";

const ROUNDS_OF_BCRYPT = 12;
const AT_ONCE = 16;

/** How close whole sign-ins (password, code, session) come to what hashing alone would allow on all cores. */
export async function signIns(bench: Bench): Promise<Answer> {
  const [rounds, perRound, compares] = bench.quick ? [2, 24, 8] : [5, 60, 20];
  const db = await makeDatabase(bench.server, "sign_ins", true);
  const people = await addPeople(bench.server, db.name, perRound * (rounds + 1), ROUNDS_OF_BCRYPT);
  const env = { ...PRODUCT_ENV, ...BEHIND_PROXY, ...db.env, DATA_DIR: join(bench.folder, "sign-ins") };
  const { url } = await startProgram(["bun", "src/main.ts"], env, join(bench.folder, "sign-ins.log"));
  const hash = hashSync("any password", ROUNDS_OF_BCRYPT);

  await everyone(url, people.slice(perRound * rounds));
  const reached: number[] = [];
  const possible: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bench.say(`sign-ins: round ${round + 1} of ${rounds}`);
    possible.push(availableParallelism() / secondsOfCompare(hash, compares));
    const startedMs = performance.now();
    await everyone(url, people.slice(perRound * round, perRound * (round + 1)));
    reached.push(perRound / ((performance.now() - startedMs) / 1000));
  }
  const question = `Sign-ins, ${AT_ONCE} at a time (bcrypt cost ${ROUNDS_OF_BCRYPT})`;
  return {
    rows: [
      { question, name: "sign-ins", figure: figure(reached), unit: "/s" },
      { question, name: "cores / time of one bcryptjs compare", figure: figure(possible), unit: "/s" },
      { question, name: "reached / possible", figure: ratio(reached, possible), unit: "×", goal: { atLeast: 0.9 } },
    ],
  };
}

async function everyone(url: string, people: Parameters<typeof signIn>[1][]): Promise<void> {
  const waiting = [...people];
  const one = async () => {
    for (let person = waiting.pop(); person !== undefined; person = waiting.pop()) await signIn(url, person);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

function secondsOfCompare(hash: string, times: number): number {
  const startedMs = performance.now();
  for (let i = 0; i < times; i++) compareSync("another password", hash);
  return (performance.now() - startedMs) / 1000 / times;
}
