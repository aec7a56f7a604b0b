import { pino } from "pino";
import { compressed } from "./compress.ts";
import { ConfigError, loadConfig } from "./config.ts";
import { StartError } from "./db/driver.ts";
import { openHouse } from "./house.ts";
import { SERVER_LIMITS } from "./limits.ts";

/** How long requests may take to finish once the process was told to stop. */
const STOP_WITHIN_MS = 5000;
const LOG_BUFFER = 8192;
const LOG_WITHIN_MS = 100;

async function start(): Promise<void> {
  const config = loadConfig();
  const log = pino({ level: config.logLevel }, await logStream());
  const bootId = process.argv.includes("--dev") ? crypto.randomUUID() : undefined;
  const house = await openHouse(config, log, { bootId });
  const server = listen({
    hostname: config.host,
    port: config.port,
    development: false,
    // Bun would switch it on: a second server would start on the same port, and requests go to either.
    reusePort: false,
    ...SERVER_LIMITS,
    fetch: (request, server) =>
      compressed(
        request,
        house.app.fetch(request, {
          peer: server.requestIP(request)?.address ?? "",
          keepOpen: () => server.timeout(request, 0),
        }),
      ),
  });

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping");
    house.stop();
    await Promise.race([server.stop(), Bun.sleep(STOP_WITHIN_MS)]);
    await server.stop(true);
    await house.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("unhandledRejection", (reason) => log.error({ err: toError(reason) }, "unhandled rejection"));

  const address = config.publicOrigin ?? `http://localhost:${server.port}`;
  const fragments = house.deps.fragments.usable.length;
  log.info({ address, database: config.database.kind, fragments }, "Gatehouse is open");
  log.flush();
  const setupPath = await house.setupPath();
  // For the person at the terminal, and not logged: whoever has it becomes the first admin.
  if (setupPath !== null)
    process.stdout.write(
      `\n  Nobody is registered yet. Create the first admin within 30 minutes:\n\n  ${address}${setupPath}\n\n`,
    );
}

/** @throws ConfigError where the address or port cannot be had. */
function listen(options: Parameters<typeof Bun.serve>[0] & { hostname: string; port: number }): Bun.Server<undefined> {
  try {
    return Bun.serve(options as Bun.Serve.Options<undefined>) as Bun.Server<undefined>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const { hostname, port } = options;
    if (code === "EADDRINUSE") throw new ConfigError([`PORT ${port} is in use, for example PORT=${port + 1}`]);
    if (code === "EACCES") throw new ConfigError([`PORT ${port} needs more rights, for example PORT=3000`]);
    if (code === "EADDRNOTAVAIL")
      throw new ConfigError([`HOST ${hostname} is no address of this machine, for example HOST=127.0.0.1`]);
    throw error;
  }
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
