import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanEnv } from "../support/environment.ts";
import { ROOT } from "../support/files.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-start-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(env: Record<string, string>): Promise<{ exitCode: number; said: string }> {
  const child = Bun.spawn([process.execPath, "--no-env-file", "src/main.ts"], {
    cwd: ROOT,
    env: cleanEnv({ DATA_DIR: folder, LOG_LEVEL: "silent", ...env }),
    stdout: "ignore",
    stderr: "pipe",
  });
  const said = await new Response(child.stderr).text();
  return { exitCode: await child.exited, said };
}

test("a port that is taken stops the start with one line, also when it would be shared", async () => {
  const taken = Bun.serve({ port: 0, hostname: "127.0.0.1", reusePort: true, fetch: () => new Response("") });
  const { exitCode, said } = await start({ PORT: String(taken.port) });
  await taken.stop(true);
  expect(exitCode).toBe(1);
  expect(said).toMatch(/^Gatehouse cannot start\.\nPORT \d+ is in use, try PORT=\d+\n$/);
});

test("a mistake in the environment is one line and no stack", async () => {
  const { exitCode, said } = await start({ HOST: "203.0.113.1", PUBLIC_URL: "http://tools.example.org", PORT: "0" });
  expect(exitCode).toBe(1);
  expect(said.trim().split("\n")).toHaveLength(2);
  const folderless = await start({ DATA_DIR: "/proc/nowhere" });
  expect(folderless.said).toMatch(/DATA_DIR cannot be made/);
  expect(folderless.said.trim().split("\n")).toHaveLength(2);
});
