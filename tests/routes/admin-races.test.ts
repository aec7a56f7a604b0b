import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Browser, openApp, type TestApp, type TestUser } from "../support/app.ts";

const ROUNDS = 30;
const LIMIT_MS = 60_000;

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

/** Two admins act against each other at the same moment, thirty times; each time one of them must be left. */
describe("of two admins who act against each other at once, one stays", () => {
  const demote = (browser: Browser, user: TestUser) => browser.post(`/admin/users/${user.id}/role`, { role: "user" });
  const disable = (browser: Browser, user: TestUser) =>
    browser.post(`/admin/users/${user.id}/disable`, { reason: "x" });
  const remove = (browser: Browser, user: TestUser) =>
    browser.post(`/admin/users/${user.id}/delete`, { confirm_name: user.username });
  const several = (browser: Browser, user: TestUser) =>
    browser.post("/admin/users/bulk", { id: String(user.id), act: "user" });

  for (const [name, first, second] of [
    ["demote, demote", demote, demote],
    ["demote, disable", demote, disable],
    ["delete, disable", remove, disable],
    ["several, delete", several, remove],
  ] as const) {
    test(
      name,
      async () => {
        for (let round = 0; round < ROUNDS; round++) {
          const [ann, bob] = await twoAdmins(round);
          const [anns, bobs] = [await t.signIn(ann), await t.signIn(bob)];
          // Turn about, so that the one who is heard first is not always the same.
          if (round % 2) await Promise.all([first(anns, bob), second(bobs, ann)]);
          else await Promise.all([second(bobs, ann), first(anns, bob)]);
          expect([round, await adminsLeft()]).toEqual([round, 1]);
          await t.db.run("DELETE FROM users");
        }
      },
      LIMIT_MS,
    );
  }

  async function twoAdmins(round: number): Promise<[TestUser, TestUser]> {
    const role = "admin";
    return [await t.addUser(`ann${round}`, { role }), await t.addUser(`bob${round}`, { role })];
  }
});

test(
  "who has just lost the role takes it from nobody any more, even where others stay",
  async () => {
    await t.addUser("carol", { role: "admin" });
    for (let round = 0; round < ROUNDS; round++) {
      const [ann, bob] = [
        await t.addUser(`ann${round}`, { role: "admin" }),
        await t.addUser(`bob${round}`, { role: "admin" }),
      ];
      const [anns, bobs] = [await t.signIn(ann), await t.signIn(bob)];
      await Promise.all([
        anns.post(`/admin/users/${bob.id}/role`, { role: "user" }),
        bobs.post(`/admin/users/${ann.id}/role`, { role: "user" }),
      ]);
      expect([round, await adminsLeft()]).toEqual([round, 2]);
      await t.db.run("DELETE FROM users WHERE username <> 'carol'");
    }
  },
  LIMIT_MS,
);

async function adminsLeft(): Promise<number> {
  const sql =
    "SELECT COUNT(*) AS admins FROM users WHERE role = 'admin' AND disabled_at IS NULL AND password_hash <> ''";
  return (await t.db.one<{ admins: number }>(sql))!.admins;
}
