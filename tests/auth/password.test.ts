import { afterAll, expect, test } from "bun:test";
import { createHashPool, type HashPool } from "#src/auth/hash-pool.ts";
import { keyring } from "#src/auth/keys.ts";
import { createPasswords, MAX_ROUNDS } from "#src/auth/password.ts";

const NEW = "new-secret-with-32-characters-at-least";
const OLD = "old-secret-with-32-characters-at-least";
const keys = keyring([NEW, OLD]);
const pool = createHashPool({ size: 2 });
const passwords = createPasswords({ keys, rounds: 4, pool });
const NO = { ok: false, upgrade: false };

afterAll(() => pool.close());

test("a hash names its key and fits its own password only", async () => {
  const stored = await passwords.hash("correct horse");
  expect(stored).toMatch(new RegExp(`^v1\\.${keys.current.id}\\.\\$2b\\$04\\$[./A-Za-z0-9]{53}$`));
  expect(await passwords.verify("correct horse", stored)).toEqual({ ok: true, upgrade: false });
  expect(await passwords.verify("wrong horse", stored)).toEqual(NO);
  expect(await passwords.hash("correct horse")).not.toBe(stored);
});

test.each([
  ["equal in their first 72 bytes", "x".repeat(72), `${"x".repeat(72)}y`],
  ["18 emoji fill bcrypt's 72 bytes", "😀".repeat(18), "😀".repeat(19)],
  ["64 four-byte characters, the last one different", "😀".repeat(64), `${"😀".repeat(63)}😁`],
  ["NUL ends nothing", "ab\0cd", "ab\0xx"],
  ["NUL is a character", "ab\0cd", "ab"],
  ["spaces at the ends count", " password ", "password"],
  ["capitals count", "Password", "password"],
  ["composed and decomposed differ", "Jos\u00e9", "Jose\u0301"],
  ["empty is nothing special", "", " "],
])("%s", async (_, password, other) => {
  const stored = await passwords.hash(password);
  expect((await passwords.verify(password, stored)).ok).toBe(true);
  expect((await passwords.verify(other, stored)).ok).toBe(false);
});

