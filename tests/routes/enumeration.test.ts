import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

/*
 * What a stranger gets back says nothing about whether a name exists, has an authenticator or may sign in: compared are
 * status, headers, cookies and every byte of the body. How long it takes: tests/timing/.
 */

/** All of the same length, so that also `Content-Length` has to be equal. */
const PEOPLE = {
  "an unknown username": "nobody",
  "somebody with authenticator": "annann",
  "somebody without": "bobbob",
  "somebody invited, without a password": "dandan",
  "somebody disabled": "carol1",
} as const;

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
  await t.addUser("annann");
  await t.addUser("bobbob", { authenticator: false });
  const invited = await t.addUser("dandan", { authenticator: false });
  await t.db.run("UPDATE users SET password_hash = '' WHERE id = ?", [invited.id]);
  const disabled = await t.addUser("carol1");
  await t.db.run("UPDATE users SET disabled_at = 1 WHERE id = ?", [disabled.id]);
});
afterEach(() => t.close());

/** Different for every request, whoever is named. */
const masked = (text: string, username: string) =>
  text.replaceAll(username, "NAME").replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "REQUEST");

async function shown(answer: Response, username: string) {
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${masked(value, username)}`).sort();
  return {
    status: answer.status,
    headers,
    cookies: answer.headers.getSetCookie(),
    body: masked(await answer.text(), username),
  };
}

type Ask = (browser: Browser, username: string) => Promise<Response>;
const NEW_PASSWORD = { new_password: "seven purple giraffes", confirm_password: "seven purple giraffes" };
const RECOVERY = "AAAAA-BBBBB-CCCCC";

const ASKS: Record<string, Ask> = {
  "sign-in": (browser, username) => browser.post("/login", { username, password: "wrong" }),
  "sign-in by a plain form": (browser, username) => browser.plainPost("/login", { username, password: "wrong" }),
  reset: (browser, username) =>
    browser.post("/reset", { username, code: "000000", recovery_code: RECOVERY, ...NEW_PASSWORD }),
  "reset by a plain form": (browser, username) =>
    browser.plainPost("/reset", { username, code: "000000", recovery_code: RECOVERY, ...NEW_PASSWORD }),
  "reset with nonsense": (browser, username) =>
    browser.post("/reset", { username, code: "", recovery_code: "?", ...NEW_PASSWORD }),
  "reset with a weak password": (browser, username) =>
    browser.post("/reset", { username, code: "000000", recovery_code: RECOVERY, new_password: "iloveyou1" }),
};

for (const [name, ask] of Object.entries(ASKS))
  describe(name, () => {
    test("answers the same whoever is named", async () => {
      const expected = await shown(await ask(t.browser(), PEOPLE["an unknown username"]), "nobody");
      expect(expected.status).toBeGreaterThanOrEqual(400);
      expect(expected.cookies).toEqual([]);
      for (const [who, username] of Object.entries(PEOPLE))
        expect([who, await shown(await ask(t.browser(), username), username)]).toEqual([who, expected]);
    });

    test("answers the same when there were too many tries", async () => {
      const answers: unknown[] = [];
      for (const [i, username] of Object.values(PEOPLE).entries()) {
        const browser = t.browser(`203.0.113.${i + 1}`);
        const statuses: number[] = [];
        for (let tries = 0; tries < 6; tries++) statuses.push((await ask(browser, username)).status);
        answers.push([statuses, await shown(await ask(browser, username), username)]);
      }
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });
  });

test("a right password of somebody disabled is answered like a wrong one", async () => {
  const wrong = await shown(await t.browser().post("/login", { username: "nobody", password: PASSWORD }), "nobody");
  const right = await shown(await t.browser().post("/login", { username: "carol1", password: PASSWORD }), "carol1");
  expect(right).toEqual(wrong);
});
