import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type Keyring, keyring, weakSecret } from "./auth/keys.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./config.ts";
import type { Db } from "./db/db.ts";
import { countKeyUses, insertServerKey, type KeyUses, listServerKeys } from "./store/server-keys.ts";

/**
 * The keys everything sealed depends on: from APP_SECRET and APP_SECRET_PREVIOUS, or from secrets made here and kept in
 * the data folder, one a line, the newest first.
 *
 * @param warn told what an operator should mend, and need not at once.
 * @throws ConfigError when the current secret is weak, cannot be kept, can be read by everybody on this machine, or when
 *         one is missing that stored data needs: its passwords and authenticators would stop working without a word.
 */
export async function openKeyring(
  config: Config,
  db: Db,
  nowMs: number,
  warn: (text: string) => void = () => {},
): Promise<Keyring> {
  const known = (await listServerKeys(db)).map(({ keyId }) => keyId);
  // A new secret beside a database that was written with another would look like the right one to whoever comes next.
  if (known.length > 0 && config.appSecret === null && !existsSync(secretFile(config.dataDir)))
    throw new ConfigError([
      `DATA_DIR: ${secretFile(config.dataDir)} is missing, and this database needs it; bring it back`,
    ]);
  const secrets = readSecrets(config, warn);
  const keys = keyring(secrets, config.appSecret === null ? () => rereadSecrets(config) : undefined);
  const missing = known.filter((keyId) => keys.find(keyId) === null);
  if (known.length > 0 && missing.length === known.length) throw new ConfigError([wrongSecret(config)]);
  for (const keyId of missing) {
    const uses = await countKeyUses(db, keyId);
    if (isNeeded(uses)) throw new ConfigError([missingSecret(config, keyId, uses)]);
  }
  if (!known.includes(keys.current.id)) await insertServerKey(db, keys.current.id, nowMs);
  return keys;
}

/** The current secret first. @throws ConfigError when it is weak or cannot be kept. */
export function readSecrets(config: Config, warn: (text: string) => void = () => {}): [string, ...string[]] {
  const { appSecret, appSecretPrevious, dataDir } = config;
  if (appSecret === null) return keptSecrets(dataDir, warn);
  const weakness = weakSecret(appSecret);
  if (weakness !== null)
    throw new ConfigError([`APP_SECRET ${weakness}, for example APP_SECRET=$(openssl rand -base64 48)`]);
  return [appSecret, ...appSecretPrevious];
}

/** In the middle of a request: a file that cannot be used now is a key that is not known. */
function rereadSecrets(config: Config): readonly string[] {
  try {
    return readSecrets(config);
  } catch {
    return [];
  }
}

export const secretFile = (dataDir: string): string => join(dataDir, "secret");

const newSecret = (): string => randomBytes(48).toString("base64url");

function keptSecrets(dataDir: string, warn: (text: string) => void): [string, ...string[]] {
  const file = secretFile(dataDir);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // "wx" fails when the file is there: of several processes starting at once one writes, all read the same.
    writeFileSync(file, `${newSecret()}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST")
      throw new ConfigError([`DATA_DIR cannot be written: ${(error as Error).message}`]);
  }
  checkMode(file, warn);
  const [current, ...previous] = readFileSync(file, "utf8").split(/\s+/).filter(Boolean);
  if (current === undefined) throw new ConfigError([`DATA_DIR: ${file} is empty; bring it back from a backup`]);
  return [current, ...previous];
}

/** Everybody on the machine is too many. A group may be meant: container platforms hand folders over to one. */
function checkMode(file: string, warn: (text: string) => void): void {
  const mode = statSync(file).mode & 0o777;
  const told = `DATA_DIR: ${file} can be read by others (mode ${mode.toString(8)}): chmod 600 ${file}`;
  if (mode & 0o007) throw new ConfigError([told]);
  if (mode & 0o070) warn(told);
}

/**
 * Puts a new secret in front of those in the data folder: it is current from the next start on. A server that runs can
 * read what is written with it at once.
 *
 * @returns all of them, the new one first, or null while another process is about to do the same.
 * @throws ConfigError when there are none, or they cannot be used.
 */
export function addSecret({ dataDir }: Config): [string, ...string[]] | null {
  const file = secretFile(dataDir);
  const secrets: [string, ...string[]] = [newSecret(), ...keptSecrets(dataDir, () => {})];
  if (!writeDurably(`${file}.new`, `${secrets.join("\n")}\n`)) return null;
  // An operator may be root, and the server somebody else who must still be able to read it.
  const { uid, gid } = statSync(file);
  chownSync(`${file}.new`, uid, gid);
  renameSync(`${file}.new`, file);
  return secrets;
}

/** False when the file is there already. It is on the disk before it takes the place of the only copy of the old ones. */
function writeDurably(file: string, text: string): boolean {
  let handle: number;
  try {
    handle = openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new ConfigError([`DATA_DIR cannot be written: ${(error as Error).message}`]);
  }
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  return true;
}

const isNeeded = (uses: KeyUses): boolean => uses.passwords + uses.authenticators + uses.recoveryCodes > 0;

function wrongSecret({ appSecret, dataDir }: Config): string {
  const source = appSecret === null ? `the secret in ${secretFile(dataDir)}` : "APP_SECRET";
  return `APP_SECRET: ${source} is not the one this database was written with; start with the one it had before`;
}

function missingSecret({ appSecret, dataDir }: Config, keyId: string, uses: KeyUses): string {
  const place = appSecret === null ? secretFile(dataDir) : "APP_SECRET_PREVIOUS";
  const { passwords, authenticators, recoveryCodes } = uses;
  const needed = `${passwords} passwords, ${authenticators} authenticators and ${recoveryCodes} recovery codes`;
  return `APP_SECRET_PREVIOUS: ${needed} still need the key ${keyId}; put its secret back into ${place}`;
}
