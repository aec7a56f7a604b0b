import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { generateSync } from "otplib";
import { mfaSecretLabel, seal } from "#src/auth/secret-box.ts";
import { CONFIRMED_FOR_MS } from "#src/routes/confirm.tsx";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

const NEW_PASSWORD = "seven purple giraffes dancing";

let t: TestApp;
let ann: TestUser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.addUser("ann");
});
afterEach(() => t.close());

async function halfSignedIn(browser = t.browser()): Promise<Browser> {
  await browser.post("/login", { username: "ann", password: PASSWORD });
  return browser;
}

const resetFields = (code: string) => ({
  ...{ username: "ann", code, recovery_code: ann.recoveryCodes[0]! },
  ...{ new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD },
});
const mfaSecret = async () =>
  (await t.db.one<{ secret: string | null }>("SELECT mfa_secret AS secret FROM users WHERE id = ?", [ann.id]))!.secret;

const shownKey = (page: string) =>
  page.match(/data-testid="totp-key"[^>]*>(.*?)<\/code>/s)![1]!.replace(/<[^>]*>|\s/g, "");

/** Every page that takes a code of the authenticator; each answers a wrong one with 401. */
const DOORS: Record<string, (code: string) => Promise<Response>> = {
  "sign-in": async (code) => (await halfSignedIn()).post("/login/code", { code }),
  reset: (code) => t.browser().post("/reset", resetFields(code)),
  confirmation: async (code) => signedIn.post("/confirm", { code }),
};
let signedIn: Browser;

describe("a code of the authenticator", () => {
  test("used at one door opens none of the others", async () => {
    for (const first of Object.keys(DOORS)) {
      for (const [second, open] of Object.entries(DOORS)) {
        signedIn = await t.signIn(ann);
        t.advance(60_000);
        const code = t.codeOf(ann);
        expect([first, (await DOORS[first]!(code)).status]).toEqual([first, 204]);
        await t.db.run("UPDATE users SET password_hash = ? WHERE id = ?", [
          await t.deps.passwords.hash(PASSWORD),
          ann.id,
        ]);
        await t.db.run("UPDATE recovery_codes SET used_at = NULL");
        if (first === "reset") signedIn = await revive();
        expect([first, second, (await open(code)).status]).toEqual([first, second, 401]);
        await t.db.run("DELETE FROM attempts");
      }
    }
  });

  /** A reset ends every session; here the code is asked of one that was opened just before. */
  async function revive(): Promise<Browser> {
    const codeOnly = t.browser();
    await halfSignedIn(codeOnly);
    await codeOnly.post("/login/code", { recovery_code: ann.recoveryCodes[1]! });
    return codeOnly;
  }

  test("guessed at several doors is counted once for all of them: five tries, then a wait at every door", async () => {
    signedIn = await t.signIn(ann);
    const doors = Object.values(DOORS);
    for (let i = 0; i < 5; i++) expect((await doors[i % doors.length]!("000000")).status).toBe(401);
    t.advance(60_000);
    for (const open of doors) expect((await open(t.codeOf(ann))).status).toBe(429);
  });

  test("of the past or future is good for one step either way", async () => {
    t.advance(15_000);
    for (const [steps, status] of [
      [-2, 401],
      [-1, 204],
      [0, 204],
      [1, 204],
      [2, 401],
    ] as const) {
      await t.db.run("UPDATE users SET mfa_last_step = 0");
      const answer = await (await halfSignedIn()).post("/login/code", { code: t.codeOf(ann, steps) });
      expect([steps, answer.status]).toEqual([steps, status]);
    }
  });
});

