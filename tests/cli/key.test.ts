import { afterEach, beforeEach, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { keyring } from "#src/auth/keys.ts";
import { mfaSecretLabel, seal, unseal } from "#src/auth/secret-box.ts";
import { loadConfig } from "#src/config.ts";
import type { Db } from "#src/db/db.ts";
import { openKeyring } from "#src/server-key.ts";
import { addPerson, auditOf, type CommandHouse, commandHouse } from "./house.ts";

let house: CommandHouse;
let db: Db;
beforeEach(async () => {
  house = await commandHouse();
  db = await house.db();
});
afterEach(() => house.close());

/** As a start of the server leaves it: a secret, its key known, and one person with an authenticator. */
async function started(extra: Record<string, string> = {}) {
  const keys = await openKeyring(loadConfig({ ...house.env, ...extra }), db, Date.now());
  const id = await addPerson(db, "ann");
  const sealed = seal(keys, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", mfaSecretLabel(id));
  await db.run("UPDATE users SET mfa_secret = ?, password_hash = ? WHERE id = ?", [
    sealed,
    `v1.${keys.current.id}.x`,
    id,
  ]);
  return { keys, id };
}

const secretOf = async (id: number) =>
  (await db.one<{ sealed: string }>("SELECT mfa_secret AS sealed FROM users WHERE id = ?", [id]))!.sealed;
const secrets = () => readFileSync(join(house.dataDir, "secret"), "utf8").trim().split("\n");

test("key rotate makes a new key, keeps the old secret and touches no row", async () => {
  const { keys, id } = await started();
  const before = await secretOf(id);
  const { key } = await house.json(["key", "rotate"]);
  expect(secrets()).toHaveLength(2);
  expect(keyring([secrets()[0]!]).current.id).toBe(key as string);
  expect(keyring([secrets()[1]!]).current.id).toBe(keys.current.id);
  expect(await secretOf(id)).toBe(before);
  expect((await auditOf(db, "server_key.added")).at(-1)?.detail).toEqual({ key, by: "command line" });
});

test("key rotate --now seals every authenticator anew; a server that runs still reads them", async () => {
  const { keys, id } = await started();
  expect(await house.json(["key", "rotate", "--now"])).toMatchObject({ resealed: 1 });
  const sealed = await secretOf(id);
  expect(sealed).toStartWith(`v1.${keyring([secrets()[0]!]).current.id}.`);
  expect(unseal(keys, sealed, mfaSecretLabel(id))).toBe("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");
});

test("key list says which secret is missing, which is old, and what needs it", async () => {
  const { keys } = await started();
  await house.run(["key", "rotate"]);
  const { keys: rows } = await house.json<{ keys: Record<string, unknown>[] }>(["key", "list"]);
  expect(rows).toMatchObject([
    { key: keys.current.id, secret: "old", passwords: 1, authenticators: 1, recoveryCodes: 0 },
    { secret: "current", passwords: 0, authenticators: 0, recoveryCodes: 0 },
  ]);
  const { out } = await house.run(["key", "list"]);
  for (const secret of secrets()) expect(out).not.toContain(secret);
});

test("with APP_SECRET the operator changes it, and key reseal does the rest", async () => {
  const [old, fresh] = [randomBytes(48).toString("base64"), randomBytes(48).toString("base64")];
  const { id } = await started({ APP_SECRET: old });
  const refused = await house.run(["key", "rotate"], { APP_SECRET: old });
  expect([refused.code, refused.out]).toEqual([1, ""]);
  expect(refused.err).toContain("APP_SECRET_PREVIOUS");
  expect(refused.err).not.toContain(old);
  const changed = { APP_SECRET: fresh, APP_SECRET_PREVIOUS: old };
  expect(await house.json(["key", "reseal"], changed)).toEqual({ resealed: 1 });
  expect(await house.json(["key", "reseal"], changed)).toEqual({ resealed: 0 });
  expect(await secretOf(id)).toStartWith(`v1.${keyring([fresh]).current.id}.`);
});

test("before the first start, and with a secret everybody can read, nothing is made", async () => {
  expect(await house.run(["key", "rotate"])).toMatchObject({ code: 1, err: expect.stringContaining("no secret yet") });
  await started();
  chmodSync(join(house.dataDir, "secret"), 0o644);
  expect(await house.run(["key", "rotate"])).toMatchObject({ code: 1, err: expect.stringContaining("chmod 600") });
  expect(secrets()).toHaveLength(1);
});
