import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkTotp, isTotpSecret, newTotpSecret, TOTP_STEP_SECONDS, totpDrift, totpUri } from "#src/auth/totp.ts";
import { anyText } from "./any-text.ts";

/** "12345678901234567890", the key of the SHA-1 vectors in RFC 4226 appendix D and RFC 6238 appendix B. */
const RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const HOTP_CODES = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split(" ");
const NOW_MS = 1_111_111_111_000;
const CODE_NOW = "050471";
const check = (code: string, lastStep = 0, nowMs = NOW_MS, secret = RFC_SECRET) =>
  checkTotp({ secret, code, lastStep, nowMs });

test.each(HOTP_CODES.slice(1).map((code, index) => [index + 1, code] as const))(
  "RFC 4226: count %d is %s",
  (step, code) => {
    expect(check(code, 0, step * TOTP_STEP_SECONDS * 1000)).toBe(step);
  },
);

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("RFC 6238: at %d seconds the code is %s", (seconds, code) => {
  expect(check(code, 0, seconds * 1000)).toBe(Math.floor(seconds / 30));
});

test("a wrong code fails", () => {
  expect(check("050472")).toBeNull();
});

test.each([
  [-60, false],
  [-30, true],
  [0, true],
  [30, true],
  [60, false],
])("a code from a clock %d seconds off passes: %p", (seconds, passes) => {
  const ownStep = Math.floor(NOW_MS / 30_000);
  expect(check(CODE_NOW, 0, NOW_MS - seconds * 1000)).toBe(passes ? ownStep : null);
});

test("the window ends to the second at the step's edges", () => {
  const stepStartMs = Math.floor(NOW_MS / 30_000) * 30_000;
  const passing = [-30_001, -30_000, 59_999, 60_000].map((ms) => check(CODE_NOW, 0, stepStartMs + ms) !== null);
  expect(passing).toEqual([false, true, true, false]);
});

test("a spent step and every older one are refused, also when the clock goes back", () => {
  const step = check(CODE_NOW)!;
  expect(check(CODE_NOW, step - 1)).toBe(step);
  expect(check(CODE_NOW, step)).toBeNull();
  expect(check(CODE_NOW, step + 1)).toBeNull();
  expect(check(CODE_NOW, step + 1_000_000)).toBeNull();
  expect(check(CODE_NOW, -1)).toBe(step);
});

test("spaces and hyphens are dropped", () => {
  for (const typed of [" 050 471 ", "050-471", "0 5 0 4 7 1", "050\u00a0471"]) expect(check(typed)).not.toBeNull();
});

test.each(["", " ", "05047", "0504711", "abcdef", "０５０４７１", "٠٥٠٤٧١", "050471\0", "+50471", "5.0471", "0x0471"])(
  "a malformed code is refused like a wrong one: %p",
  (code) => expect(check(code)).toBeNull(),
);

test("no code and no secret makes it throw", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.integer(), (secret, code, lastStep) => {
      expect(check(code, lastStep, NOW_MS, secret)).toBeNull();
      expect(totpDrift({ secret, code, nowMs: NOW_MS })).toBeNull();
    }),
  );
});

test.each(["", "GEZDGNBVGY3TQOJQ", "not base32 at all 0189 not base32", "=".repeat(32)])(
  "a secret nobody can use lets nobody in and is told apart: %p",
  (secret) => {
    expect(isTotpSecret(secret)).toBe(false);
    expect(check("000000", 0, NOW_MS, secret)).toBeNull();
  },
);

test("a damaged secret or clock lets nobody in", () => {
  for (const secret of ["A".repeat(27), `${"A".repeat(26)}=`, RFC_SECRET.slice(0, -2)]) {
    expect(check("000000", 0, NOW_MS, secret)).toBeNull();
  }
  for (const nowMs of [Number.NaN, -1, Number.POSITIVE_INFINITY]) expect(check(CODE_NOW, 0, nowMs)).toBeNull();
});

test("new secrets are 160 random bits in base32", () => {
  const secrets = Array.from({ length: 100 }, newTotpSecret);
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(new Set(secrets).size).toBe(100);
  expect(secrets.every(isTotpSecret)).toBe(true);
});

test.each([
  [-90, -90],
  [-300, -300],
  [90, 90],
  [30, null],
  [0, null],
  [-330, null],
])("a clock %d seconds off is reported as %p", (offset, reported) => {
  expect(totpDrift({ secret: RFC_SECRET, code: CODE_NOW, nowMs: NOW_MS - offset * 1000 })).toBe(reported);
});

test("the address holds one secret and one issuer, whatever the names are", () => {
  fc.assert(
    fc.property(anyText, anyText, (issuer, label) => {
      const url = new URL(totpUri({ issuer, label, secret: RFC_SECRET }));
      expect(url.searchParams.getAll("secret")).toEqual([RFC_SECRET]);
      expect([...url.searchParams.keys()].filter((name) => name !== "secret" && name !== "issuer")).toEqual([]);
      expect(url.protocol + url.host).toBe("otpauth:totp");
    }),
  );
});

test.each(["a&secret=AAAA", "a?secret=AAAA#", "a:b", "a\r\nb", "a\u202eb", "\ud800", "%3Fsecret=AAAA"])(
  "a hostile name stays a name: %p",
  (name) => {
    const uri = totpUri({ issuer: name, label: name, secret: RFC_SECRET });
    expect(new URL(uri).searchParams.getAll("secret")).toEqual([RFC_SECRET]);
    expect(decodeURIComponent(uri)).not.toMatch(/[\p{C}\r\n]/u);
    expect(new URL(uri).pathname.match(/:/g)).toHaveLength(1);
  },
);

const oathtool = Bun.which("oathtool");

test.skipIf(oathtool === null)("oathtool and we agree", () => {
  const secret = newTotpSecret();
  for (const seconds of [1_700_000_000, 1_763_000_015, 4_000_000_000]) {
    const at = new Date(seconds * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC");
    const { stdout } = Bun.spawnSync([oathtool!, "--totp", "-b", secret, "--now", at]);
    expect(check(stdout.toString().trim(), 0, seconds * 1000, secret)).toBe(Math.floor(seconds / 30));
  }
});
