import { availableParallelism } from "node:os";
import type { Logger } from "pino";
import { type App, createApp, type Deps } from "./app.tsx";
import { loadAssets } from "./assets.ts";
import { createHashPool } from "./auth/hash-pool.ts";
import { createPasswords } from "./auth/password.ts";
import { hashToken, newToken } from "./auth/token.ts";
import type { Config } from "./config.ts";
import { openDatabase } from "./db/open.ts";
import { discoverFragments } from "./discover.ts";
import { createMetrics } from "./metrics.ts";
import { openKeyring } from "./server-key.ts";
import { purgeAudit, purgeExpired } from "./store/purge.ts";
import { sqlInsertTicket } from "./store/tickets.ts";
import { noUserYet } from "./store/users.ts";

const MINUTE_MS = 60_000;
const SETUP_MS = 30 * MINUTE_MS;
const PURGE_EVERY_MS = MINUTE_MS;

/** Everything that runs, apart from who brings the requests: a server of its own, or another Hono app. */
export type House = {
  readonly deps: Deps;
  readonly app: App;
  /** One-time path for the first admin, good for 30 minutes; null when there is somebody already. */
  setupPath(): Promise<string | null>;
  /** Answers what still comes with "stopping" at `/readyz`. */
  stop(): void;
  /** Writes what is left to write, and lets go of threads and database. */
  close(): Promise<void>;
};

/** @throws ConfigError, StartError: one line each for the operator. */
export async function openHouse(config: Config, log: Logger, { bootId }: { bootId?: string | undefined } = {}) {
  const db = await openDatabase(config.database, { log });
  const keys = await openKeyring(config, db, Date.now(), (text) => log.warn(text));
  const pool = createHashPool({ size: Math.max(1, Math.floor(availableParallelism() / config.processes)) });
  const passwords = createPasswords({ keys, rounds: config.bcryptRounds, pool });
  const [assets, fragments] = await Promise.all([loadAssets(config.brand), discoverFragments(config.fragmentsDir)]);
  for (const { file, fault } of fragments.faulty) log.error({ file, fault }, "fragment left out");

  let open = true;
  const metrics = createMetrics(pool, fragments.failures);
  const shared = { config, db, clock: Date.now, log, keys, passwords, assets, fragments, metrics, bootId };
  const deps: Deps = { ...shared, ready: () => open };
  const app = createApp(deps);
  const stopPurging = purgeRegularly(deps);
  const stop = () => {
    open = false;
    stopPurging();
  };
  const close = async () => {
    stop();
    await app.settled();
    pool.close();
    await db.close();
  };
  return { deps, app, setupPath: () => setupPath(deps), stop, close } satisfies House;
}

function purgeRegularly(deps: Deps): () => void {
  let running = false;
  const timer = setInterval(async () => {
    // The first one after a long time may take longer than the pause between two.
    if (running) return;
    running = true;
    await purge(deps).catch((error) => deps.log.error({ err: error }, "purge failed"));
    running = false;
  }, PURGE_EVERY_MS);
  return () => clearInterval(timer);
}

async function purge({ db, clock, config }: Deps): Promise<void> {
  await purgeExpired(db, clock());
  await purgeAudit(db, clock(), config.auditDays);
}

async function setupPath({ db, clock }: Deps): Promise<string | null> {
  if (!(await noUserYet(db))) return null;
  const token = newToken();
  const nowMs = clock();
  const ticket = { ticketId: hashToken(token), purpose: "setup", userId: null } as const;
  await db.batch([sqlInsertTicket({ ...ticket, nowMs, expiresAtMs: nowMs + SETUP_MS })]);
  return `/setup/${token}`;
}