describe("the authenticator", () => {
  test("is never set up anew on the way in", async () => {
    const half = await halfSignedIn();
    for (const path of ["/login/enrol", "/account/authenticator", "/account/codes"])
      expect([path, (await half.get(path)).status]).toEqual([path, 303]);
    for (const path of ["/login/enrol", "/login/enrol/done", "/login/enrol/codes.txt", "/account/authenticator"])
      expect((await half.post(path, { code: "000000", saved: "yes" })).headers.get("HX-Redirect")).toStartWith(
        "/login",
      );
    expect((await half.post("/login/code", { code: t.codeOf(ann) })).status).toBe(204);
  });

  test("stays the one in use while another is being set up, and when that is given up", async () => {
    const browser = await t.signIn(ann);
    const before = await mfaSecret();
    await browser.post("/account/authenticator");
    const page = await (await browser.get("/account/authenticator")).text();
    const pending = shownKey(page);
    expect(await mfaSecret()).toBe(before);
    t.advance(60_000);
    const half = await halfSignedIn();
    const codeOfPending = generateSync({ secret: pending, epoch: t.deps.clock() / 1000 });
    expect((await half.post("/login/code", { code: codeOfPending })).status).toBe(401);
    expect((await half.post("/login/code", { code: t.codeOf(ann) })).status).toBe(204);
  });

  test("that is being set up in the account opens nothing on the way in, and the other way round", async () => {
    const browser = await t.signIn(ann);
    await browser.post("/account/authenticator");
    for (const path of ["/login/enrol", "/login/code"]) expect((await browser.get(path)).status).toBe(303);
    for (const path of ["/login/enrol", "/login/enrol/done", "/login/enrol/codes.txt", "/login/code"])
      expect([path, (await browser.post(path, { code: "1", saved: "yes" })).status]).toEqual([path, 204]);

    await browser.post("/account/codes");
    expect((await browser.get("/account/codes")).status).toBe(200);
    expect((await browser.get("/login/enrol")).status).toBe(303);
    expect((await browser.post("/login/enrol/codes.txt")).headers.get("HX-Redirect")).toBe("/login");

    const bob = await t.addUser("bob", { authenticator: false });
    const half = t.browser();
    await half.post("/login", { username: "bob", password: PASSWORD });
    for (const [name, value] of browser.cookies) if (name === "session") half.cookies.set(name, value);
    expect((await half.get("/account/authenticator")).status).toBe(303);
    expect((await half.post("/account/authenticator/verify", { code: "1" })).status).toBe(204);
    const row = await t.db.one<{ secret: string | null }>("SELECT mfa_secret AS secret FROM users WHERE id = ?", [
      bob.id,
    ]);
    expect(row!.secret).toBeNull();
  });

  test("and the recovery codes are changed only by who proved themselves within ten minutes", async () => {
    const browser = await t.signIn(ann);
    t.advance(CONFIRMED_FOR_MS + 1);
    const before = [await mfaSecret(), await t.db.all("SELECT * FROM recovery_codes ORDER BY code_hash")];
    for (const path of [
      "/account/authenticator",
      "/account/authenticator/verify",
      "/account/authenticator/remove",
      "/account/codes",
    ])
      expect([path, (await browser.post(path, { code: "000000" })).status]).toEqual([path, 403]);
    expect((await browser.get("/account/authenticator")).status).toBe(403);
    expect([await mfaSecret(), await t.db.all("SELECT * FROM recovery_codes ORDER BY code_hash")]).toEqual(before);
  });

  test("with a secret too short to be checked is a wrong code, not an error", async () => {
    for (const secret of ["GEZDGNBVGY3TQOJQ", "GEZDGNBV", "not base32!", ""]) {
      const sealed = seal(t.deps.keys, secret, mfaSecretLabel(ann.id));
      await t.db.run("UPDATE users SET mfa_secret = ? WHERE id = ?", [sealed, ann.id]);
      const half = await halfSignedIn(t.browser(`198.51.100.${secret.length}`));
      expect((await half.post("/login/code", { code: "123456" })).status).toBe(401);
    }
  });
});

describe("the page with the QR code", () => {
  const openEnrolment = async () => {
    await t.addUser("bob", { authenticator: false });
    const browser = t.browser();
    await browser.post("/login", { username: "bob", password: PASSWORD });
    return browser;
  };

  test("is drawn here, kept nowhere, and has the secret in no address that is asked for", async () => {
    const browser = await openEnrolment();
    const answer = await browser.get("/login/enrol");
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const page = await answer.text();
    const addresses = [...page.matchAll(/\b(?:src|href|action|hx-[a-z]+)="([^"]*)"/g)].map(([, address]) => address!);
    // The link for an authenticator app on this very machine leaves the browser, but not for the network.
    const asked = addresses.filter(
      (address) => /^(https?:)?\/\/|secret=/i.test(address) && !address.startsWith("otpauth:"),
    );
    expect(asked).toEqual([]);
    const secret = shownKey(page);
    expect(t.logged()).not.toContain(secret);
  });

  test("is for one browser: nobody else's ticket or session shows it", async () => {
    await openEnrolment();
    expect((await t.browser().get("/login/enrol")).status).toBe(303);
    expect((await (await t.signIn(ann)).get("/login/enrol")).status).toBe(303);
  });
});

test("the database holds no password, secret, recovery code, token or address of a link", async () => {
  const browser = await t.signIn(await t.addUser("carol", { role: "admin" }));
  const link = await (await browser.post("/admin/users", { username: "bob" })).text();
  const token = link.match(/\/invite\/([\w-]{43})/)![1]!;
  await browser.post("/account/authenticator");
  const shown = await (await browser.get("/account/authenticator")).text();
  const pending = shownKey(shown);
  const tables = [
    "users",
    "user_sessions",
    "tickets",
    "recovery_codes",
    "attempts",
    "audit_log",
    "server_keys",
    "locks",
  ];
  const dump = (await Promise.all(tables.map((table) => t.db.all(`SELECT * FROM ${table}`)))).map((rows) =>
    JSON.stringify(rows),
  );
  const secrets = [PASSWORD, ann.secret, ...ann.recoveryCodes, pending, token, ...browser.cookies.values()];
  const bare = secrets.map((secret) => secret.replaceAll("-", ""));
  for (const secret of [...secrets, ...bare]) expect(dump.join("").includes(secret)).toBe(false);
});

test("a thousand guesses at recovery codes are five evaluated ones", async () => {
  const half = await halfSignedIn();
  const statuses: number[] = [];
  for (let i = 0; i < 40; i++) {
    const recovery_code = `00000-00000-${String(i).padStart(5, "0")}`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => half.post("/login/code", { recovery_code })));
    statuses.push(...answers.map(({ status }) => status));
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(195);
});
