/** Programs the tests need beside Bun, and the Debian package each of them comes in. */
const TOOLS = {
  mariadbd: { commands: ["mariadbd", "mysqld"], aptPackage: "mariadb-server-core" },
  chromium: { commands: ["chromium", "chromium-browser", "google-chrome"], aptPackage: "chromium" },
  oathtool: { commands: ["oathtool"], aptPackage: "oathtool" },
  zbarimg: { commands: ["zbarimg"], aptPackage: "zbar-tools" },
  firefox: { commands: ["firefox-esr", "firefox"], aptPackage: "firefox-esr" },
  sqlmap: { commands: ["sqlmap"], aptPackage: "sqlmap" },
  wapiti: { commands: ["wapiti"], aptPackage: "wapiti" },
  ffuf: { commands: ["ffuf"], aptPackage: "ffuf" },
  nginx: { commands: ["nginx"], aptPackage: "nginx-light" },
  testssl: { commands: ["testssl", "testssl.sh"], aptPackage: "testssl.sh" },
  slowhttptest: { commands: ["slowhttptest"], aptPackage: "slowhttptest" },
} as const;

/** Debian keeps servers where only root's PATH looks. */
const SBIN = "/usr/local/sbin:/usr/sbin:/sbin";

export type ToolName = keyof typeof TOOLS;

/** The path of the program, or null where it is not installed. */
export function findTool(name: ToolName): string | null {
  const path = `${process.env.PATH ?? ""}:${SBIN}`;
  for (const command of TOOLS[name].commands) {
    const found = Bun.which(command, { PATH: path });
    if (found !== null) return found;
  }
  return null;
}

/** The path of the program; throws where it is not installed. */
export function requireTool(name: ToolName): string {
  const found = findTool(name);
  if (found === null) throw new Error(`${name} is not installed (Debian package ${TOOLS[name].aptPackage})`);
  return found;
}

/**
 * Sees to it that the programs are there: installs missing ones where the user is root and apt-get exists.
 *
 * @returns the names that are still missing.
 */
export async function provideTools(names: readonly ToolName[]): Promise<ToolName[]> {
  const missing = names.filter((name) => findTool(name) === null);
  const mayInstall = process.getuid?.() === 0 && Bun.which("apt-get") !== null;
  if (missing.length === 0 || !mayInstall) return missing;

  const packages = missing.map((name) => TOOLS[name].aptPackage);
  console.log(`installing ${packages.join(", ")} with apt-get (needed by the tests, not found here)`);
  await aptGet("update");
  for (const name of missing) {
    const output = await aptGet("install", "--yes", "--no-install-recommends", TOOLS[name].aptPackage);
    if (findTool(name) === null) console.log(output.trim());
  }
  return missing.filter((name) => findTool(name) === null);
}

async function aptGet(...args: string[]): Promise<string> {
  const child = Bun.spawn(["apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return `${out}${err}`;
}
