import { existsSync } from "node:fs";
import type { Command } from "commander";
import { type Keyring, keyring } from "../auth/keys.ts";
import { mfaSecretLabel, reseal } from "../auth/secret-box.ts";
import type { Db } from "../db/db.ts";
import { addSecret, readSecrets, secretFile } from "../server-key.ts";
import {
  countKeyUses,
  insertServerKey,
  listSealedOtherwise,
  listServerKeys,
  sqlResealMfa,
} from "../store/server-keys.ts";
import { BY_COMMAND_LINE } from "./people.ts";
import { answer, type Group, type House, Refused, table, when, withHouse } from "./tool.ts";

/** Rows per statement: few enough that no request of a server beside waits noticeably. */
const BATCH = 500;

export const keyCommands: Group = (program) => {
  const key = program.command("key").description("keys of this server, which passwords and authenticators depend on");
  key
    .command("list")
    .description("every key this database was written with, and how much still needs it")
    .action((_, command) => withHouse((house) => list(house, command)));
  key
    .command("rotate")
    .description("make a new key; it is used from the next start on, the old ones stay readable")
    .option("--now", "seal every authenticator anew at once, rather than each at its next use")
    .action((options: { now?: true }, command) => withHouse((house) => rotate(house, command, options.now === true)));
  key
    .command("reseal")
    .description("seal every authenticator anew with the current key, after APP_SECRET was changed")
    .action((_, command) =>
      withHouse(async (house) => {
        const resealed = await resealAll(house.db, keyring(usableSecrets(house)));
        answer(command, { resealed }, `Sealed anew: ${resealed}.`);
      }),
    );
};

async function list({ db, ...house }: House, command: Command): Promise<void> {
  const keys = keyring(usableSecrets({ db, ...house }));
  const rows = await Promise.all(
    (await listServerKeys(db)).map(async ({ keyId, createdAtMs }) => {
      const secret = keys.find(keyId) === null ? "missing" : keyId === keys.current.id ? "current" : "old";
      return { key: keyId, secret, since: new Date(createdAtMs).toISOString(), ...(await countKeyUses(db, keyId)) };
    }),
  );
  const header = ["KEY", "SECRET", "SINCE", "PASSWORDS", "AUTHENTICATORS", "RECOVERY CODES"];
  const cells = rows.map(({ key, secret, since, passwords, authenticators, recoveryCodes }) => [
    ...[key, secret, when(Date.parse(since))],
    ...[passwords, authenticators, recoveryCodes].map(String),
  ]);
  const advice = "\n\nAn old secret may be taken away when nothing needs its key any more.";
  answer(command, { keys: rows }, table([header, ...cells]) + (rows.length > 1 ? advice : ""));
}

async function rotate(house: House, command: Command, now: boolean): Promise<void> {
  const { db, config, nowMs } = house;
  if (config.appSecret !== null)
    throw new Refused(
      'APP_SECRET is yours to change: put its value into APP_SECRET_PREVIOUS, a new one ("openssl rand -base64 48") into APP_SECRET, and start again. Then "key reseal" seals every authenticator anew.',
    );
  usableSecrets(house);
  const secrets = addSecret(config);
  if (secrets === null)
    throw new Refused(
      `${secretFile(config.dataDir)}.new is there: a rotation is going on, or one broke off; delete it.`,
    );
  const keys = keyring(secrets);
  await insertServerKey(db, keys.current.id, nowMs, BY_COMMAND_LINE);
  const resealed = now ? await resealAll(db, keys) : 0;
  const what = now ? `, authenticators sealed anew: ${resealed}` : "";
  const text = `The new key is ${keys.current.id}${what}. Start the server again to use it; keep a copy of ${secretFile(config.dataDir)}.`;
  answer(command, { key: keys.current.id, resealed }, text);
}

/** @throws Refused before the first start: making the first secret is the server's. */
function usableSecrets({ config }: House): [string, ...string[]] {
  if (config.appSecret === null && !existsSync(secretFile(config.dataDir)))
    throw new Refused(`There is no secret yet in ${secretFile(config.dataDir)}: start the server once.`);
  return readSecrets(config);
}

/** A row that changes meanwhile was just written by somebody else, and is left to its next use. */
async function resealAll(db: Db, keys: Keyring): Promise<number> {
  let resealed = 0;
  let afterId = 0;
  for (;;) {
    const rows = await listSealedOtherwise(db, keys.current.id, afterId, BATCH);
    const statements = rows.flatMap(({ id, mfaSecret }) => {
      const fresh = reseal(keys, mfaSecret, mfaSecretLabel(id));
      return fresh === null ? [] : [sqlResealMfa(id, mfaSecret, fresh)];
    });
    if (statements.length > 0) await db.batch(statements);
    resealed += statements.length;
    if (rows.length < BATCH) return resealed;
    afterId = rows.at(-1)!.id;
  }
}
