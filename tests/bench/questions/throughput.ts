import { Database } from "bun:sqlite";
import { join } from "node:path";
import { type Answer, type Bench, PRODUCT_ENV, type Row } from "../support/bench.ts";
import { hammer } from "../support/load.ts";
import { type MariaDb, makeDatabase } from "../support/mariadb.ts";
import {
  betterAuthCookie,
  expressCookie,
  PEER_SECRET,
  peer,
  seedBetterAuth,
  seedBetterAuthSqlite,
  seedExpress,
  seedExpressSqlite,
} from "../support/peers.ts";
import { BENCH, startProgram } from "../support/programs.ts";
import { untilQuiet } from "../support/quiet.ts";
import { SPREAD_ACTIVITY, seedMariaDb, seedSqlite } from "../support/seed.ts";
import { figure, ratio } from "../support/stats.ts";
import { tokenOf, writeCookies } from "../support/tokens.ts";

/*
 * How many small pages a second for people who are signed in, each request somebody else's, and what of that the session
 * costs. All contestants run at the same time and are asked in turn, so that whatever else the machine does hits all.
 */

const FRAGMENT = "/fragments/hello";
const CONNECTIONS = [1, 4, 16, 64, 256];

type Contestant = {
  readonly name: string;
  readonly url: string;
  readonly cookies?: string;
  /** Sessions' activity as in steady use, before each round. */
  readonly calm?: () => Promise<unknown>;
};

export async function throughput(bench: Bench): Promise<Answer> {
  const size = bench.quick ? { people: 2000, sessions: 20_000 } : { people: 10_000, sessions: 100_000 };
  const contestants = await makeContestants(bench, size);
  const [rounds, seconds, warmUp] = bench.quick ? [3, 1, 1] : [7, 3, 6];
  for (const { url, cookies } of contestants) await hammer({ url, cookies, seconds: warmUp });

  const perSecond = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    bench.say(`throughput: round ${round} of ${rounds}`);
    for (const contestant of contestants)
      perSecond.get(contestant.name)?.push((await ask(contestant, 64, seconds)).perSecond);
  }
  const series = await curves(bench, contestants);
  return { rows: rowsOf(perSecond), series };
}

async function ask({ url, cookies, calm }: Contestant, connections: number, seconds: number) {
  await calm?.();
  await untilQuiet();
  return hammer({ url, cookies, connections, seconds });
}

async function curves(bench: Bench, contestants: readonly Contestant[]) {
  const [rounds, seconds] = bench.quick ? [1, 1] : [2, 2];
  const counts = bench.quick ? [1, 256] : CONNECTIONS;
  const points = new Map(contestants.map(({ name }) => [name, counts.map((): number[] => [])]));
  for (let round = 1; round <= rounds; round++) {
    for (const [i, connections] of counts.entries()) {
      bench.say(`throughput: ${connections} connections, round ${round} of ${rounds}`);
      for (const one of contestants) points.get(one.name)?.[i]?.push((await ask(one, connections, seconds)).perSecond);
    }
  }
  return contestants.map(({ name }) => ({
    name,
    points: counts.map((connections, i) => ({
      connections,
      perSecond: figure(points.get(name)?.[i] ?? []).median,
    })),
  }));
}

const BARE = "Hono and JSX alone, nobody is asked who they are";
const NONE = "Gatehouse, session look-up taken out";
const MYSQL = "Gatehouse, MariaDB";
const MYSQL_TWICE = "Gatehouse, MariaDB, PROCESSES=2";
const SQLITE = "Gatehouse, SQLite";
const BETTER_AUTH = "Better Auth on Bun, MariaDB";
const EXPRESS_BUN = "express-session on Bun, MariaDB";
const EXPRESS_NODE = "express-session on Node, MariaDB";
const BETTER_AUTH_SQLITE = "Better Auth on Bun, SQLite";
const EXPRESS_SQLITE = "express-session on Bun, SQLite";

function rowsOf(perSecond: ReadonlyMap<string, number[]>): Row[] {
  const of = (name: string) => perSecond.get(name) ?? [];
  const rows: Row[] = [...perSecond].map(([name, values]) => ({
    question: "Signed-in fragment, 64 connections",
    name,
    figure: figure(values),
    unit: "requests/s",
  }));
  const compare = (above: string, below: string, atLeast?: number): Row => ({
    question: "Signed-in fragment, compared round by round",
    name: `${above} / ${below}`,
    figure: ratio(of(above), of(below)),
    unit: "×",
    ...(atLeast !== undefined && { goal: { atLeast } }),
  });
  return [
    ...rows,
    compare(MYSQL, NONE, 0.85),
    compare(SQLITE, NONE, 0.85),
    compare(MYSQL, BETTER_AUTH, 20),
    compare(MYSQL, EXPRESS_BUN, 10),
    compare(MYSQL, EXPRESS_NODE, 20),
    // What the goals above would ask of the bare stack.
    compare(BARE, BETTER_AUTH),
    compare(BARE, EXPRESS_BUN),
  ];
}

