/**
 * Lets outside attack programs at a started server: as stranger, user and admin, on both databases.
 *
 *   npm run test:scan              about ten minutes
 *   npm run test:scan -- --quick   about three
 *
 * Everything stays on this machine. Ends with a table; the exit code is 0 when nothing was found.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashToken } from "#src/auth/token.ts";
import { findServerBinary, startServer } from "../support/mariadb.ts";
import { type RunningGatehouse, startGatehouse } from "../support/server.ts";
import { provideTools } from "../support/tools.ts";
import { startDecoy } from "./decoy.ts";
import { ffuf, type Outcome, slowhttptest, sqlmap, type Target, wapiti } from "./programs.ts";
import { proxySample } from "./proxy.ts";
import { type Relay, startRelay } from "./relay.ts";

const quick = process.argv.includes("--quick");
/** How long each program may take. */
const LIMIT_MS = quick
  ? { sqlmap: 9_000, wapiti: 8_000, ffuf: 4_000, slowhttptest: 5_000 }
  : { sqlmap: 14_000, wapiti: 25_000, ffuf: 6_000, slowhttptest: 10_000 };

const ROLES = ["stranger", "user", "admin"] as const;
type Role = (typeof ROLES)[number];
const IDS = { user: 2, admin: 1 } as const;

/** Parameters worth trying; wapiti finds the others by itself. A quick scan takes the first of each. */
const TARGETS: Readonly<Record<Role, readonly Target[]>> = {
  stranger: [
    { path: "/login", data: "username=ann&password=wrong&next=/account", patience: 3 },
    { path: "/reset", data: "username=ann&code=123456&recovery_code=A&new_password=x&confirm_password=x" },
    { path: "/invite/1*" },
    { path: "/login?next=/&notice=reset" },
  ],
  user: [
    { path: "/account/password/strength", data: "new_password=abc" },
    { path: "/confirm?next=/account", data: "password=a&code=1&confirm_with=code" },
    { path: "/customise", data: "order=account&hidden=overview&act=up-account" },
    { path: "/fragments/overview?range=week&page=1" },
  ],
  admin: [
    { path: "/admin/users?q=ann&role=admin&status=active&mfa=on&sort=name&after=1" },
    {
      path: "/admin/audit?event=session.started&actor=ann&target=bob&address=127.0.0.1&from=2026-01-01&to=2027-01-01&after=1-1",
    },
    { path: "/admin/users", data: "username=carol&role=user" },
    { path: "/admin/users/bulk", data: "id=2&act=enable&reason=none" },
    { path: "/admin/users/2*/role", data: "role=user" },
    { path: "/admin/users/import/check", data: "csv=username,role" },
  ],
};

type Row = { database: string; program: string; as: string; requests: number } & Outcome;

const home = mkdtempSync(join(tmpdir(), "gatehouse-scan-"));
const startMs = performance.now();
const rows: Row[] = [];
const notRun: string[] = [];
try {
  const missing = await provideTools(["sqlmap", "wapiti", "ffuf", "slowhttptest", "nginx", "testssl", "mariadbd"]);
  if (missing.length > 0) notRun.push(`not installed: ${missing.join(", ")}`);
  if (missing.some((name) => name !== "mariadbd")) throw new Error(notRun.join());
  await onDecoy();
  note("sqlite", "nginx, testssl", "stranger", 0, await proxySample(home, 90_000));
  await onDatabase("sqlite");
  if (findServerBinary() !== null) await onMariaDb();
} finally {
  rmSync(home, { recursive: true, force: true });
}
report();
process.exit(rows.some(({ found }) => found.length > 0) || notRun.length > 0 ? 1 : 0);

/** Each program must find what is there to be found, or its silence later means nothing. */
async function onDecoy(): Promise<void> {
  const decoy = startDecoy();
  const outcomes = {
    sqlmap: await sqlmap(home, decoy.url, { path: "/items?id=1" }, 30_000),
    ffuf: await ffuf(home, decoy.url, (path) => path === "/", 10_000),
    wapiti: await wapiti(home, `${decoy.url}/`, 40_000),
  };
  decoy.stop();
  for (const [program, { found }] of Object.entries(outcomes)) {
    console.log(`${program} on a server with holes: ${found.length} found, for example ${found[0] ?? "none"}`);
    if (found.length === 0) notRun.push(`${program} does not find holes that are there`);
  }
}

async function onMariaDb(): Promise<void> {
  const server = await startServer();
  const { host, port, user, password } = server;
  const own = { TEST_DB: "mysql", TEST_DB_HOST: host, TEST_DB_PORT: String(port), TEST_DB_USER: user };
  Object.assign(process.env, { ...own, TEST_DB_PASSWORD: password });
  try {
    await onDatabase("mariadb");
  } finally {
    await server.stop();
  }
}

