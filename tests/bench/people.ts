/**
 * What a page of /admin/users costs among a thousand people and among a million: whole requests, session and HTML
 * included, one after the other.
 *
 *   bun tests/bench/people.ts            figures for reading; TEST_DB=mysql with TEST_DB_HOST & co. for MariaDB
 *   bun tests/bench/people.ts --json     one JSON object
 *   bun tests/bench/people.ts 1000 50000 other sizes
 */
import { type Browser, openApp, type TestApp } from "#tests/support/app.ts";
import { dialect } from "#tests/support/database.ts";

/** `--rounds=40` for a quick look. */
const ROUNDS = Number(process.argv.find((word) => word.startsWith("--rounds="))?.slice(9) ?? 200);
const WARM_UP = 40;
const ROWS_AT_ONCE = 10_000;

const QUERIES: Readonly<Record<string, string>> = {
  "first page": "",
  "by last sign-in": "?sort=-seen",
  "by registration": "?sort=-created",
  "the rare (disabled admins)": "?role=admin&status=disabled",
  "the many (users, authenticator)": "?role=user&mfa=on&sort=-seen",
  "locked out": "?status=locked",
  "names that begin with": "?q=m",
  "names that hold": "?q=zq9",
  "names that hold nothing": "?q=%25_%25",
  "names with a filter": "?q=a7&role=admin",
};

const DIGITS =
  "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
const LETTER = (of: string) => `SUBSTR('qmwnebrvtcyxuzilokpjahsgdf', 1 + (${of}) % 26, 1)`;
const NAME = `CONCAT(${LETTER("n * 7")}, ${LETTER("n / 26 * 11")}, '.', ${LETTER("n / 5")}, ${LETTER("n / 7")}, n)`;
/** One person in a thousand is an admin, one in fifty is invited, one in a hundred disabled. */
const SEED = `INSERT INTO users (username, username_key, role, password_hash, mfa_secret, disabled_at, signed_in_at)
  SELECT ${NAME}, ${NAME}, CASE WHEN n % 1000 = 7 THEN 'admin' ELSE 'user' END, CASE WHEN n % 50 = 3 THEN '' ELSE 'x' END,
         CASE WHEN n % 4 = 0 THEN NULL ELSE 's' END, CASE WHEN n % 97 = 0 THEN 1 ELSE NULL END,
         CASE WHEN n % 3 = 0 THEN 0 ELSE 1700000000000 + n % 500000 * 1000 END
    FROM (SELECT ? + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n
            FROM ${DIGITS} a CROSS JOIN ${DIGITS} b CROSS JOIN ${DIGITS} c CROSS JOIN ${DIGITS} e) AS numbers
   WHERE n < ?`;

type Figures = { p50: number; p95: number };

const sizes = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const [small = 1000, large = 1_000_000] = sizes;
const houses = [await build(small), await build(large)] as const;
const [few, many] = await measure(houses);
for (const { app } of houses) await app.close();
const rows = Object.keys(QUERIES).map((name) => ({
  query: name,
  few: few[name]!,
  many: many[name]!,
  ratio: many[name]!.p95 / few[name]!.p95,
}));
if (process.argv.includes("--json")) console.log(JSON.stringify({ bench: "people", dialect, small, large, rows }));
else print();
process.exit(0);

type House = { app: TestApp; admin: Browser };

async function build(size: number): Promise<House> {
  const app = await openApp();
  const ann = await app.addUser("ann", { role: "admin" });
  for (let from = 0; from < size; from += ROWS_AT_ONCE) await app.db.run(SEED, [from, size]);
  await app.db.run(
    `INSERT INTO attempts (attempt_key, user_id, failures, blocked_until, forget_at)
     SELECT CONCAT('k', id), id, 9, ?, ? FROM users WHERE id BETWEEN 100 AND 130`,
    [app.deps.clock() + 3_600_000, app.deps.clock() + 7_200_000],
  );
  return { app, admin: await app.signIn(ann) };
}

/** All of them by turns, so that a slow moment of the machine falls on each. */
async function measure(houses: readonly [House, House]): Promise<[Record<string, Figures>, Record<string, Figures>]> {
  const times = houses.map(() => new Map(Object.keys(QUERIES).map((name) => [name, [] as number[]])));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, query] of Object.entries(QUERIES)) {
      for (const [i, house] of houses.entries()) {
        const ms = await request(house, query);
        if (round >= 0) times[i]!.get(name)!.push(ms);
      }
    }
  }
  const figures = times.map((all) => Object.fromEntries([...all].map(([name, ms]) => [name, figuresOf(ms)])));
  return [figures[0]!, figures[1]!];
}

async function request({ app, admin }: House, query: string): Promise<number> {
  const startMs = performance.now();
  const answer = await admin.get(`/admin/users${query}`);
  await answer.text();
  if (answer.status !== 200) throw new Error(`${query} answered ${answer.status}\n${app.logged().slice(-2000)}`);
  return performance.now() - startMs;
}

function figuresOf(times: number[]): Figures {
  const sorted = times.sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length * 0.5)]!, p95: sorted[Math.floor(sorted.length * 0.95)]! };
}

function print(): void {
  console.log(`One page of /admin/users on ${dialect}, ms per request, p50 / p95`);
  console.log(`${"".padEnd(34)}${String(small).padStart(16)}${String(large).padStart(18)}  p95 ratio`);
  for (const { query, few, many, ratio } of rows) {
    const show = ({ p50, p95 }: Figures) => `${p50.toFixed(1)} / ${p95.toFixed(1)}`;
    console.log(`${query.padEnd(34)}${show(few).padStart(16)}${show(many).padStart(18)}  ${ratio.toFixed(2)}`);
  }
}
