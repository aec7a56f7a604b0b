import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "#src/app.tsx";
import { createHashPool } from "#src/auth/hash-pool.ts";
import { keyring, serverKey } from "#src/auth/keys.ts";
import { createPasswords } from "#src/auth/password.ts";
import { recoveryCodeHash } from "#src/auth/recovery-codes.ts";
import { mfaSecretLabel, seal, unseal } from "#src/auth/secret-box.ts";
import { loadConfig } from "#src/config.ts";
import { addSecret, openKeyring, readSecrets } from "#src/server-key.ts";
import { sqlReplaceRecoveryCodes } from "#src/store/recovery-codes.ts";
import { countKeyUses, listServerKeys } from "#src/store/server-keys.ts";
import { Browser, openApp, PASSWORD, type TestApp, type TestUser } from "./support/app.ts";

const newSecret = () => randomBytes(48).toString("base64url");
const OLD = newSecret();
const NEW = newSecret();
const idOf = (secret: string) => serverKey(secret).id;

let t: TestApp;
let folder: string;
const pool = createHashPool();

beforeEach(async () => {
  t = await openApp();
  folder = mkdtempSync(join(tmpdir(), "gatehouse-keys-"));
});
afterEach(async () => {
  await t.close();
  rmSync(folder, { recursive: true, force: true });
});

const configOf = (current: string | null, ...previous: string[]) =>
  loadConfig({
    DATA_DIR: join(folder, "data"),
    ...(current === null ? {} : { APP_SECRET: current }),
    ...(previous.length === 0 ? {} : { APP_SECRET_PREVIOUS: previous.join(" ") }),
  });
const open = (...secrets: [string | null, ...string[]]) => openKeyring(configOf(...secrets), t.db, t.deps.clock());

/** The same house, started with these secrets. */
async function startWith(...secrets: [string, ...string[]]) {
  const keys = await open(...secrets);
  const deps = { ...t.deps, keys, passwords: createPasswords({ keys, rounds: 4, pool }) };
  return { deps, app: createApp(deps) };
}

/** Signs in at this start of the house; answers the status of the last step. */
async function signIn(app: TestApp["app"], user: TestUser, fields: Record<string, string> = {}): Promise<number> {
  t.advance(60_000);
  const browser = new Browser(app);
  await browser.post("/login", { username: user.username, password: PASSWORD });
  const code = { code: t.codeOf(user) };
  return (await browser.post("/login/code", Object.keys(fields).length === 0 ? code : fields)).status;
}

/** Somebody whose password, authenticator and recovery codes were written with the key of OLD. */
async function ann(): Promise<TestUser> {
  const { deps } = await startWith(OLD);
  const user = await t.addUser("ann");
  const passwordHash = await deps.passwords.hash(PASSWORD);
  const sealed = seal(deps.keys, user.secret, mfaSecretLabel(user.id));
  const hashes = user.recoveryCodes.map((code) => recoveryCodeHash(deps.keys.current, user.id, code));
  await t.db.run("UPDATE users SET password_hash = ?, mfa_secret = ? WHERE id = ?", [passwordHash, sealed, user.id]);
  await t.db.batch(sqlReplaceRecoveryCodes(user.id, hashes, t.deps.clock()));
  return user;
}

describe("after the secret was changed", () => {
  test("people sign in as before, and what they use is written with the new key", async () => {
    const user = await ann();
    const { app } = await startWith(NEW, OLD);
    expect(await countKeyUses(t.db, idOf(OLD))).toEqual({ passwords: 1, authenticators: 1, recoveryCodes: 10 });
    expect(await signIn(app, user)).toBe(204);
    expect(await countKeyUses(t.db, idOf(OLD))).toEqual({ passwords: 0, authenticators: 0, recoveryCodes: 10 });
    expect(await countKeyUses(t.db, idOf(NEW))).toEqual({ passwords: 1, authenticators: 1, recoveryCodes: 0 });
    expect(await signIn(app, user)).toBe(204);
  });

  test("recovery codes written down before still work", async () => {
    const user = await ann();
    const { app } = await startWith(NEW, OLD);
    expect(await signIn(app, user, { recovery_code: user.recoveryCodes[0]! })).toBe(204);
    expect(await countKeyUses(t.db, idOf(OLD))).toMatchObject({ recoveryCodes: 9 });
  });

  test("the new key is in the audit log, once, however often the house starts", async () => {
    await open(OLD);
    for (let start = 0; start < 3; start++) await open(NEW, OLD);
    const rows = await t.db.all<{ detail: string }>("SELECT detail FROM audit_log WHERE event = 'server_key.added'");
    expect(rows.map(({ detail }) => JSON.parse(detail).key)).toEqual([idOf(OLD), idOf(NEW)]);
  });

  test("a start without the old secret is refused while anything needs it, and names what", async () => {
    await ann();
    await open(NEW, OLD);
    const message = `1 passwords, 1 authenticators and 10 recovery codes still need the key ${idOf(OLD)}; put its secret back into APP_SECRET_PREVIOUS`;
    expect(open(NEW)).rejects.toThrow(message);
  });

  test("nothing needs it any more: the house starts without it", async () => {
    const user = await ann();
    const { app } = await startWith(NEW, OLD);
    await signIn(app, user);
    await t.db.run("UPDATE recovery_codes SET used_at = 1");
    expect((await startWith(NEW)).deps.keys.all).toHaveLength(1);
    expect(await signIn((await startWith(NEW)).app, user)).toBe(204);
  });

  test("a secret nobody knows here opens nothing", async () => {
    await open(OLD);
    expect(open(NEW)).rejects.toThrow("is not the one this database was written with");
    expect((await listServerKeys(t.db)).map(({ keyId }) => keyId)).toEqual([idOf(OLD)]);
  });
});

