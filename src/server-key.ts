import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Keyring, keyring, weakSecret } from "./auth/keys.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./config.ts";
import type { Db } from "./db/db.ts";
import { insertServerKey, listServerKeys } from "./store/server-keys.ts";

/**
 * The keys everything sealed depends on: from APP_SECRET, or from a secret made once and kept in the data folder.
 *
 * @throws ConfigError when the secret is weak, cannot be kept, or is another one than the database was written with:
 *         every password and authenticator would stop working, one by one and without a word.
 */
export async function openKeyring(config: Config, db: Db, nowMs: number): Promise<Keyring> {
  const keys = keyring([readSecret(config)]);
  const known = await listServerKeys(db);
  if (known.length === 0) await insertServerKey(db, keys.current.id, nowMs);
  else if (!known.includes(keys.current.id)) throw new ConfigError([wrongSecret(config)]);
  return keys;
}

function readSecret({ appSecret, dataDir }: Config): string {
  if (appSecret === null) return keptSecret(dataDir);
  const weakness = weakSecret(appSecret);
  if (weakness !== null)
    throw new ConfigError([`APP_SECRET ${weakness}, for example APP_SECRET=$(openssl rand -base64 48)`]);
  return appSecret;
}

function keptSecret(dataDir: string): string {
  const file = join(dataDir, "secret");
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // "wx" fails when the file is there: of several processes starting at once one writes, all read the same.
    writeFileSync(file, randomBytes(48).toString("base64url"), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST")
      throw new ConfigError([`DATA_DIR cannot be written: ${(error as Error).message}`]);
  }
  return readFileSync(file, "utf8").trim();
}

function wrongSecret({ appSecret, dataDir }: Config): string {
  const source = appSecret === null ? `the secret in ${join(dataDir, "secret")}` : "APP_SECRET";
  return `APP_SECRET: ${source} is not the one this database was written with; start with the one it had before`;
}
