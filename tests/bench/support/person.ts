import { generateSync } from "otplib";
import { createHashPool } from "#src/auth/hash-pool.ts";
import { keyring } from "#src/auth/keys.ts";
import { createPasswords } from "#src/auth/password.ts";
import { mfaSecretLabel, seal } from "#src/auth/secret-box.ts";
import { newTotpSecret } from "#src/auth/totp.ts";
import { openDatabase } from "#src/db/open.ts";
import { insertServerKey } from "#src/store/server-keys.ts";
import { findUserByKey, sqlEnrolMfa, sqlInsertUser } from "#src/store/users.ts";
import { quiet } from "#tests/support/database.ts";
import type { OwnServer } from "#tests/support/mariadb.ts";
import { PRODUCT_ENV } from "./bench.ts";

export const PASSWORD = "correct horse battery staple";

/** Somebody with a password and an authenticator, at an address of their own. */
export type Person = { readonly username: string; readonly secret: string; readonly address: string };

/** Registers people in an empty database of the product; all have the same password, hashed once. */
export async function addPeople(server: OwnServer, database: string, count: number, rounds: number): Promise<Person[]> {
  const { host, port, user, password } = server;
  const db = await openDatabase(
    { kind: "mysql", host, port, user, password, database, ssl: "off", pool: 4 },
    { log: quiet },
  );
  const keys = keyring([PRODUCT_ENV.APP_SECRET]);
  const pool = createHashPool();
  const passwordHash = await createPasswords({ keys, rounds, pool }).hash(PASSWORD);
  pool.close();
  await insertServerKey(db, keys.current.id, Date.now());
  const people: Person[] = [];
  for (let n = 0; n < count; n++) {
    const username = `person${n}`;
    const secret = newTotpSecret();
    await db.batch([sqlInsertUser({ username, usernameKey: username, role: "user", passwordHash, nowMs: Date.now() })]);
    const { id } = (await findUserByKey(db, username))!;
    await db.batch([sqlEnrolMfa(id, seal(keys, secret, mfaSecretLabel(id)), 0, Date.now())]);
    people.push({ username, secret, address: `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` });
  }
  await db.close();
  return people;
}

/** For a server that believes the addresses the benchmark makes up for its people. */
export const BEHIND_PROXY = { TRUSTED_PROXIES: "127.0.0.1" };

/**
 * Signs in as a browser would: password, then code. Each person can do so once per 30 seconds.
 *
 * @throws when it is refused.
 */
export async function signIn(url: string, person: Person): Promise<void> {
  const ticket = await post(url, "/login", person, { username: person.username, password: PASSWORD });
  const code = generateSync({ secret: person.secret });
  await post(url, "/login/code", person, { code }, ticket);
}

/** @returns the cookies it was given. */
async function post(url: string, path: string, { address }: Person, fields: Record<string, string>, cookie = "") {
  const answer = await fetch(url + path, {
    method: "POST",
    body: new URLSearchParams(fields),
    redirect: "manual",
    headers: {
      Origin: url,
      "X-Forwarded-For": address,
      "HX-Request": "true",
      "HX-Request-Type": "partial",
      Cookie: cookie,
    },
  });
  await answer.body?.cancel();
  if (answer.status !== 204) throw new Error(`${path} answered ${answer.status}`);
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}
