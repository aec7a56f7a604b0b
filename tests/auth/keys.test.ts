import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { keyring, serverKey, weakSecret } from "#src/auth/keys.ts";

const NEW = "new-secret-with-32-characters-at-least";
/** Made by another program (Python, RFC 5869) from the secret below. */
const FROZEN = [
  "0443913c",
  "1f37904dd352ebf9a051778da9331da0c70f0460d927610c397a13e5dc788b43",
  "01ac8d5f3756aa397534a9d5f8335a1ba86e81b0ea2195e14f7600b32afe7a18",
  "786c617bc9e123da62db5619c56b1b12b9cd325235fe4837c6064dd300a1ec96",
];
const OLD = "old-secret-with-32-characters-at-least";

test("keys are the same after every start, and different for each purpose and secret", () => {
  expect(serverKey(NEW)).toEqual(serverKey(NEW));
  const keys = [serverKey(NEW), serverKey(OLD)].flatMap((key) => [key.password, key.seal, key.lookup]);
  expect(keys.map((key) => key.length)).toEqual([32, 32, 32, 32, 32, 32]);
  expect(new Set(keys.map((key) => Buffer.from(key).toString("hex"))).size).toBe(6);
});

test("the derivation never changes: stored data depends on it", () => {
  const key = serverKey("0123456789abcdefghijklmnopqrstuv");
  expect([key.id, ...[key.password, key.seal, key.lookup].map((bytes) => Buffer.from(bytes).toString("hex"))]).toEqual(
    FROZEN,
  );
});

test("a key id is eight hex digits and no part of a key", () => {
  const key = serverKey(NEW);
  expect(key.id).toMatch(/^[0-9a-f]{8}$/);
  for (const bytes of [key.password, key.seal, key.lookup]) {
    expect(Buffer.from(bytes).toString("hex")).not.toContain(key.id);
  }
});

test("the ring writes with its first secret and reads with all", () => {
  const keys = keyring([NEW, OLD]);
  expect(keys.current).toEqual(serverKey(NEW));
  expect(keys.find(serverKey(OLD).id)).toEqual(serverKey(OLD));
  expect(keys.find("00000000")).toBeNull();
  expect(keys.all.map((key) => key.id)).toEqual([serverKey(NEW).id, serverKey(OLD).id]);
  expect(keyring([NEW, NEW]).all).toHaveLength(1);
});

test.each([
  ["short", "short-but-quite-random-9f3kq2"],
  ["sample", "change-me-change-me-change-me-please"],
  ["sample", "CHANGEME-0123456789-9f3kq2-xvwz-1"],
  ["sample", "your-secret-here-9f3kq2-xvwz-1-aa-2"],
  ["few", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
  ["few", "abcabaacbbcabcaabbccabcabacbcbabcab"],
  ["repeats", "0123456789abcdef0123456789abcdef"],
  ["repeats", "correct-horse-correct-horse-correct"],
  ["sequence", "abcdefghijklmnopqrstuvwxyz012345"],
])("a secret is refused as %s: %s", (reason, secret) => {
  expect(weakSecret(secret)).toContain(reason);
});

test("random secrets are never refused", () => {
  for (let round = 0; round < 2000; round++) {
    expect(weakSecret(randomBytes(16).toString("hex"))).toBeNull();
    expect(weakSecret(randomBytes(32).toString("base64"))).toBeNull();
  }
});
