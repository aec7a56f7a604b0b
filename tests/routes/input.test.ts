import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

const ORIGIN = { Origin: "http://localhost:3000" };
const FORM = { ...ORIGIN, "Content-Type": "application/x-www-form-urlencoded" };

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

const post = (
  browser: Browser,
  path: string,
  body: string | FormData | ReadableStream,
  headers: Record<string, string> = FORM,
) => browser.send(path, { method: "POST", body, headers });

describe("sign-in refuses, without an error of ours and without a session,", () => {
  test("fields of another type", async () => {
    await t.addUser("ann");
    const file = new FormData();
    file.set("username", new File(["ann"], "name.txt"));
    file.set("password", PASSWORD);
    const bodies: [string | FormData, Record<string, string>, number][] = [
      [`username=ann&username=bob&password=${PASSWORD}`, FORM, 422],
      ["username[x]=ann&password[$ne]=1", FORM, 422],
      ["", FORM, 422],
      [file, ORIGIN, 422],
      ['{"username":0,"password":false}', { ...ORIGIN, "Content-Type": "application/json" }, 415],
      ["username=ann&password=x", { ...ORIGIN, "Content-Type": "text/plain" }, 415],
      ["--x\r\nbroken", { ...ORIGIN, "Content-Type": "multipart/form-data; boundary=x" }, 400],
      ["x", { ...ORIGIN, "Content-Type": "multipart/form-data" }, 400],
    ];
    for (const [body, headers, status] of bodies) {
      const browser = t.browser();
      const answer = await post(browser, "/login", body, headers);
      expect(`${String(body)}: ${answer.status}`).toBe(`${String(body)}: ${status}`);
      expect(browser.cookies.size).toBe(0);
    }
    expect(t.logged()).not.toContain('"level":50');
  });

  test("what is larger than 64 KiB, whatever it says of its length", async () => {
    const large = `username=ann&password=${"x".repeat(5_000_000)}`;
    expect((await post(t.browser(), "/login", large)).status).toBe(413);
    const chunks = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 100; i++) controller.enqueue(new TextEncoder().encode("x".repeat(10_000)));
        controller.close();
      },
    });
    expect((await post(t.browser(), "/login", chunks)).status).toBe(413);
  });

  test("broken UTF-8, which would make different inputs the same", async () => {
    for (const body of ["username=%ff&password=x", "username=ann&password=%c3%28", "username=ann&password=%ed%a0%80"])
      expect((await post(t.browser(), "/login", body)).status).toBe(400);
  });

  test("names nobody can have, like names nobody has", async () => {
    for (const username of ["ann\0", "a\u200bnn", "\ufeff", "ann\n", "' OR 1=1 --", "%", "_".repeat(200)]) {
      const answer = await t.browser().post("/login", { username, password: PASSWORD });
      expect(`${JSON.stringify(username)}: ${answer.status}`).toBe(`${JSON.stringify(username)}: 401`);
    }
  });

  test("passwords that only begin like the right one", async () => {
    await t.addUser("ann");
    for (const password of [`${PASSWORD}\0`, `${PASSWORD} `, ` ${PASSWORD}`, PASSWORD.toUpperCase(), `${PASSWORD}x`])
      expect((await t.browser().post("/login", { username: "ann", password })).status).toBe(401);
  });
});

test("the same person by every spelling of the name, and one counter for all of them", async () => {
  await t.addUser("ann");
  const spellings = ["ann", "ANN", " ann ", "Ann", "ａｎｎ"];
  const browser = t.browser();
  for (const username of spellings)
    expect((await browser.post("/login", { username, password: "wrong" })).status).toBe(401);
  expect((await browser.post("/login", { username: "ann", password: PASSWORD })).status).toBe(429);
});

test("a password of 64 characters of four bytes works, and its last character counts", async () => {
  const long = "🔑".repeat(63);
  const ann = await t.addUser("ann");
  const passwordHash = await t.deps.passwords.hash(`${long}🚪`);
  await t.db.run("UPDATE users SET password_hash = ? WHERE id = ?", [passwordHash, ann.id]);
  expect((await t.browser().post("/login", { username: "ann", password: `${long}🔑` })).status).toBe(401);
  expect((await t.browser().post("/login", { username: "ann", password: `${long}🚪` })).status).toBe(204);
});

