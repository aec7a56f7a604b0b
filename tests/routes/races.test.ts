import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

/* Twenty at once, one winner: what may be used once is spent in the same transaction that grants what it was for. */

const TIMES = 20;

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

/** So many browsers that have typed the right password, each with a ticket of its own. */
async function halfSignedIn(username: string, count = TIMES): Promise<Browser[]> {
  // Each from an address of its own: what is tested is the spending, not the throttle.
  const browsers = Array.from({ length: count }, (_, i) => t.browser(`203.0.113.${i + 1}`));
  for (const browser of browsers) await browser.post("/login", { username, password: PASSWORD });
  return browsers;
}

const winners = (answers: Response[]) =>
  answers.filter((answer) => answer.status === 204 || answer.status === 303).length;
const sessions = async () => (await t.db.one<{ n: number }>("SELECT COUNT(*) AS n FROM user_sessions"))!.n;

test("one code of the authenticator opens one session", async () => {
  const ann = await t.addUser("ann");
  const browsers = await halfSignedIn("ann", 19);
  const answers = await Promise.all(browsers.map((browser) => browser.post("/login/code", { code: t.codeOf(ann) })));
  expect(winners(answers)).toBe(1);
  expect(await sessions()).toBe(1);
});

test("one recovery code opens one session", async () => {
  const ann = await t.addUser("ann");
  const browsers = await halfSignedIn("ann", 19);
  const recovery_code = ann.recoveryCodes[3]!;
  const answers = await Promise.all(browsers.map((browser) => browser.post("/login/code", { recovery_code })));
  expect(winners(answers)).toBe(1);
  expect(await sessions()).toBe(1);
  const [later] = await halfSignedIn("ann", 1);
  expect((await later!.post("/login/code", { recovery_code })).status).toBe(401);
});

test("one ticket opens one session, whatever right codes come with it", async () => {
  const ann = await t.addUser("ann");
  const [browser] = await halfSignedIn("ann", 1);
  const ticket = browser!.cookies.get("ticket")!;
  const copies = Array.from({ length: 5 }, (_, i) => t.browser(`198.51.100.${i + 1}`));
  for (const copy of copies) copy.cookies.set("ticket", ticket);
  await Promise.all(copies.map((copy, i) => copy.post("/login/code", { recovery_code: ann.recoveryCodes[i]! })));
  expect(await sessions()).toBe(1);
});

test("the second step takes its person from the ticket, whatever the form says", async () => {
  const ann = await t.addUser("ann");
  const bob = await t.addUser("bob");
  const [browser] = await halfSignedIn("bob", 1);
  const answer = await browser!.post("/login/code", { code: t.codeOf(ann), username: "ann", user_id: String(ann.id) });
  expect(answer.status).toBe(401);
  await browser!.post("/login/code", { code: t.codeOf(bob), username: "ann", user_id: String(ann.id) });
  expect(await (await browser!.get("/")).text()).toContain("bob");
});

test("repeating the password step never makes guessing codes cheaper", async () => {
  await t.addUser("ann");
  const browser = t.browser();
  let evaluated = 0;
  for (let round = 0; round < 30; round++) {
    await browser.post("/login", { username: "ann", password: PASSWORD });
    for (const guess of [{ code: "000000" }, { recovery_code: "00000-00000-00000" }, { code: "000001" }, { code: "" }])
      if ((await browser.post("/login/code", guess)).status === 401) evaluated++;
  }
  expect(evaluated).toBe(5);
});

test("many addresses together get twenty guesses at one account", async () => {
  await t.addUser("ann");
  const answers: number[] = [];
  for (let i = 0; i < 30; i++)
    answers.push((await t.browser(`203.0.113.${i}`).post("/login", { username: "ann", password: "wrong" })).status);
  expect(answers.filter((status) => status === 401)).toHaveLength(20);
  expect(answers.filter((status) => status === 429)).toHaveLength(10);
});

test("one IPv6 customer is one address", async () => {
  await t.addUser("ann");
  for (let i = 0; i < 5; i++)
    await t.browser(`2001:db8:0:1::${i + 1}`).post("/login", { username: "ann", password: "wrong" });
  const same = await t.browser("2001:db8:0:1:ffff::1").post("/login", { username: "ann", password: PASSWORD });
  const other = await t.browser("2001:db8:0:2::1").post("/login", { username: "ann", password: PASSWORD });
  expect([same.status, other.status]).toEqual([429, 204]);
});

test("who is slowed down at one address signs in from another", async () => {
  const ann = await t.addUser("ann");
  for (let i = 0; i < 6; i++) await t.browser("198.51.100.1").post("/login", { username: "ann", password: "wrong" });
  await t.signIn(ann, t.browser("203.0.113.9"));
});

test("trying while blocked makes the wait no longer; failing again afterwards does", async () => {
  await t.addUser("ann");
  const browser = t.browser();
  const attempt = async () => {
    const answer = await browser.post("/login", { username: "ann", password: "wrong" });
    return answer.status === 429 ? Number(answer.headers.get("Retry-After")) : answer.status;
  };
  for (let i = 0; i < 5; i++) expect(await attempt()).toBe(401);
  t.advance(10 * 60_000);
  expect(await attempt()).toBe(300);
  expect(await attempt()).toBe(300);
  for (const waitS of [3600, 4 * 3600, 24 * 3600, 24 * 3600]) {
    t.advance(24 * 3_600_000);
    expect(await attempt()).toBe(401);
    expect(await attempt()).toBe(waitS);
  }
});

test("a complete sign-in clears what the person got wrong", async () => {
  const ann = await t.addUser("ann");
  const browser = t.browser();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) await browser.post("/login", { username: "ann", password: "wrong" });
    await t.signIn(ann, browser);
  }
});

test("unknown names are slowed down like known ones", async () => {
  await t.addUser("ann");
  const run = async (username: string, address: string) => {
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++)
      statuses.push((await t.browser(address).post("/login", { username, password: "wrong" })).status);
    return statuses;
  };
  expect(await run("nobody", "203.0.113.1")).toEqual(await run("ann", "203.0.113.2"));
});