async function makeContestants(bench: Bench, size: { people: number; sessions: number }): Promise<Contestant[]> {
  const { folder } = bench;
  const cookies = (name: string, cookieOf: (n: number) => string) =>
    writeCookies(folder, name, size.sessions, cookieOf);
  const own = await cookies("gatehouse", (n) => `session=${tokenOf(n)}`);
  const better = await cookies("better-auth", betterAuthCookie);
  const express = await cookies("express", expressCookie);
  const product = { ...PRODUCT_ENV, FRAGMENTS_DIR: join(BENCH, "fragments") };
  const log = (name: string) => join(folder, `${name}.log`);

  bench.say("throughput: preparing people and sessions");
  const db = await makeDatabase(bench.server, "throughput", true);
  await seedMariaDb(db, size);
  const hello = await startProgram(["bun", peer("hello.ts")], {}, log("hello"));
  const bare = await startProgram(["bun", join(BENCH, "support/bare-hono.tsx")], {}, log("bare"));
  const without = ["bun", "--preload", join(BENCH, "support/without-session.ts"), "src/main.ts"];
  const none = await startProgram(without, { ...product, DATA_DIR: join(folder, "none") }, log("none"));
  const mysql = await startProgram(
    ["bun", "src/main.ts"],
    { ...product, ...db.env, DATA_DIR: join(folder, "mysql") },
    log("mysql"),
  );
  const twice = await startProgram(
    ["bun", "src/main.ts"],
    { ...product, ...db.env, PROCESSES: "2", DATA_DIR: join(folder, "twice") },
    log("twice"),
  );
  const data = join(folder, "sqlite");
  const sqlite = await startProgram(["bun", "src/main.ts"], { ...product, DATA_DIR: data }, log("sqlite"));
  const file = join(data, "gatehouse.db");
  seedSqlite(file, size);
  const calm = () => db.sql(SPREAD_ACTIVITY(Date.now()));
  return [
    { name: "Bun.serve, fixed text", url: hello.url },
    { name: BARE, url: bare.url },
    { name: NONE, url: none.url + FRAGMENT, cookies: own },
    { name: MYSQL, url: mysql.url + FRAGMENT, cookies: own, calm },
    { name: MYSQL_TWICE, url: twice.url + FRAGMENT, cookies: own, calm },
    { name: SQLITE, url: sqlite.url + FRAGMENT, cookies: own, calm: async () => spreadSqlite(file) },
    ...(await makePeers(bench, size, { better, express, log })),
  ];
}

type Shared = { better: string; express: string; log: (name: string) => string };

async function makePeers(bench: Bench, size: { people: number; sessions: number }, { better, express, log }: Shared) {
  const secret = { PEER_SECRET };
  const start = (runtime: string, program: string, env: Record<string, string>, name: string) =>
    startProgram([runtime, peer(program)], { ...secret, ...env }, log(name));
  const database = (name: string): Promise<MariaDb> => makeDatabase(bench.server, name, false);
  const file = (name: string) => join(bench.folder, `${name}.db`);

  const betterDb = await database("better_auth");
  const betterAuth = await start("bun", "better-auth.mjs", betterDb.env, "better-auth");
  await seedBetterAuth(betterDb, size);
  const expressDb = await database("express");
  const onBun = await start("bun", "express.mjs", expressDb.env, "express-bun");
  const onNode = await start("node", "express.mjs", expressDb.env, "express-node");
  await seedExpress(expressDb, size);
  const betterLite = await start("bun", "better-auth.mjs", { SQLITE_FILE: file("better") }, "better-auth-sqlite");
  seedBetterAuthSqlite(file("better"), size);
  const expressLite = await start("bun", "express.mjs", { SQLITE_FILE: file("express") }, "express-sqlite");
  seedExpressSqlite(file("express"), size);
  return [
    { name: BETTER_AUTH, url: `${betterAuth.url}/`, cookies: better },
    { name: EXPRESS_BUN, url: `${onBun.url}/`, cookies: express },
    { name: EXPRESS_NODE, url: `${onNode.url}/`, cookies: express },
    { name: BETTER_AUTH_SQLITE, url: `${betterLite.url}/`, cookies: better },
    { name: EXPRESS_SQLITE, url: `${expressLite.url}/`, cookies: express },
  ];
}

function spreadSqlite(file: string): void {
  using database = new Database(file);
  database.run("PRAGMA busy_timeout = 5000");
  database.run(SPREAD_ACTIVITY(Date.now()));
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
}
