import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cleanEnv } from "../support/environment.ts";
import { projectFiles, ROOT } from "../support/files.ts";
import { freePort } from "../support/server.ts";

/*
 * A developer's day on a copy of the project: one command, one edited file, and it is there, guarded by role.
 * While `npm run dev` runs, files that appear, change, break and go are noticed without a hand.
 */
const LIMIT_MS = 60_000;
let copy: string;
let elsewhere: string;
let watched: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "gatehouse-copy-"));
  elsewhere = mkdtempSync(join(tmpdir(), "gatehouse-panels-"));
  watched = mkdtempSync(join(tmpdir(), "gatehouse-watched-"));
  for (const file of projectFiles()) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => {
  for (const folder of [copy, elsewhere, watched]) rmSync(folder, { recursive: true, force: true });
});

async function run(command: string[], env: Record<string, string> = {}) {
  const child = Bun.spawn(command, { cwd: copy, env: cleanEnv(env), stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { stdout, stderr, exitCode: await child.exited };
}

const bun = (args: string[], env?: Record<string, string>) => run([process.execPath, "--no-env-file", ...args], env);

const gatehouse = (args: string[], env?: Record<string, string>) => bun(["src/cli.ts", ...args], env);

/** What stranger, user and admin are answered at the address, on the copy's own code. */
async function verdicts(address: string, env?: Record<string, string>): Promise<unknown> {
  const script = `
    const { openApp } = await import("./tests/support/app.ts");
    const { loadConfig } = await import("./src/config.ts");
    const t = await openApp({ fragmentsDir: loadConfig().fragmentsDir });
    const visitors = { stranger: t.browser(), user: await t.signIn(await t.addUser("bob")),
      admin: await t.signIn(await t.addUser("ann", { role: "admin" })) };
    const found = {};
    for (const [who, browser] of Object.entries(visitors)) {
      const answer = await browser.get("${address}");
      found[who] = [answer.status, (await answer.text()).includes("42 apples")];
    }
    console.log(JSON.stringify(found));
    process.exit(0);`;
  const { stdout, stderr, exitCode } = await bun(["-e", script], env);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function edit(file: string): Promise<void> {
  const text = await Bun.file(file).text();
  await Bun.write(
    file,
    text.replace(/<Metrics>[\s\S]*<\/Metrics>/, "<p>42 apples</p>").replace(/^import .*kit.*\n/m, ""),
  );
}

const filesIn = async (folder: string) => (await readdir(join(copy, folder), { recursive: true })).length;

describe("gatehouse fragment new", () => {
  test.concurrent(
    "one command and one edited file make a panel that each role is answered rightly",
    async () => {
      const before = await filesIn("src");
      const made = await gatehouse(["fragment", "new", "apples", "--admin", "--json"]);
      expect(JSON.parse(made.stdout)).toEqual({
        files: ["src/fragments/apples.tsx", "tests/fragments/apples.test.ts"],
        address: "/fragments/apples",
      });
      await edit(join(copy, "src/fragments/apples.tsx"));
      expect(await verdicts("/fragments/apples")).toEqual({
        stranger: [303, false],
        user: [403, false],
        admin: [200, true],
      });
      expect((await filesIn("src")) - before).toBeLessThanOrEqual(2);
    },
    LIMIT_MS,
  );

  test.concurrent(
    "what it writes passes its own test, the linter, and the contract of every panel",
    async () => {
      await gatehouse(["fragment", "new", "sales-figures"]);
      const files = ["src/fragments/sales-figures.tsx", "tests/fragments/sales-figures.test.ts"];
      const lint = await run([join(ROOT, "node_modules/.bin/biome"), "check", "--vcs-enabled=false", ...files]);
      expect([lint.exitCode, lint.stdout + lint.stderr]).toEqual([0, expect.stringContaining("Checked 2 files")]);
      const tests = await bun(["test", "tests/fragments/sales-figures.test.ts", "tests/routes/fragments.test.ts"]);
      expect(tests.stderr).toContain(" 0 fail");
    },
    LIMIT_MS,
  );

  test.concurrent(
    "in a folder outside the project it works the same, with the house's names and nothing installed there",
    async () => {
      const env = { FRAGMENTS_DIR: elsewhere };
      const made = await gatehouse(["fragment", "new", "pears", "--json"], env);
      expect(JSON.parse(made.stdout).files).toHaveLength(1);
      await edit(join(elsewhere, "pears.tsx"));
      expect(await verdicts("/fragments/pears", env)).toEqual({
        ...{ stranger: [303, false], user: [200, true], admin: [200, true] },
      });
    },
    LIMIT_MS,
  );

  test.concurrent(
    "refuses a name no address can have, and never writes over a file",
    async () => {
      expect((await gatehouse(["fragment", "new", "My Panel"])).exitCode).toBe(2);
      expect((await gatehouse(["fragment", "new", "../evil"])).exitCode).toBe(2);
      const again = await gatehouse(["fragment", "new", "overview"]);
      expect([again.exitCode, again.stderr.includes("is there already")]).toEqual([1, true]);
    },
    LIMIT_MS,
  );
});

describe("npm run dev", () => {
  test.concurrent(
    "notices a new, a broken, a mended and a deleted file",
    async () => {
      const log = join(copy, "dev.log");
      const env = cleanEnv({ PORT: String(await freePort()), DATA_DIR: join(copy, "data"), FRAGMENTS_DIR: watched });
      const dev = Bun.spawn([process.execPath, "--no-env-file", "src/dev.ts"], {
        ...{ cwd: copy, env, stdin: "ignore", stdout: Bun.file(log), stderr: Bun.file(log) },
      });
      /** Waits for another start with these words in what it wrote. */
      let read = 0;
      const started = async (words: string) => {
        for (const end = performance.now() + 15_000; performance.now() < end; await Bun.sleep(20)) {
          const text = Bun.stripANSI(await Bun.file(log).text()).slice(read);
          if (!text.includes("Gatehouse is open") || !text.includes(words)) continue;
          read += text.length;
          return;
        }
        throw new Error(`not seen: ${words}\n${await Bun.file(log).text()}`);
      };
      const panel = (title: string) =>
        `import { defineFragment } from "#src/fragment.ts";\nexport default defineFragment({ title: "${title}", render: () => null });\n`;
      try {
        await started("fragments: 0");
        await Bun.write(join(watched, "plums.tsx"), panel("Plums"));
        await started("fragments: 1");
        await Bun.write(join(watched, "plums.tsx"), "this is no panel");
        await started("fragment left out");
        await Bun.write(join(watched, "plums.tsx"), panel("Plums"));
        await started("fragments: 1");
        rmSync(join(watched, "plums.tsx"));
        await started("fragments: 0");
      } finally {
        dev.kill("SIGTERM");
        await dev.exited;
      }
    },
    LIMIT_MS,
  );
});
