/**
 * `npm run dev`: the server, started anew whenever one of its files is changed, added or deleted. Open pages notice.
 *
 * Not `bun --watch`: that knows only files that were imported, and a new panel has not been.
 */
import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "./config.ts";

const ROOT = join(import.meta.dirname, "..");
const SOURCES = /\.(tsx?|css|svg|sql)$|^\.env$/;
/** Editors write a file in several steps. */
const SETTLE_MS = 100;
/** The server is told to stop; its open streams are not worth waiting for. */
const STOP_WITHIN_MS = 400;

const start = () =>
  Bun.spawn([process.execPath, "src/main.ts", "--pretty", "--dev"], {
    cwd: ROOT,
    stdio: ["inherit", "inherit", "inherit"],
  });

let server = start();
let restarting = Promise.resolve();
let timer: ReturnType<typeof setTimeout> | undefined;

async function stop(): Promise<void> {
  server.kill("SIGTERM");
  const limit = setTimeout(() => server.kill("SIGKILL"), STOP_WITHIN_MS);
  await server.exited;
  clearTimeout(limit);
}

function changed(file: string | null): void {
  if (file === null || !SOURCES.test(file)) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    restarting = restarting.then(async () => {
      await stop();
      server = start();
    });
  }, SETTLE_MS);
}

function watchFolder(folder: string): FSWatcher {
  return watch(folder, { recursive: true }, (_, file) => changed(file));
}

const folders = ["src", "views", "static", "sql"].map((name) => join(ROOT, name));
const { fragmentsDir } = loadConfig();
if (!fragmentsDir.startsWith(`${ROOT}/src/`)) folders.push(fragmentsDir);
const watchers = folders.map(watchFolder);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, async () => {
    for (const watcher of watchers) watcher.close();
    clearTimeout(timer);
    await restarting;
    await stop();
    process.exit(0);
  });
}
