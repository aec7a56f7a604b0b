import { existsSync, statSync } from "node:fs";
import { serverKey } from "../auth/keys.ts";
import { type Config, ConfigError, describeVariables, loadConfig } from "../config.ts";
import type { Db } from "../db/db.ts";
import { loadMigrations } from "../db/migrations.ts";
import { databaseClock, openExisting, pendingMigrations } from "../db/open.ts";
import { readSecrets, secretFile } from "../server-key.ts";
import { newestEntryMs } from "../store/audit-pages.ts";
import { countKeyUses, listServerKeys } from "../store/server-keys.ts";
import { countAdmins } from "../store/users.ts";
import { answer, type Group, table, when } from "./tool.ts";

const CLOCK_WARN_MS = 2_000;
/** One step of an authenticator: beyond it codes are refused, and copies of the server disagree about what expired. */
const CLOCK_FAIL_MS = 30_000;

type Check = { readonly name: string; readonly state: "ok" | "warn" | "fail"; readonly text: string };

const ok = (name: string, text: string): Check => ({ name, state: "ok", text });
const warn = (name: string, text: string): Check => ({ name, state: "warn", text });
const fail = (name: string, text: string): Check => ({ name, state: "fail", text });

export const doctorCommand: Group = (program) => {
  program
    .command("doctor")
    .description("look for what is wrong: variables, database, clock, keys, files; exit code 1 when something is")
    .action(async (_, command) => {
      const variables = describeVariables();
      const checks = await checkAll();
      const healthy = checks.every(({ state }) => state !== "fail");
      const rows = variables.map(({ name, source, value }) => [name, source, value ?? "(not set)"]);
      const found = checks.map(({ name, state, text }) => [state === "ok" ? "ok" : state.toUpperCase(), name, text]);
      const verdict = healthy ? "Nothing is wrong." : "Something is wrong: see FAIL above.";
      answer(command, { healthy, checks, variables }, `${table(rows)}\n\n${table(found)}\n\n${verdict}`);
      if (!healthy) process.exitCode = 1;
    });
};

/** Looks, and changes nothing: no table, no key, no folder is made. */
async function checkAll(): Promise<Check[]> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map((mistake) => fail("variables", mistake));
  }
  return [
    ok("variables", "all can be used"),
    ...checkAddresses(config),
    ...checkFiles(config),
    ...(await checkDatabase(config)),
  ];
}

