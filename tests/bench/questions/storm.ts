import { join } from "node:path";
import { type Answer, type Bench, PRODUCT_ENV } from "../support/bench.ts";
import { crowd } from "../support/crowd.ts";
import { makeDatabase } from "../support/mariadb.ts";
import { paced } from "../support/paced.ts";
import { addPeople, BEHIND_PROXY } from "../support/person.ts";
import { BENCH, startProgram } from "../support/programs.ts";
import { untilQuiet } from "../support/quiet.ts";
import { openSessionFor } from "../support/seed.ts";
import { figure, percentile, ratio } from "../support/stats.ts";
import { tokenOf } from "../support/tokens.ts";

const AT_ONCE = 50;
const EVERY_MS = 5;
const ROUNDS_OF_BCRYPT = 12;

/** Whether fifty people who sign in at the same moment are felt by those who are in already: 200 requests a second. */
export async function storm(bench: Bench): Promise<Answer> {
  const rounds = bench.quick ? 1 : 5;
  const db = await makeDatabase(bench.server, "storm", true);
  const people = await addPeople(bench.server, db.name, AT_ONCE * (rounds + 1), ROUNDS_OF_BCRYPT);
  await openSessionFor(db, 1, 1);
  const env = { ...PRODUCT_ENV, ...BEHIND_PROXY, ...db.env, FRAGMENTS_DIR: join(BENCH, "fragments") };
  const { url } = await startProgram(
    ["bun", "src/main.ts"],
    { ...env, DATA_DIR: join(bench.folder, "storm") },
    join(bench.folder, "storm.log"),
  );
  const headers = { Cookie: `session=${tokenOf(1)}`, "HX-Request-Type": "partial" };
  const fragment = `${url}/fragments/hello`;
  const during = (over: Promise<unknown>) => paced(fragment, headers, EVERY_MS, over);
  const signInAll = (round: number) => crowd(url, people.slice(AT_ONCE * round, AT_ONCE * (round + 1)));

  await during(signInAll(rounds));
  const idle: number[] = [];
  const busy: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await untilQuiet();
    bench.say(`storm: round ${round + 1} of ${rounds}`);
    idle.push(percentile(await during(Bun.sleep(bench.quick ? 3000 : 8000)), 0.99));
    busy.push(percentile(await during(signInAll(round)), 0.99));
  }
  const question = `${AT_ONCE} people sign in at the same moment (bcrypt cost ${ROUNDS_OF_BCRYPT})`;
  return {
    rows: [
      { question, name: "p99 of a signed-in fragment before", figure: figure(idle), unit: "ms" },
      { question, name: "p99 of a signed-in fragment meanwhile", figure: figure(busy), unit: "ms" },
      { question, name: "meanwhile / before", figure: ratio(busy, idle), unit: "×", goal: { atMost: 2 } },
    ],
  };
}