describe("the code step", () => {
  const malformed = [
    "",
    "12345",
    "1234567",
    "abcdef",
    "１２３４５６",
    "12 34",
    "0x1234",
    "-12345",
    "1e5000",
    "\0",
    "x".repeat(5000),
  ];

  test("counts whatever is no code as a wrong one", async () => {
    await t.addUser("ann");
    for (const code of malformed) {
      const browser = t.browser(`203.0.113.${malformed.indexOf(code)}`);
      await browser.post("/login", { username: "ann", password: PASSWORD });
      const answer = await browser.post("/login/code", { code });
      expect(`${code.slice(0, 9)}: ${answer.status}`).toBe(`${code.slice(0, 9)}: 401`);
    }
    const row = await t.db.one<{ failures: number }>(
      "SELECT MAX(failures) AS failures FROM attempts WHERE user_id > 0",
    );
    expect(row!.failures).toBe(malformed.length);
  });

  test("counts a code sent twice, as a file, or not at all", async () => {
    await t.addUser("ann");
    const browser = t.browser();
    await browser.post("/login", { username: "ann", password: PASSWORD });
    const file = new FormData();
    file.set("code", new File(["123456"], "code.txt"));
    expect((await post(browser, "/login/code", "code=1&code=2")).status).toBe(401);
    expect((await post(browser, "/login/code", file, ORIGIN)).status).toBe(401);
    expect((await post(browser, "/login/code", "")).status).toBe(401);
  });

  test("takes the code with spaces, as phones show it", async () => {
    const ann = await t.addUser("ann");
    const browser = t.browser();
    await browser.post("/login", { username: "ann", password: PASSWORD });
    const code = t.codeOf(ann);
    expect((await browser.post("/login/code", { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` })).status).toBe(204);
  });
});

describe("what the database holds that it should not", () => {
  test("a password hash of an unknown kind opens nothing", async () => {
    const ann = await t.addUser("ann");
    for (const hash of ["", "x", "$2x$10$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=1", "v9.zz.$2b$04$", PASSWORD]) {
      await t.db.run("UPDATE users SET password_hash = ? WHERE id = ?", [hash, ann.id]);
      const browser = t.browser(`203.0.113.${hash.length}`);
      expect((await browser.post("/login", { username: "ann", password: PASSWORD })).status).toBe(401);
    }
  });

  test("an authenticator secret that cannot be opened shuts the door, and the log says why", async () => {
    const ann = await t.addUser("ann");
    const bob = await t.addUser("bob");
    const of = async (id: number) =>
      (await t.db.one<{ s: string }>("SELECT mfa_secret AS s FROM users WHERE id = ?", [id]))!.s;
    const damaged = (await of(ann.id)).replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const secret of ["", "x", ann.secret, damaged, await of(bob.id)]) {
      await t.db.run("UPDATE users SET mfa_secret = ? WHERE id = ?", [secret, ann.id]);
      const browser = t.browser(`203.0.113.${secret.length % 200}`);
      expect((await browser.post("/login", { username: "ann", password: PASSWORD })).status).toBe(204);
      expect((await browser.post("/login/code", { code: t.codeOf(ann) })).status).toBe(401);
      expect((await browser.post("/login/code", { code: t.codeOf(bob) })).status).toBe(401);
      expect((await browser.get("/")).status).toBe(303);
    }
    expect(t.logged()).toContain("secret cannot be opened");
  });
});

test("neither passwords, codes, keys nor cookies appear in the log", async () => {
  const ann = await t.addUser("ann");
  const browser = t.browser();
  const secrets = ["wrong-canary-password", PASSWORD, t.codeOf(ann), ann.recoveryCodes[0]!, ann.secret];
  await browser.post("/login", { username: "ann", password: "wrong-canary-password" });
  await browser.post("/login", { username: "ann", password: PASSWORD });
  await browser.post("/login/code", { recovery_code: ann.recoveryCodes[0]! });
  await browser.post("/login", { username: "ann", password: PASSWORD, next: "/?canary" });
  await browser.post("/login/code", { code: t.codeOf(ann) });
  await browser.get("/fragments/account?canary=query");
  for (const secret of [...secrets, ...browser.cookies.values(), "canary"]) expect(t.logged()).not.toContain(secret);
  expect(t.logged()).toContain('"status":401');
});