function checkAddresses({ publicOrigin, host, trustedProxies }: Config): Check[] {
  const { hostname = "", protocol = "" } = publicOrigin === null ? {} : new URL(publicOrigin);
  const loopback = (name: string) => ["localhost", "127.0.0.1", "::1", "[::1]"].includes(name);
  if (publicOrigin === null) return [ok("address", "no PUBLIC_URL: it can be used on this machine only")];
  if (protocol === "http:" && !loopback(hostname))
    return [warn("address", "PUBLIC_URL is not https: passwords and cookies cross the network in the clear")];
  if (protocol === "https:" && trustedProxies.length === 0)
    return [
      warn("address", "https needs a proxy in front: name it in TRUSTED_PROXIES, or everybody seems to come from it"),
    ];
  if (!loopback(host) && loopback(hostname))
    return [warn("address", "HOST lets other machines in, but PUBLIC_URL is an address of this machine alone")];
  return [ok("address", `people use ${publicOrigin}`)];
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const octal = (mode: number): string => mode.toString(8).padStart(3, "0");

function checkFiles({ dataDir, appSecret, database }: Config): Check[] {
  const secret = secretFile(dataDir);
  const used = appSecret === null || database.kind === "sqlite";
  if (!used) return [];
  if (!existsSync(dataDir)) return [warn("data folder", `${dataDir} is not there yet; the first start makes it`)];
  const mode = modeOf(dataDir);
  const checks = [
    mode & 0o022
      ? fail("data folder", `${dataDir} can be written by others (mode ${octal(mode)}): chmod 700`)
      : mode & 0o055
        ? warn("data folder", `${dataDir} can be read by others (mode ${octal(mode)}): chmod 700`)
        : ok("data folder", `${dataDir} is this user's alone`),
  ];
  if (appSecret !== null || !existsSync(secret)) return checks;
  const open = modeOf(secret) & 0o077;
  const text = `${secret} can be read by others (mode ${octal(modeOf(secret))}): chmod 600`;
  return [...checks, open ? fail("secret file", text) : ok("secret file", `${secret} is this user's alone`)];
}

async function checkDatabase(config: Config): Promise<Check[]> {
  const { database } = config;
  if (database.kind === "sqlite" && !existsSync(database.file))
    return [warn("database", `${database.file} is not there yet; the first start makes it`)];
  let db: Db;
  try {
    db = await openExisting(database);
  } catch (error) {
    return [fail("database", (error as Error).message)];
  }
  try {
    const place = database.kind === "sqlite" ? database.file : `${database.host}:${database.port}/${database.database}`;
    const pending = await pendingMigrations(db);
    const reached = [ok("database", `${place} answers`), await checkServerClock(db)];
    if (pending.length === loadMigrations(db.dialect).length)
      return [...reached, warn("migrations", "there are no tables yet; the first start makes them")];
    if (pending.length > 0)
      return [...reached, fail("migrations", `${pending.join(", ")} not applied: npm run gatehouse -- migrate`)];
    const contents = [await checkHistory(db), await checkKeys(config, db), await checkAdmins(db)];
    return [...reached, ok("migrations", "all applied"), ...contents];
  } catch (error) {
    return [fail("database", (error as Error).message)];
  } finally {
    await db.close();
  }
}

async function checkServerClock(db: Db): Promise<Check> {
  const beforeMs = Date.now();
  const theirsMs = await databaseClock(db);
  const offMs = Math.round(theirsMs - (beforeMs + Date.now()) / 2);
  const text = `the clock of the database is ${Math.abs(offMs) / 1000} s ${offMs > 0 ? "ahead of" : "behind"} ours`;
  if (Math.abs(offMs) > CLOCK_FAIL_MS) return fail("clock", `${text}: one of the two is wrong`);
  return Math.abs(offMs) > CLOCK_WARN_MS ? warn("clock", text) : ok("clock", "agrees with the database's");
}

/** History from the future means that a clock, ours or that of another copy, was or is wrong. */
async function checkHistory(db: Db): Promise<Check> {
  const newestMs = await newestEntryMs(db);
  return newestMs !== null && newestMs > Date.now() + CLOCK_FAIL_MS
    ? fail("history", `the audit log ends at ${when(newestMs)}, which is still to come: check the clock`)
    : ok("history", newestMs === null ? "nothing is in the audit log yet" : `the audit log ends at ${when(newestMs)}`);
}

async function checkKeys(config: Config, db: Db): Promise<Check> {
  const file = secretFile(config.dataDir);
  const source = config.appSecret === null ? file : "APP_SECRET";
  const known = (await listServerKeys(db)).map(({ keyId }) => keyId);
  if (config.appSecret === null && !existsSync(file)) {
    if (known.length === 0) return ok("keys", "none yet; the first start makes one");
    return fail("keys", `${file} is gone, and the database was written with it: bring it back from a backup`);
  }
  const ours = idsOfKeys(config);
  if ("fault" in ours) return fail("keys", ours.fault);
  const missing = known.filter((keyId) => !ours.ids.includes(keyId));
  if (known.length > 0 && missing.length === known.length)
    return fail("keys", `${source} is not the secret this database was written with`);
  for (const keyId of missing) {
    const uses = Object.values(await countKeyUses(db, keyId)).reduce((sum, count) => sum + count, 0);
    if (uses > 0)
      return fail("keys", `${uses} passwords, authenticators or codes need the key ${keyId}, which is not here`);
  }
  return ok("keys", `${source} reads this database`);
}

function idsOfKeys(config: Config): { ids: string[] } | { fault: string } {
  try {
    return { ids: readSecrets(config).map((secret) => serverKey(secret).id) };
  } catch (error) {
    if (error instanceof ConfigError) return { fault: error.message };
    throw error;
  }
}

async function checkAdmins(db: Db): Promise<Check> {
  const admins = await countAdmins(db, Date.now());
  if (admins > 0) return ok("admins", `${admins} can sign in`);
  return warn("admins", "none can sign in yet: npm run gatehouse -- admin create <username>");
}