async function onDatabase(database: string): Promise<void> {
  const server = await startGatehouse({ TRUSTED_PROXIES: "127.0.0.1, ::1" });
  try {
    await addPeople(server);
    for (const role of ROLES) await asRole(database, server, role);
    for (const kind of ["headers", "bodies", "reading"] as const)
      note(
        database,
        "slowhttptest",
        "stranger",
        400,
        await slowhttptest(home, server.url, kind, LIMIT_MS.slowhttptest),
      );
    await look(database, server);
  } finally {
    await server.stop();
  }
}

async function asRole(database: string, server: RunningGatehouse, role: Role): Promise<void> {
  const relay = await startRelay({
    target: server.url,
    signIn: role === "stranger" ? null : () => newSession(server, IDS[role]),
  });
  try {
    const targets = quick ? TARGETS[role].slice(0, 1) : TARGETS[role];
    for (const target of targets)
      await counted(database, "sqlmap", role, relay, () =>
        sqlmap(home, relay.url, target, LIMIT_MS.sqlmap * (target.patience ?? 1)),
      );
    await counted(database, "ffuf", role, relay, () => ffuf(home, relay.url, knownTo(role), LIMIT_MS.ffuf));
    await counted(database, "wapiti", role, relay, () =>
      wapiti(home, `${relay.url}${role === "stranger" ? "/login" : "/"}`, LIMIT_MS.wapiti),
    );
  } finally {
    relay.stop();
  }
}

/** Whatever the program says, an answer that shows our insides is a finding. */
async function counted(database: string, program: string, as: string, relay: Relay, work: () => Promise<Outcome>) {
  const before = { requests: relay.seen.requests, broken: relay.seen.broken.length };
  const { what, found } = await work();
  const broken = relay.seen.broken.slice(before.broken);
  note(database, program, as, relay.seen.requests - before.requests, { what, found: [...found, ...broken] });
}

function note(database: string, program: string, as: string, requests: number, outcome: Outcome): void {
  rows.push({ database, program, as, requests, ...outcome });
  const seconds = Math.round((performance.now() - startMs) / 1000);
  console.log(`${seconds} s: ${database}, ${program} as ${as}, ${outcome.what}: ${outcome.found.length} found`);
}

/** The log knows of errors that no program noticed, and the house must still stand. */
async function look(database: string, server: RunningGatehouse): Promise<void> {
  const failed = (await server.output()).split("\n").filter((line) => /"level":(50|60)/.test(line));
  const alive = (await fetch(`${server.url}/readyz`)).status === 200;
  const found = [
    ...new Set(failed.map((line) => (JSON.parse(line) as { err?: { message?: string } }).err?.message ?? line)),
  ];
  note(database, "our own log", "operator", 0, {
    what: "errors, and alive",
    found: alive ? found : [...found, "not ready"],
  });
}

/** What may answer with something else than 404, a redirect or a refusal. */
function knownTo(role: Role): (path: string) => boolean {
  const open = /^\/(login|reset|healthz|readyz|favicon\.ico)$/;
  const user = /^\/(account(\/(authenticator|codes))?|confirm|customise|fragments\/(account|overview)|login\/enrol)$/;
  const admin = /^\/(admin\/(audit|users(\/[123]|\/import)?)|metrics|fragments\/[a-z-]+)$/;
  return (path) =>
    open.test(path) || (role !== "stranger" && user.test(path)) || (role === "admin" && admin.test(path));
}

/** Somebody of each role, put into the database: signing in needs no test here. */
async function addPeople({ sql }: RunningGatehouse): Promise<void> {
  for (const [name, role] of [
    ["ann", "admin"],
    ["bob", "user"],
    ["carol", "admin"],
  ])
    await sql(`INSERT INTO users (username, username_key, role, password_hash, mfa_secret, created_at)
               VALUES ('${name}', '${name}', '${role}', 'none', 'none', '2026-01-01 00:00:00')`);
}

/** A session whose last proof is not over before the scan is. */
async function newSession({ sql }: RunningGatehouse, userId: number): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const nowMs = Date.now();
  const laterMs = nowMs + 3_600_000;
  await sql(`INSERT INTO user_sessions (session_id, user_id, created_at, last_seen_at, expires_at, confirmed_at, ip, user_agent)
             VALUES ('${hashToken(token)}', ${userId}, ${nowMs}, ${nowMs}, ${laterMs}, ${laterMs}, '127.0.0.1', 'scan')`);
  return token;
}

function report(): void {
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  console.log("\n| Database | Program | As | What | Requests | Found |\n| --- | --- | --- | --- | ---: | --- |");
  for (const { database, program, as, what, requests, found } of rows)
    console.log(`| ${database} | ${program} | ${as} | ${what} | ${requests} | ${found.length || "nothing"} |`);
  for (const { database, program, as, found } of rows)
    for (const one of new Set(found)) console.log(`FOUND: ${database}, ${program} as ${as}: ${one}`);
  for (const what of notRun) console.log(`NOT RUN: ${what}`);
  const requests = rows.reduce((sum, row) => sum + row.requests, 0);
  console.log(
    `\n${requests} requests in ${minutes} minutes, ${rows.filter(({ found }) => found.length > 0).length} with findings`,
  );
}
