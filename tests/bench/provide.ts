import { existsSync } from "node:fs";
import { join } from "node:path";
import { findServerBinary } from "#tests/support/mariadb.ts";
import { BENCH } from "./support/programs.ts";

/**
 * Sees to it that the peers' packages, wrk and MariaDB are there; installs what is missing.
 *
 * @throws Error that names what cannot be installed here.
 */
export async function provide(say: (text: string) => void): Promise<void> {
  const peers = join(BENCH, "peers");
  if (!existsSync(join(peers, "node_modules/better-auth"))) {
    say("installing the packages of the peers");
    await run(["npm", "ci", "--no-audit", "--no-fund"], peers);
  }
  const packages = [];
  if (Bun.which("wrk") === null) packages.push("wrk");
  if (findServerBinary() === null) packages.push("mariadb-server-core");
  if (packages.length === 0) return;
  if (process.getuid?.() !== 0 || Bun.which("apt-get") === null)
    throw new Error(`not installed: ${packages.join(", ")} (names of Debian's packages)`);
  say(`installing ${packages.join(", ")} with apt-get`);
  await run(["apt-get", "-q", "update"], peers);
  await run(["apt-get", "-q", "install", "--yes", "--no-install-recommends", ...packages], peers);
}

async function run(command: string[], cwd: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const child = Bun.spawn(command, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${command.join(" ")} failed:\n${out}${err}`.slice(0, 4000));
}
