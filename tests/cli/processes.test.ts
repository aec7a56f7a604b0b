import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newToken } from "#src/auth/token.ts";
import { cleanEnv } from "../support/environment.ts";
import { freePort, type RunningGatehouse, startGatehouse } from "../support/server.ts";
import { eventually } from "../support/wait.ts";

const LIMIT_MS = 20_000;
let house: RunningGatehouse;
/** What is to be tidied up after a test. */
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
}, LIMIT_MS);

const open = () => openWith(["src/main.ts"]);

async function openWith(program: readonly string[]): Promise<RunningGatehouse> {
  house = await startGatehouse({ PROCESSES: "2", LOG_LEVEL: "info" }, program);
  stops.push(house.stop);
  return house;
}

test(
  "PROCESSES=2: two servers answer on one port, and one that broke is started anew",
  async () => {
    expect((await open()).setupUrl).toContain("/setup/");
    const [one = 0, other] = await bothAnswer();
    process.kill(one, "SIGKILL");
    await eventually(async () => expect(await bothAnswer()).not.toContain(one));
    expect(await bothAnswer()).toContain(other!);
  },
  LIMIT_MS,
);

test(
  "a second server is still refused the port",
  async () => {
    await open();
    const second = startGatehouse({ PORT: new URL(house.url).port, PROCESSES: "2" });
    expect(second).rejects.toThrow(/exit code 1[\s\S]*PORT \d+ is in use/);
    await second.catch(() => null);
  },
  LIMIT_MS,
);

test(
  "all of them end with the one that started them, also when it is killed",
  async () => {
    await open();
    const pids = await bothAnswer();
    const parent = parentOf(pids[0] ?? 0);
    process.kill(parent, "SIGKILL");
    await eventually(async () => expect([parent, ...pids].filter(isAlive)).toEqual([]));
  },
  LIMIT_MS,
);

test(
  "one that cannot be started anew at once breaks no other, and comes back",
  async () => {
    await openWith(["--preload", "./tests/support/lost-runtime.ts", "src/main.ts"]);
    const [one = 0, other = 0] = await bothAnswer();
    process.kill(parentOf(one), "SIGUSR2");
    process.kill(one, "SIGKILL");
    await eventually(async () => expect(await house.output()).toContain("not there"));
    await eventually(async () => expect(await bothAnswer()).not.toContain(one));
    expect(await bothAnswer()).toContain(other);
  },
  LIMIT_MS,
);

test(
  "while developing there is one: a page that another one answers would load itself anew for ever",
  async () => {
    await openWith(["src/main.ts", "--dev"]);
    await fetch(`${house.url}/login`);
    const pids = await eventually(async () => {
      expect(await answering()).not.toEqual([]);
      return answering();
    });
    expect(pids.map(parentOf)).toEqual([process.pid]);
  },
  LIMIT_MS,
);

test(
  "a second one is refused the port also while the first still waits for its database",
  async () => {
    const port = String(await freePort());
    const { parent } = await startWithoutDatabase(port);
    const second = start({ PORT: port, PROCESSES: "2" });
    expect(await second.exited).toBe(1);
    expect(await new Response(second.stderr).text()).toContain(`PORT ${port} is in use`);
    parent.kill("SIGTERM");
    expect(await parent.exited).toBe(0);
  },
  LIMIT_MS,
);

test(
  "one that still waits for its database ends too when the one that started it is killed",
  async () => {
    const { parent, pid } = await startWithoutDatabase(String(await freePort()));
    parent.kill("SIGKILL");
    await eventually(async () => expect(isAlive(pid)).toBe(false));
  },
  LIMIT_MS,
);

/** Two processes whose first says that it waits. */
async function startWithoutDatabase(port: string) {
  const away = {
    DB_HOST: "127.0.0.1",
    DB_PORT: String(await freePort()),
    DB_USER: "gatehouse",
    DB_DATABASE: "gatehouse",
  };
  const parent = start({ ...away, PORT: port, PROCESSES: "2", APP_SECRET: newToken() });
  const { value: line } = await parent.stdout.getReader().read();
  const { pid, msg } = JSON.parse(new TextDecoder().decode(line)) as { pid: number; msg: string };
  expect([pid === parent.pid, msg.includes("ECONNREFUSED")]).toEqual([false, true]);
  return { parent, pid };
}

/** Without waiting for it to be ready. */
function start(env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-processes-"));
  const child = Bun.spawn([process.execPath, "--no-env-file", "src/main.ts"], {
    env: cleanEnv({ DATA_DIR: folder, ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  stops.push(async () => {
    child.kill("SIGKILL");
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  });
  return child;
}

/** Asks on new connections until two processes have answered. */
const bothAnswer = () =>
  eventually(async () => {
    // What a killed process had not answered yet is lost with it.
    await Promise.all(
      Array.from({ length: 8 }, () => fetch(`${house.url}/login`, { keepalive: false }).catch(() => null)),
    );
    const pids = await answering();
    expect(pids.length).toBeGreaterThan(1);
    return pids;
  });

/** The processes that answered since the last one was opened, by their lines in the log. */
async function answering(): Promise<number[]> {
  const lines = (await house.output()).split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
  const entries = lines.map((line) => JSON.parse(line) as { pid: number; msg: string });
  const last = entries.findLastIndex(({ msg }) => msg === "Gatehouse is open");
  return [...new Set(entries.slice(last).flatMap(({ pid, msg }) => (msg === "request" ? [pid] : [])))];
}

function isAlive(pid: number): boolean {
  try {
    // A process that ended but was not waited for has no command line any more.
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
}

const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
