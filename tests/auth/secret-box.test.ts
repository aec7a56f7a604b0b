import { expect, test } from "bun:test";
import fc from "fast-check";
import { keyring } from "#src/auth/keys.ts";
import { seal, unseal } from "#src/auth/secret-box.ts";
import { anyText } from "./any-text.ts";

const NEW = "new-secret-with-32-characters-at-least";
const OLD = "old-secret-with-32-characters-at-least";
const keys = keyring([NEW, OLD]);
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test("what is sealed opens again, for the same row only", () => {
  fc.assert(
    fc.property(anyText, fc.string(), fc.string(), (text, aad, otherAad) => {
      const sealed = seal(keys, text, aad);
      expect(unseal(keys, sealed, aad)).toBe(text.toWellFormed());
      if (aad !== otherAad) expect(unseal(keys, sealed, otherAad)).toBeNull();
    }),
  );
});

test("the same secret never looks the same twice, and fits its column", () => {
  const sealed = seal(keys, SECRET, "users:1");
  expect(sealed).not.toBe(seal(keys, SECRET, "users:1"));
  expect(sealed).toMatch(/^v1\.[0-9a-f]{8}\.[A-Za-z0-9_-]{80}$/);
});

test("an old key still reads, the current one writes, a lost one opens nothing", () => {
  const sealed = seal(keyring([OLD]), SECRET, "users:1");
  expect(unseal(keys, sealed, "users:1")).toBe(SECRET);
  expect(seal(keys, SECRET, "users:1")).toStartWith(`v1.${keys.current.id}.`);
  expect(unseal(keyring([NEW]), sealed, "users:1")).toBeNull();
});

test("a sealed value claimed by another key of the ring opens nothing", () => {
  const [version, , body] = seal(keys, SECRET, "users:1").split(".");
  expect(unseal(keys, `${version}.${keys.all[1]!.id}.${body}`, "users:1")).toBeNull();
});

test("every changed or missing character is noticed", () => {
  const sealed = seal(keys, SECRET, "users:1");
  for (let at = 0; at < sealed.length; at++) {
    const other = sealed[at] === "A" ? "B" : "A";
    expect(unseal(keys, sealed.slice(0, at) + other + sealed.slice(at + 1), "users:1")).toBeNull();
    expect(unseal(keys, sealed.slice(0, at), "users:1")).toBeNull();
  }
  expect(unseal(keys, `${sealed}A`, "users:1")).toBeNull();
  expect(unseal(keys, `${sealed}=`, "users:1")).toBeNull();
});

test("anything else is null, never an exception", () => {
  fc.assert(fc.property(fc.string(), (text) => unseal(keys, text, "users:1") === null));
  fc.assert(
    fc.property(fc.base64String(), (text) => unseal(keys, `v1.${keys.current.id}.${text}`, "users:1") === null),
  );
});
