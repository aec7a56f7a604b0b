import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createApp } from "#src/app.tsx";
import { hashToken, newToken } from "#src/auth/token.ts";
import { sqlInsertTicket } from "#src/store/tickets.ts";
import { Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

let t: TestApp;
let ann: TestUser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.addUser("ann");
});
afterEach(() => t.close());

/** The forms that set a password, and how each is reached. */
type Setter = { path: string; browser: Browser; fields: Record<string, string> };
const SETTERS: Record<string, () => Promise<Setter>> = {
  setup: async () => {
    await t.db.run("DELETE FROM users");
    return { path: await t.setupPath(), browser: t.browser(), fields: { username: "ann" } };
  },
  invitation: async () => {
    await t.db.run("UPDATE users SET password_hash = '' WHERE id = ?", [ann.id]);
    return { path: `/invite/${await ticket("invite")}`, browser: t.browser(), fields: {} };
  },
  "own reset": async () => ({
    path: "/reset",
    browser: t.browser(),
    fields: { username: "ann", code: t.codeOf(ann), recovery_code: ann.recoveryCodes[0]! },
  }),
  "reset link": async () => ({ path: `/reset/${await ticket("reset")}`, browser: t.browser(), fields: {} }),
  change: async () => ({
    path: "/account/password",
    browser: await t.signIn(ann),
    fields: { current_password: PASSWORD },
  }),
};

async function ticket(purpose: "invite" | "reset"): Promise<string> {
  const token = newToken();
  const nowMs = t.deps.clock();
  const entry = { ticketId: hashToken(token), purpose, userId: ann.id, nowMs, expiresAtMs: nowMs + 600_000 };
  await t.db.batch([sqlInsertTicket(entry)]);
  return token;
}

const storedHash = async () =>
  (await t.db.one<{ hash: string }>("SELECT password_hash AS hash FROM users WHERE username = 'ann'"))?.hash ?? null;

describe.each(Object.keys(SETTERS))("a password set by %s", (name) => {
  const BAD = [
    ...[
      "password",
      "PASSWORD1234",
      "p a s s w o r d",
      "ｐａｓｓｗｏｒｄ１",
      "p4$$w0rd!!",
      "qwertyuiop",
      "111111111111",
    ],
    ...[
      "gatehouse2026",
      "ann-gatehouse-admin",
      "short",
      "tab\tin the middle of it",
      "nul\0in the middle of it",
      "\u0085".repeat(20),
    ],
    ...["\ud800 half of a letter", "x".repeat(129), "🔑".repeat(129)],
  ];

  test("is refused when it is easy to guess, too short, too long or not typed by anybody", async () => {
    const { path, browser, fields } = await SETTERS[name]!();
    const before = await storedHash();
    for (const new_password of BAD) {
      const answer = await browser.post(path, { ...fields, new_password, confirm_password: new_password });
      expect([new_password, [400, 422].includes(answer.status)]).toEqual([new_password, true]);
      expect(await answer.text()).not.toContain(`value="${new_password}`);
    }
    expect(await storedHash()).toBe(before);
  });

  test("counts to its last byte", async () => {
    const { path, browser, fields } = await SETTERS[name]!();
    const long = "velvet otter 🔑🚪🪟🧱🪜🏠🛖🚿🪑🍽🔦🧯🪣🧹🧺 quietly";
    const answer = await browser.post(path, { ...fields, new_password: `${long}!`, confirm_password: `${long}!` });
    expect(answer.status).toBe(204);
    const hash = await storedHash();
    const fits = async (password: string) => (await t.deps.passwords.verify(password, hash)).ok;
    expect([await fits(`${long}!`), await fits(`${long}?`), await fits(long)]).toEqual([true, false, false]);
  });
});

describe("a refused sign-in", () => {
  /** What the hash threads had to do for one request. */
  async function costOf(username: string, prepare?: () => Promise<unknown>): Promise<[status: number, hashes: number]> {
    await prepare?.();
    let hashes = 0;
    const passwords = {
      ...t.deps.passwords,
      verify: (password: string, stored: string | null) => {
        hashes++;
        return t.deps.passwords.verify(password, stored);
      },
    };
    const browser = new Browser(createApp({ ...t.deps, passwords }), `198.51.100.${username.length}`);
    const { status } = await browser.post("/login", { username, password: "wrong" });
    return [status, hashes];
  }

  test("costs the same, whoever was named", async () => {
    const set = (column: string, value: string | number) =>
      t.db.run(`UPDATE users SET ${column} = ? WHERE id = ?`, [value, ann.id]);
    expect(await costOf("ann")).toEqual([401, 1]);
    expect(await costOf("nobody")).toEqual([401, 1]);
    expect(await costOf("no such name\0")).toEqual([401, 1]);
    expect(await costOf("ann", () => set("disabled_at", 1))).toEqual([401, 1]);
    expect(await costOf("ann", () => set("password_hash", ""))).toEqual([401, 1]);
    expect(await costOf("ann", () => set("password_hash", "no hash at all"))).toEqual([401, 1]);
  });

  test("costs nothing while somebody has to wait, whether the name exists or not", async () => {
    for (const username of ["ann", "nobody"]) {
      for (let i = 0; i < 5; i++) await costOf(username);
      expect(await costOf(username)).toEqual([429, 0]);
    }
  });

  test("of five megabytes costs nothing", async () => {
    const body = `username=ann&password=${"x".repeat(5_000_000)}`;
    const answer = await t.browser().send("/login", {
      method: "POST",
      body,
      headers: { Origin: "http://localhost:3000", "Content-Type": "application/x-www-form-urlencoded" },
    });
    expect(answer.status).toBe(413);
    expect(await t.db.all("SELECT attempt_key FROM attempts")).toEqual([]);
  });
});

test("characters nobody sees count: NUL, what comes after it, spaces and case", async () => {
  const stored = await t.deps.passwords.hash("ab\0cd");
  for (const other of ["ab\0xx", "ab", "ab\0cd ", " ab\0cd", "AB\0CD", "abcd"])
    expect([other, (await t.deps.passwords.verify(other, stored)).ok]).toEqual([other, false]);
  expect((await t.deps.passwords.verify("ab\0cd", stored)).ok).toBe(true);
});

test("fifty sign-ins at once leave room for everybody else", async () => {
  const browser = await t.signIn(ann);
  const storm = Array.from({ length: 50 }, (_, i) =>
    t.browser(`203.0.113.${i}`).post("/login", { username: "ann", password: "wrong" }),
  );
  const page = browser.get("/account").then(() => "page");
  const health = t
    .browser()
    .get("/healthz")
    .then(() => "health");
  expect(await Promise.race([Promise.all(storm).then(() => "storm"), page])).toBe("page");
  expect(await health).toBe("health");
  for (const answer of await Promise.all(storm)) expect([401, 429, 503]).toContain(answer.status);
});