// From crypt_blowfish's wrapper.c and jBCrypt's TestBCrypt.java; libxcrypt makes the same.
test.each([
  ["U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
  ["U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"],
  ["U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"],
  [
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
    "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
  ],
  ["", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."],
  ["a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"],
])("a known plain hash of %p verifies and asks for an upgrade", async (password, stored) => {
  expect(await passwords.verify(password, stored)).toEqual({ ok: true, upgrade: true });
  expect(await passwords.verify(`!${password}`, stored)).toEqual(NO);
});

test("hashes of another program verify in all three spellings, up to byte 72 in the middle of a letter", async () => {
  for (const password of ["correct horse", "naïve 😀", `${"x".repeat(69)}é`]) {
    const stored = await Bun.password.hash(password, { algorithm: "bcrypt", cost: 4 });
    for (const version of ["$2a$", "$2b$", "$2y$"]) {
      expect(await passwords.verify(password, stored.replace("$2b$", version))).toEqual({ ok: true, upgrade: true });
    }
  }
  // bcryptjs itself is the reference where bytes are cut: Bun hashes long passwords in a way of its own.
  for (const password of [`${"x".repeat(70)}😀 and more`, `${"x".repeat(71)}😀`, "😀".repeat(40), "é".repeat(400)]) {
    expect(await passwords.verify(password, await pool.hash(password, 4))).toEqual({ ok: true, upgrade: true });
  }
});

test.each([
  null,
  "",
  "x",
  "v1.",
  "v1.00000000.$2b$04$",
  `$2x$04$${"a".repeat(53)}`,
  `$2$04$${"a".repeat(53)}`,
  `$2b$31$${"a".repeat(53)}`,
  `$2b$03$${"a".repeat(53)}`,
  `$2b$04$${"a".repeat(52)}`,
  `$2b$04$${"a".repeat(53)}\n`,
  "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA",
])("the stored value %p lets nobody in and does not throw", async (stored) =>
  expect(await passwords.verify("", stored)).toEqual(NO),
);

test("a hash by a retired key verifies and asks for an upgrade, by a lost key it does not", async () => {
  const stored = await createPasswords({ keys: keyring([OLD]), rounds: 4, pool }).hash("correct horse");
  expect(await passwords.verify("correct horse", stored)).toEqual({ ok: true, upgrade: true });
  expect(await createPasswords({ keys: keyring([NEW]), rounds: 4, pool }).verify("correct horse", stored)).toEqual(NO);
});

test("a lower cost asks for an upgrade, a higher one does not", async () => {
  const five = createPasswords({ keys, rounds: 5, pool });
  expect(await five.verify("correct horse", await passwords.hash("correct horse"))).toEqual({
    ok: true,
    upgrade: true,
  });
  expect(await passwords.verify("correct horse", await five.hash("correct horse"))).toEqual({
    ok: true,
    upgrade: false,
  });
});

test("the server's key is needed: a plain digest of the password opens nothing", async () => {
  const stored = await passwords.hash("correct horse");
  const bcrypt = stored.slice(stored.indexOf("$"));
  for (const guess of ["correct horse", new Bun.CryptoHasher("sha256").update("correct horse").digest("base64")]) {
    expect(await pool.compare(guess, bcrypt)).toBe(false);
  }
  const underOtherKey = stored.replace(keys.current.id, keys.all[1]!.id);
  expect(await passwords.verify("correct horse", underOtherKey)).toEqual(NO);
});

test("bcrypt sees 44 characters of base64, whatever the password holds", async () => {
  const seen: string[] = [];
  const hash = async (text: string) => String(seen.push(text));
  const watched = createPasswords({ keys, rounds: 4, pool: { ...pool, hash } });
  for (const password of ["", "x".repeat(1_000), "\0", "😀"]) await watched.hash(password);
  for (const text of seen) expect(text).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  expect(new Set(seen).size).toBe(4);
});

test("every wrong answer costs the work of exactly one compare of the current cost", async () => {
  const rounds = 6;
  const right = createPasswords({ keys, rounds, pool });
  const old = createPasswords({ keys: keyring([OLD]), rounds, pool });
  const lost = createPasswords({ keys: keyring(["lost-secret-with-32-characters-at-least"]), rounds, pool });
  const stored: (string | null)[] = [null, "", "garbage", `$2x$06$${"a".repeat(53)}`, `$2b$31$${"a".repeat(53)}`];
  stored.push(...(await Promise.all([right, old, lost, passwords].map((maker) => maker.hash("correct horse")))));
  stored.push(await pool.hash("correct horse", 4), await pool.hash("correct horse", rounds));
  for (const value of stored) {
    const { counting, work } = countingPool(pool);
    const verdict = await createPasswords({ keys, rounds, pool: counting }).verify("wrong horse", value);
    expect([value, verdict, work()]).toEqual([value, NO, 2 ** rounds]);
  }
});

/** Adds up 2^cost of every compare, and fails one whose hash bcrypt would answer without work. */
function countingPool(inner: HashPool): { counting: HashPool; work: () => number } {
  let work = 0;
  const compare = (text: string, hash: string) => {
    const [, cost = ""] = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(hash)!;
    work += 2 ** Number(cost);
    return inner.compare(text, hash);
  };
  return { counting: { ...inner, compare }, work: () => work };
}

test("an unknown person takes as long as a wrong password", async () => {
  const eight = createPasswords({ keys, rounds: 8, pool });
  const stored = await eight.hash("correct horse");
  const unknownMs: number[] = [];
  const wrongMs: number[] = [];
  for (let round = 0; round < 10; round++) {
    unknownMs.push(await timed(() => eight.verify("wrong horse", null)));
    wrongMs.push(await timed(() => eight.verify("wrong horse", stored)));
  }
  // The fastest of each: whatever else the machine does can only slow a call down.
  const ratio = Math.min(...unknownMs) / Math.min(...wrongMs);
  expect(ratio).toBeGreaterThan(0.6);
  expect(ratio).toBeLessThan(1.7);
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

test("a cost bcrypt or we cannot bear is refused at the start", () => {
  for (const rounds of [3, MAX_ROUNDS + 1, 4.5, Number.NaN]) {
    expect(() => createPasswords({ keys, rounds, pool })).toThrow(RangeError);
  }
});
