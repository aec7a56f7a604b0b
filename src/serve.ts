import { compressed } from "./compress.ts";
import type { Config } from "./config.ts";
import { openHouse } from "./house.ts";
import { SERVER_LIMITS } from "./limits.ts";
import { listen } from "./listen.ts";
import { openLog } from "./log.ts";
import { ownPlace, reportOpen, whenAlone } from "./processes.ts";

/** How long requests may take to finish once the process was told to stop. */
const STOP_WITHIN_MS = 5000;

/** Opens the house to requests, until a signal ends it. @throws ConfigError, StartError */
export async function serve(config: Config): Promise<void> {
  const place = ownPlace();
  // Until it is open there is nothing to finish.
  let stop: (why: string) => void = () => process.exit(1);
  if (place !== null) whenAlone(() => stop("nobody is left to stop this process"));
  const log = await openLog(config);
  const bootId = process.argv.includes("--dev") ? crypto.randomUUID() : undefined;
  const house = await openHouse(config, log, { bootId });
  const server = listen({
    hostname: config.host,
    port: place?.port ?? config.port,
    development: false,
    // Bun would switch it on: a second server would start on the same port, and requests go to either.
    reusePort: place !== null,
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
  stop = async (signal) => {
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
  if (place !== null) reportOpen();
  process.on("unhandledRejection", (reason) => log.error({ err: toError(reason) }, "unhandled rejection"));

  const address = config.publicOrigin ?? `http://localhost:${server.port}`;
  const fragments = house.deps.fragments.usable.length;
  log.info({ address, database: config.database.kind, fragments }, "Gatehouse is open");
  log.flush();
  if (place !== null && place.number > 1) return;
  const setupPath = await house.setupPath();
  // For the person at the terminal, and not logged: whoever has it becomes the first admin.
  if (setupPath !== null)
    process.stdout.write(
      `\n  Nobody is registered yet. Create the first admin within 30 minutes:\n\n  ${address}${setupPath}\n\n`,
    );
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
