import { ConfigError, loadConfig } from "./config.ts";
import { StartError } from "./db/driver.ts";
import { claimPort, listen } from "./listen.ts";
import { ownPlace, runProcesses } from "./processes.ts";

async function start(): Promise<void> {
  const config = loadConfig();
  // While developing there is one: pages load themselves anew when another start answers them.
  if (config.processes > 1 && ownPlace() === null && !process.argv.includes("--dev")) {
    process.exitCode = await runProcesses(config, await freePort(config));
  } else {
    // Not loaded where this process only starts others.
    const { serve } = await import("./serve.ts");
    await serve(config);
  }
}

/** Several processes share a port that is theirs alone: another server on it is refused here, as always. */
async function freePort({ host, port }: { host: string; port: number }): Promise<number> {
  const server = listen({ hostname: host, port, reusePort: false, fetch: () => new Response(null, { status: 503 }) });
  await server.stop(true);
  const free = server.port ?? port;
  claimPort(host, free);
  return free;
}

/** What the operator can mend is one line; anything else is ours and comes with its stack. */
start().catch((error) => {
  const known = error instanceof ConfigError || error instanceof StartError;
  process.stderr.write(known ? `Gatehouse cannot start.\n${error.message}\n` : `${error?.stack ?? error}\n`);
  process.exit(1);
});
