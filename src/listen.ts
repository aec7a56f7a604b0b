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
    if (code === "EADDRINUSE") throw new ConfigError([`PORT ${port} is in use, for example PORT=${port + 1}`]);
    if (code === "EACCES") throw new ConfigError([`PORT ${port} needs more rights, for example PORT=3000`]);
    if (code === "EADDRNOTAVAIL")
      throw new ConfigError([`HOST ${hostname} is no address of this machine, for example HOST=127.0.0.1`]);
    throw error;
  }
}
