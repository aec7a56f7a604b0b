import { Database } from "bun:sqlite";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { type Answer, type Bench, PRODUCT_ENV, type Row } from "../support/bench.ts";
import { type MariaDb, makeDatabase } from "../support/mariadb.ts";
import { paced } from "../support/paced.ts";
import { BENCH, startProgram } from "../support/programs.ts";
import { untilQuiet } from "../support/quiet.ts";
import { openSessionFor, seedMariaDb, seedSqlite } from "../support/seed.ts";
import { figure, percentile } from "../support/stats.ts";
import { tokenOf } from "../support/tokens.ts";

const EVERY_MS = 4;
const GIVE_UP_MS = 600_000;

/** Whether somebody has to wait while a million sessions that have expired are thrown away. */
export async function purge(bench: Bench): Promise<Answer> {
  const [rounds, expired] = bench.quick ? [1, 30_000] : [3, 1_000_000];
  const mariaDb: Waits[] = [];
  const sqlite: Waits[] = [];
  for (let round = 1; round <= rounds; round++) {
    bench.say(`purge: round ${round} of ${rounds}`);
    mariaDb.push(await onMariaDb(bench, expired, round));
    sqlite.push(await onSqlite(bench, expired, round));
  }
  return { rows: [...rowsOf("MariaDB", expired, mariaDb), ...rowsOf("SQLite", expired, sqlite)] };
}

/** How long each answer took, in milliseconds. */
type Waits = { readonly waits: number[]; readonly idle: number[] };

async function onMariaDb(bench: Bench, expired: number, round: number): Promise<Waits> {
  const db = await makeDatabase(bench.server, `purge_${round}`, true);
  bench.say(`purge: writing ${expired.toLocaleString("en")} sessions to MariaDB`);
  await seedMariaDb(db, { people: 1000, sessions: expired });
  await db.sql("UPDATE user_sessions SET expires_at = 1");
  await openSessionFor(db, expired + 1, 1);
  return whilePurging(bench, `purge-mariadb-${round}`, db.env, expired + 1, () => countMariaDb(db));
}

async function onSqlite(bench: Bench, expired: number, round: number): Promise<Waits> {
  const name = `purge-sqlite-${round}`;
  const folder = join(bench.folder, name);
  // Started once without the preload, so that the tables are there.
  await (await startProgram(["bun", "src/main.ts"], { ...PRODUCT_ENV, DATA_DIR: folder }, `${folder}.log`)).stop();
  const file = join(folder, "gatehouse.db");
  bench.say(`purge: writing ${expired.toLocaleString("en")} sessions to SQLite`);
  seedSqlite(file, { people: 1000, sessions: expired + 1 });
  const kept = expired + 1;
  const hash = new Bun.CryptoHasher("sha256").update(tokenOf(kept)).digest("hex");
  using database = new Database(file);
  database.run("UPDATE user_sessions SET expires_at = 1 WHERE session_id <> ?", [hash]);
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  const count = async () =>
    (database.query("SELECT COUNT(*) AS n FROM (SELECT 1 FROM user_sessions LIMIT 2)").get() as { n: number }).n;
  return await whilePurging(bench, name, {}, kept, count);
}

/** Asks as the one person whose session is still good, until no other session is left. */
async function whilePurging(
  bench: Bench,
  name: string,
  env: Record<string, string>,
  session: number,
  left: () => Promise<number>,
): Promise<Waits> {
  const fragments = { ...PRODUCT_ENV, FRAGMENTS_DIR: join(BENCH, "fragments") };
  await untilQuiet();
  const command = ["bun", "--preload", join(BENCH, "support/purge-soon.ts"), "src/main.ts"];
  const program = await startProgram(
    command,
    { ...fragments, ...env, DATA_DIR: join(bench.folder, name) },
    join(bench.folder, `${name}.log`),
  );
  bench.say(`purge: ${name}`);
  const over = (async () => {
    for (const end = performance.now() + GIVE_UP_MS; (await left()) > 1; await Bun.sleep(200)) {
      if (performance.now() > end) throw new Error(`${name}: not done after ${GIVE_UP_MS / 1000} s`);
    }
  })();
  const headers = { Cookie: `session=${tokenOf(session)}`, "HX-Request-Type": "partial" };
  const waits = await paced(`${program.url}/fragments/hello`, headers, EVERY_MS, over);
  const idle = await paced(`${program.url}/fragments/hello`, headers, EVERY_MS, Bun.sleep(bench.quick ? 2000 : 10_000));
  await program.stop();
  return { waits, idle };
}

async function countMariaDb({ env }: MariaDb): Promise<number> {
  const { DB_HOST: host, DB_PORT, DB_USER: user, DB_DATABASE: database } = env;
  const connection = await createConnection({ host, port: Number(DB_PORT), user, database } as Parameters<
    typeof createConnection
  >[0]);
  try {
    const [rows] = await connection.query<RowDataPacket[]>("SELECT 1 FROM user_sessions LIMIT 2");
    return rows.length;
  } finally {
    await connection.end();
  }
}

function rowsOf(database: string, expired: number, rounds: readonly Waits[]): Row[] {
  const question = `A signed-in fragment while ${expired.toLocaleString("en")} expired sessions are deleted`;
  const each = (of: (round: Waits) => number) => figure(rounds.map(of));
  const longest = each(({ waits }) => Math.max(...waits));
  const without = each(({ idle }) => Math.max(...idle));
  return [
    { question, name: `${database}, longest wait`, figure: longest, unit: "ms", goal: { atMost: 50 } },
    { question, name: `${database}, p99`, figure: each(({ waits }) => percentile(waits, 0.99)), unit: "ms" },
    { question, name: `${database}, longest wait without a purge`, figure: without, unit: "ms" },
  ];
}
