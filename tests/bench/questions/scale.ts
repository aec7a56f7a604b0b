import { join } from "node:path";
import { type Answer, type Bench, PRODUCT_ENV } from "../support/bench.ts";
import { hammer } from "../support/load.ts";
import { makeDatabase } from "../support/mariadb.ts";
import { BENCH, startProgram } from "../support/programs.ts";
import { untilQuiet } from "../support/quiet.ts";
import { SPREAD_ACTIVITY, seedMariaDb } from "../support/seed.ts";
import { figure, ratio } from "../support/stats.ts";
import { tokenOf, writeCookies } from "../support/tokens.ts";

const FEW = { people: 1000, sessions: 1000 };

/** Whether looking up a session gets slower with their number. */
export async function scale(bench: Bench): Promise<Answer> {
  const much = bench.quick ? { people: 50_000, sessions: 300_000 } : { people: 1_000_000, sessions: 10_000_000 };
  const few = await makeSide(bench, "scale_few", FEW);
  bench.say(`scale: writing ${much.sessions.toLocaleString("en")} sessions`);
  const many = await makeSide(bench, "scale_many", much);
  const [rounds, seconds] = bench.quick ? [3, 1] : [7, 4];
  for (const { load } of [few, many]) await load(seconds * 2);
  const perSecond = { few: [] as number[], many: [] as number[] };
  for (let round = 1; round <= rounds; round++) {
    bench.say(`scale: round ${round} of ${rounds}`);
    await few.calm();
    perSecond.few.push(await few.load(seconds));
    perSecond.many.push(await many.load(seconds));
  }
  const question = "Signed-in fragment, MariaDB, 64 connections";
  const name = ({ sessions, people }: typeof FEW) =>
    `${sessions.toLocaleString("en")} sessions, ${people.toLocaleString("en")} people`;
  const share = ratio(perSecond.many, perSecond.few);
  return {
    rows: [
      { question, name: name(FEW), figure: figure(perSecond.few), unit: "requests/s" },
      { question, name: name(much), figure: figure(perSecond.many), unit: "requests/s" },
      { question, name: "many / few", figure: share, unit: "×", goal: { atLeast: 0.8 } },
    ],
  };
}

async function makeSide(bench: Bench, name: string, size: typeof FEW) {
  const db = await makeDatabase(bench.server, name, true);
  await seedMariaDb(db, size);
  const env = {
    ...PRODUCT_ENV,
    ...db.env,
    FRAGMENTS_DIR: join(BENCH, "fragments"),
    DATA_DIR: join(bench.folder, name),
  };
  const { url } = await startProgram(["bun", "src/main.ts"], env, join(bench.folder, `${name}.log`));
  const cookies = await writeCookies(bench.folder, name, size.sessions, (n) => `session=${tokenOf(n)}`);
  return {
    load: async (seconds: number) => (await hammer({ url: `${url}/fragments/hello`, cookies, seconds })).perSecond,
    calm: async () => {
      await db.sql(SPREAD_ACTIVITY(Date.now()));
      await untilQuiet();
    },
  };
}