describe("secrets are refused when they are", () => {
  test.each([
    ["a sample", "change-me-change-me-change-me-please", "looks like a sample value"],
    ["typed by hand", "abcdefghijklmnopqrstuvwxyz012345", "is a sequence"],
    ["one character", "a".repeat(40), "uses too few different characters"],
  ])("%s", async (_, secret, reason) => {
    expect(open(secret)).rejects.toThrow(`APP_SECRET ${reason}`);
  });

  test("not apart: a list needs its spaces and commas", () => {
    expect(() => configOf("two words that are long enough to be a secret")).toThrow("must not contain spaces");
    expect(() => loadConfig({ APP_SECRET_PREVIOUS: OLD })).toThrow("APP_SECRET_PREVIOUS is set without APP_SECRET");
    expect(configOf(NEW, OLD, newSecret()).appSecretPrevious).toHaveLength(2);
  });
});

describe("the file in the data folder", () => {
  const file = () => join(folder, "data", "secret");

  test("is made once, for this user alone", () => {
    const [first] = readSecrets(configOf(null));
    expect(readSecrets(configOf(null))).toEqual([first]);
    expect(first).toMatch(/^[\w-]{64}$/);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test("gets new secrets in front and keeps the old ones, for this user alone", () => {
    const [first] = readSecrets(configOf(null));
    const [second] = addSecret(configOf(null))!;
    expect(readSecrets(configOf(null))).toEqual([second, first]);
    expect(readFileSync(file(), "utf8")).toBe(`${second}\n${first}\n`);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test.skipIf(process.getuid?.() !== 0)("stays the server's own when root makes a new secret", () => {
    readSecrets(configOf(null));
    chownSync(file(), 4711, 4712);
    addSecret(configOf(null));
    expect([statSync(file()).uid, statSync(file()).gid, statSync(file()).mode & 0o777]).toEqual([4711, 4712, 0o600]);
  });

  test("that cannot be used while the house runs is a key nobody has, not an error", async () => {
    const keys = await open(null);
    chmodSync(file(), 0o644);
    expect(keys.find("00000000")).toBeNull();
    rmSync(join(folder, "data"), { recursive: true });
    writeFileSync(join(folder, "data"), "in the way");
    expect(keys.find("00000000")).toBeNull();
  });

  test("is left alone by the second of two rotations at a time", () => {
    readSecrets(configOf(null));
    writeFileSync(`${file()}.new`, "half a sec");
    const before = readFileSync(file(), "utf8");
    expect(addSecret(configOf(null))).toBeNull();
    expect(readFileSync(file(), "utf8")).toBe(before);
  });

  test("stops the start when everybody can read it, and is complained of when a group can", async () => {
    readSecrets(configOf(null));
    const warnings: string[] = [];
    const started = () => openKeyring(configOf(null), t.db, 0, (text) => warnings.push(text));
    chmodSync(file(), 0o604);
    expect(started()).rejects.toThrow("can be read by others (mode 604): chmod 600");
    expect(warnings).toEqual([]);
    chmodSync(file(), 0o640);
    await started();
    expect(warnings).toEqual([expect.stringContaining("(mode 640)")]);
  });

  test("stops the start when it is empty: a new secret would lock everybody out", () => {
    mkdirSync(join(folder, "data"));
    writeFileSync(file(), "\n", { mode: 0o600 });
    expect(() => readSecrets(configOf(null))).toThrow("is empty; bring it back from a backup");
  });

  test("is read again by a house that runs when something was written with a newer key", async () => {
    const keys = await open(null);
    const [second] = addSecret(configOf(null))!;
    const sealed = seal(keyring([second]), "JBSWY3DPEHPK3PXP", "users:1");
    expect(unseal(keys, sealed, "users:1")).toBe("JBSWY3DPEHPK3PXP");
    expect(keys.current.id).not.toBe(idOf(second));
    expect(keys.find("00000000")).toBeNull();
  });
});

test("a database whose secret file is missing gets no new one: the operator is told to bring it back", async () => {
  const config = configOf(null);
  await openKeyring(config, t.db, 1);
  rmSync(join(config.dataDir, "secret"));
  await expect(openKeyring(config, t.db, 2)).rejects.toThrow("is missing, and this database needs it");
  expect(statSync(join(config.dataDir, "secret"), { throwIfNoEntry: false })).toBeUndefined();
});
