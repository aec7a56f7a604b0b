/**
 * The one test command.
 *
 *   bun tests/run.ts check   types, lint and the quick tests on SQLite (npm run check)
 *   bun tests/run.ts all     the same with the thorough tests, then again on MariaDB, then a real browser (npm test)
 *
 * The last line is always `N passed, N failed`, followed by `, N skipped` where something was; types and lint count as
 * one test each. The exit code is 0 only when nothing failed. What could not run for want of a program is named in the
 * lines before; with CI=true that is a failure.
 */
import { findServerBinary, testServer } from "./support/mariadb.ts";
import {
  atEnd,
  type Counts,
  cleanUp,
  filesHeardOf,
  runCommand,
  runTests,
  summary,
  testFiles,
  workDir,
} from "./support/parts.ts";
import { findTool, provideTools, type ToolName } from "./support/tools.ts";

const BIN = `${import.meta.dirname}/../node_modules/.bin`;
const NEEDS_BROWSER: ToolName[] = ["chromium", "oathtool", "zbarimg"];
const IN_FIREFOX = "browser/firefox.test.ts";
/** It measures how quick the browser is: beside another browser it would measure both. */
const ALONE = "browser/quick.test.ts";

/** No database is near these: they run once. (`architecture.test.ts` sees to it for auth and views.) */
const WITHOUT_DATABASE = [
  ...["auth/", "views/", "lint/", "timing/", "fragments/journey.test.ts", "architecture.test.ts", "docs.test.ts"],
  ...["sbom.test.ts", "asvs.test.ts", "security-docs.test.ts"],
];
const ELSEWHERE = ["browser/", "bench/", "scan/"];
/** They start many processes, or ask many thousand times: `npm run check` leaves them to `npm test`. */
const THOROUGH = ["timing/", "fuzz.test.ts", "cli/", "fragments/journey.test.ts"];
const onEveryDatabase = testFiles([...ELSEWHERE, ...WITHOUT_DATABASE]);

const mode = process.argv[2];
const onSqlite = testFiles(mode === "check" ? [...ELSEWHERE, ...THOROUGH] : ELSEWHERE);
if (mode !== "check" && mode !== "all") {
  console.error("usage: bun tests/run.ts check|all");
  process.exit(2);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => void cleanUp().then(() => process.exit(130)));
}
// Whatever the tests start puts its files here too, and they are gone when the run is over.
process.env.TMPDIR = workDir;

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const notRun: string[] = [];
try {
  if (mode === "all")
    await provideTools([...(hasDatabaseServer() ? [] : (["mariadbd"] as const)), ...NEEDS_BROWSER, "firefox"]);
  const types = runCommand("types", [`${BIN}/tsc`, "--noEmit"]);
  const lint = runCommand("lint", [
    `${BIN}/biome`,
    "check",
    "--colors=off",
    "--diagnostic-level=warn",
    "--error-on-warnings",
  ]);
  add(await types, await lint);
  add(await runTests("sqlite", onSqlite, { TEST_DB: "sqlite" }, { isolate: mode === "all" }));
  if (mode === "all") {
    await onMariaDb().catch(countAsFailure);
    await inBrowser().catch(countAsFailure);
  }
} catch (error) {
  countAsFailure(error);
}
await cleanUp();
reportSilentFiles();
reportNotRun();
console.log(summary(total));
process.exit(total.failed > 0 ? 1 : 0);

/** On the server TEST_DB_HOST names; without it on a private one that lives as long as this run. */
async function onMariaDb(): Promise<void> {
  if (!hasDatabaseServer()) {
    notRun.push("the tests on MariaDB: mariadbd (Debian package mariadb-server-core) is not installed");
    return;
  }
  const starting = testServer();
  atEnd(async () => (await starting).stop());
  const { host, port, user, password } = await starting;
  const address = { TEST_DB_HOST: host, TEST_DB_PORT: String(port), TEST_DB_USER: user, TEST_DB_PASSWORD: password };
  add(await runTests("mariadb", onEveryDatabase, { TEST_DB: "mysql", ...address }));
}

function hasDatabaseServer(): boolean {
  return Boolean(process.env.TEST_DB_HOST) || findServerBinary() !== null;
}

async function inBrowser(): Promise<void> {
  const missing = NEEDS_BROWSER.filter((name) => findTool(name) === null);
  if (missing.length > 0) notRun.push(`the tests in a browser: not installed: ${missing.join(", ")}`);
  const noFirefox = findTool("firefox") === null;
  if (noFirefox) notRun.push("the tests in Firefox: not installed: firefox");
  if (missing.length > 0) return;
  const files = testFiles([ALONE, ...(noFirefox ? [IN_FIREFOX] : [])]);
  add(
    await runTests(
      "browser",
      files.filter((file) => file.startsWith("./tests/browser/")),
    ),
  );
  add(await runTests("browser, alone", [`./tests/${ALONE}`]));
}

function countAsFailure(error: unknown): void {
  console.log(error);
  total.failed += 1;
}

/** A file may have tests for one database only, but none at all is a mistake. */
function reportSilentFiles(): void {
  // Where something failed, a file may be silent because it did not load, and that is counted already.
  if (total.failed > 0) return;
  const complete = mode === "all" && hasDatabaseServer();
  const judged = complete ? onSqlite : onSqlite.filter((file) => !onEveryDatabase.includes(file));
  const silent = judged.filter((file) => !filesHeardOf.has(file));
  total.failed += silent.length;
  for (const file of silent) console.log(`FAILED: ${file} has no test that ran`);
}

function reportNotRun(): void {
  if (notRun.length === 0) return;
  const isFailure = process.env.CI === "true";
  total[isFailure ? "failed" : "skipped"] += notRun.length;
  console.log(`\n!!! NOT RUN${isFailure ? " (a failure, because CI=true)" : ""}`);
  for (const what of notRun) console.log(`!!! ${what}`);
}

function add(...counts: Counts[]): void {
  for (const { passed, failed, skipped } of counts) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
}
