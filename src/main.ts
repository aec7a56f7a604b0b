import { pino } from "pino";
import { createApp, type Deps } from "./app.tsx";
import { loadAssets } from "./assets.ts";
import { createHashPool } from "./auth/hash-pool.ts";
import { createPasswords } from "./auth/password.ts";
import { hashToken, newToken } from "./auth/token.ts";
import { ConfigError, loadConfig } from "./config.ts";
import { StartError } from "./db/driver.ts";
import { openDatabase } from "./db/open.ts";
import { discoverFragments } from "./discover.ts";
import { SERVER_LIMITS } from "./limits.ts";
import { createMetrics } from "./metrics.ts";
import { openKeyring } from "./server-key.ts";
import { purgeAudit, purgeExpired } from "./store/purge.ts";
import { sqlInsertTicket } from "./store/tickets.ts";
import { noUserYet } from "./store/users.ts";

const MINUTE_MS = 60_000;
const SETUP_MS = 30 * MINUTE_MS;
const PURGE_EVERY_MS = MINUTE_MS;
/** How long requests may take to finish once the process was told to stop. */
const STOP_WITHIN_MS = 5000;
const LOG_BUFFER = 8192;
const LOG_WITHIN_MS = 100;

async function start(): Promise<void> {
  const config = loadConfig();
  const log = pino({ level: config.logLevel }, await logStream());
  const db = await openDatabase(config.database, { log });
  const keys = await openKeyring(config, db, Date.now(), (text) => log.warn(text));
  const pool = createHashPool();
  const passwords = createPasswords({ keys, rounds: config.bcryptRounds, pool });
  const [assets, fragments] = await Promise.all([loadAssets(), discoverFragments(config.fragmentsDir)]);
  for (const { file, fault } of fragments.faulty) log.error({ file, fault }, "fragment left out");

  let stopping = false;
  const clock = Date.now;
  const metrics = createMetrics(pool);
  const bootId = process.argv.includes("--dev") ? crypto.randomUUID() : undefined;
  const deps: Deps = {
    config,
    db,
    clock,
    log,
    keys,
    passwords,
    assets,
    fragments,
    metrics,
    bootId,
    ready: () => !stopping,
  };
  const app = createApp(deps);
  const server = Bun.serve({
    hostname: config.host,
    port: config.port,
    development: false,
    ...SERVER_LIMITS,
    fetch: (request, server) =>
      app.fetch(request, {
        peer: server.requestIP(request)?.address ?? "",
        keepOpen: () => server.timeout(request, 0),
      }),
  });
  let purgeRuns = false;
  const purging = setInterval(async () => {
    // The first one after a long time may take longer than the pause between two.
    if (purgeRuns) return;
    purgeRuns = true;
    await purge(deps).catch((error) => log.error({ err: error }, "purge failed"));
    purgeRuns = false;
  }, PURGE_EVERY_MS);

  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping");
    clearInterval(purging);
    await Promise.race([server.stop(), Bun.sleep(STOP_WITHIN_MS)]);
    await server.stop(true);
    await app.settled();
    pool.close();
    await db.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("unhandledRejection", (reason) => log.error({ err: toError(reason) }, "unhandled rejection"));

  const address = config.publicOrigin ?? `http://localhost:${server.port}`;
  log.info({ address, database: config.database.kind, fragments: fragments.usable.length }, "Gatehouse is open");
  log.flush();
  if (await noUserYet(db)) await printSetupAddress(deps, address);
}

/** Printed for the person at the terminal and not logged: whoever has it becomes the first admin. */
async function printSetupAddress({ db, clock }: Deps, address: string): Promise<void> {
  const token = newToken();
  const nowMs = clock();
  const ticket = { ticketId: hashToken(token), purpose: "setup", userId: null } as const;
  await db.batch([sqlInsertTicket({ ...ticket, nowMs, expiresAtMs: nowMs + SETUP_MS })]);
  process.stdout.write(
    `\n  Nobody is registered yet. Create the first admin within 30 minutes:\n\n  ${address}/setup/${token}\n\n`,
  );
}

async function purge({ db, clock, config }: Deps): Promise<void> {
  await purgeExpired(db, clock(), config.sessionIdleMs);
  await purgeAudit(db, clock(), config.auditDays);
}

/**
 * One JSON object per line; `--pretty` makes them readable while developing. Lines are written together, ten times a
 * second: one by one they cost more than a page does. What ends this process writes the rest, except SIGKILL.
 */
async function logStream() {
  if (!process.argv.includes("--pretty")) {
    const lines = pino.destination({ fd: 1, sync: true, minLength: LOG_BUFFER, periodicFlush: LOG_WITHIN_MS });
    process.on("exit", () => lines.flushSync());
    return lines;
  }
  const { default: pretty } = await import("pino-pretty");
  return pretty({ colorize: true, ignore: "pid,hostname", translateTime: "HH:MM:ss.l" });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** What the operator can mend is one line; anything else is ours and comes with its stack. */
start().catch((error) => {
  const known = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(known ? `Gatehouse cannot start.\n${error.message}\n` : `${error?.stack ?? error}\n`);
  process.exit(1);
});
