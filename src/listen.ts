import { ConfigError } from "./config.ts";

/** @throws ConfigError where the address or port cannot be had. */
export function listen(
  options: Parameters<typeof Bun.serve>[0] & { hostname: string; port: number },
): Bun.Server<undefined> {
  try {
    return Bun.serve(options as Bun.Serve.Options<undefined>) as Bun.Server<undefined>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const { hostname, port } = options;
    if (code === "EADDRINUSE") throw portInUse(port);
    if (code === "EACCES") throw new ConfigError([`PORT ${port} needs more rights, for example PORT=3000`]);
    if (code === "EADDRNOTAVAIL")
      throw new ConfigError([`HOST ${hostname} is no address of this machine, for example HOST=127.0.0.1`]);
    throw error;
  }
}

/**
 * For a server of several processes, before they start: two at the same moment would both find the port free, and then
 * share it. This name is given once, until this process ends. Only Linux has such names, and only Linux shares out
 * connections. Whoever connects to it gets nothing.
 *
 * @throws ConfigError where somebody has it.
 */
export function claimPort(hostname: string, port: number): void {
  if (process.platform !== "linux") return;
  try {
    const socket = { open: (connection: Bun.Socket) => void connection.end(), data: () => {} };
    Bun.listen({ unix: `\0gatehouse ${hostname}:${port}`, socket }).unref();
  } catch {
    throw portInUse(port);
  }
}

const portInUse = (port: number) => new ConfigError([`PORT ${port} is in use, try PORT=${port + 1}`]);
