import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { CONFIRMED_FOR_MS } from "#src/routes/confirm.tsx";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

let t: TestApp;
let ann: TestUser;
let bob: TestUser;
let admin: Browser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.addUser("ann", { role: "admin" });
  bob = await t.addUser("bob");
  admin = await t.signIn(ann);
});
afterEach(() => t.close());

const at = (user: TestUser, act = "") => `/admin/users/${user.id}${act && `/${act}`}`;
const userRow = (user: TestUser) => t.db.one<Record<string, unknown>>("SELECT * FROM users WHERE id = ?", [user.id]);
const linkIn = (html: string) => /data-testid="one-time-link"[^>]*>([^<]+)</.exec(html)?.[1] ?? "";
const audited = (event: string) =>
  t.db.all("SELECT actor_name, target_id, target_name, detail FROM audit_log WHERE event = ? ORDER BY id", [event]);
const isSignedIn = async (browser: Browser) => (await browser.get("/")).status === 200;
const addInvited = async (name: string) => {
  await admin.post("/admin/users", { username: name });
  const { id } = (await t.db.one<{ id: number }>("SELECT id FROM users WHERE username = ?", [name]))!;
  return { id, username: name, secret: "", recoveryCodes: [] } satisfies TestUser;
};

/** Every act, and what it is sent with; `calm` ones need no fresh proof. */
const ACTS: Record<string, { fields?: Record<string, string>; calm?: true }> = {
  role: { fields: { role: "admin" } },
  disable: { fields: { reason: "left" } },
  enable: {},
  unlock: {},
  authenticator: {},
  "reset-link": {},
  "reset-link/withdraw": { calm: true },
  invitation: {},
  "invitation/withdraw": { calm: true },
  sessions: { calm: true },
  session: { fields: { session: "0".repeat(64) }, calm: true },
  delete: { fields: { confirm_name: "bob" } },
};
const WITHOUT_ID: Record<string, { fields: Record<string, string>; calm?: true }> = {
  "/admin/users": { fields: { username: "carol3" } },
  "/admin/users/bulk": { fields: { id: "2", act: "enable" } },
  "/admin/users/import": { fields: { good: "carol3,user" } },
  "/admin/users/import/invitations.csv": { fields: { ids: "2" } },
};

describe("who may act", () => {
  /** Everything that must not change. */
  const state = async () => JSON.stringify([await t.db.all("SELECT * FROM users ORDER BY id"), await tickets()]);
  const tickets = () => t.db.all("SELECT purpose, user_id FROM tickets WHERE purpose IN ('invite', 'reset')");

  async function everyAct(browser: Browser, only = (_: { calm?: true }) => true) {
    const paths = [
      ...Object.entries(ACTS).map(([act, how]) => [at(bob, act), how] as const),
      ...Object.entries(WITHOUT_ID),
    ].filter(([, how]) => only(how));
    const answers: [string, number, string | null][] = [];
    for (const [path, { fields }] of paths) {
      const answer = await browser.post(path, fields);
      answers.push([path, answer.status, answer.headers.get("HX-Redirect")]);
    }
    return answers;
  }

  test("no stranger, nobody half signed in, no disabled person", async () => {
    const half = t.browser();
    await half.post("/login", { username: "bob", password: PASSWORD });
    const carol = await t.addUser("carol", { role: "admin" });
    const disabled = await t.signIn(carol);
    await t.db.run("UPDATE users SET disabled_at = 1 WHERE id = ?", [carol.id]);
    const before = await state();
    for (const browser of [t.browser(), half, disabled])
      for (const [path, status, to] of await everyAct(browser))
        expect([path, status, to]).toEqual([path, 401, "/login"]);
    expect(await state()).toBe(before);
  });

  test("no user", async () => {
    const user = await t.signIn(bob);
    const before = await state();
    for (const [path, status] of await everyAct(user)) expect([path, status]).toEqual([path, 403]);
    for (const page of ["/admin/users", at(bob), "/admin/users/import"])
      expect((await user.get(page)).status).toBe(403);
    expect(await state()).toBe(before);
  });

  test("no admin whose last proof is older than ten minutes, except to take power away", async () => {
    t.advance(CONFIRMED_FOR_MS + 60_000);
    const before = await state();
    for (const [path, status] of await everyAct(admin, (how) => !how.calm)) expect([path, status]).toEqual([path, 403]);
    expect(await state()).toBe(before);
    for (const [path, status] of await everyAct(admin, (how) => how.calm === true))
      expect([path, [200, 409]]).toEqual([path, expect.arrayContaining([status])]);
    await admin.post("/confirm", { password: PASSWORD });
    expect((await admin.post(at(bob, "role"), { role: "admin" })).status).toBe(200);
  });

  test("a demoted admin's open page loses its powers at the next click", async () => {
    const carol = await t.addUser("carol", { role: "admin" });
    const carols = await t.signIn(carol);
    expect((await carols.get("/admin/users")).status).toBe(200);
    await admin.post(at(carol, "role"), { role: "user" });
    expect((await carols.post(at(bob, "role"), { role: "admin" })).status).toBe(403);
    expect((await carols.get("/admin/users")).status).toBe(403);
    expect(await isSignedIn(carols)).toBe(true);
  });
});

describe("the role", () => {
  test("of a new admin begins with a new sign-in", async () => {
    const bobs = await t.signIn(bob);
    const answer = await admin.post(at(bob, "role"), { role: "admin" });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("bob is now an admin.");
    expect(await isSignedIn(bobs)).toBe(false);
    expect((await (await t.signIn(bob)).get("/admin/users")).status).toBe(200);
    expect(await audited("user.role_changed")).toEqual([
      { actor_name: "ann", target_id: bob.id, target_name: "bob", detail: '{"from":"user","to":"admin"}' },
    ]);
  });

  test("is one of two, spelled exactly", async () => {
    for (const role of ["1", "ADMIN", "admin ", "", "root"])
      expect((await admin.post(at(bob, "role"), { role })).status).toBe(422);
    expect((await userRow(bob))?.role).toBe("user");
  });

  test("that somebody has already is no change and leaves no trace", async () => {
    expect((await admin.post(at(bob, "role"), { role: "user" })).status).toBe(409);
    expect(await audited("user.role_changed")).toEqual([]);
  });
});

describe("disabling", () => {
  test("ends everything under way, and enabling brings none of it back", async () => {
    const open = await t.signIn(bob);
    const half = t.browser();
    t.advance(60_000);
    await half.post("/login", { username: "bob", password: PASSWORD });
    await admin.post(at(bob, "disable"), { reason: "left the company" });
    expect(await isSignedIn(open)).toBe(false);
    expect((await half.post("/login/code", { code: t.codeOf(bob) })).headers.get("HX-Redirect")).toBe("/login");
    expect((await t.browser().post("/login", { username: "bob", password: PASSWORD })).status).toBe(401);
    await admin.post(at(bob, "enable"));
    expect(await isSignedIn(open)).toBe(false);
    expect(await isSignedIn(await t.signIn(bob))).toBe(true);
    expect(await audited("user.disabled")).toMatchObject([{ detail: '{"reason":"left the company","until":null}' }]);
    expect(await audited("user.enabled")).toMatchObject([{ target_name: "bob" }]);
  });

  test("until a day ends by itself", async () => {
    await admin.post(at(bob, "disable"), { reason: "holiday", until: "2026-01-20" });
    expect((await t.browser().post("/login", { username: "bob", password: PASSWORD })).status).toBe(401);
    t.advance(5 * 86_400_000);
    expect(await isSignedIn(await t.signIn(bob))).toBe(true);
  });

  test("needs a reason, and a day to come", async () => {
    for (const fields of [
      {},
      { reason: "  " },
      { reason: "x".repeat(201) },
      { reason: "x", until: "2026-01-15" },
      { reason: "x", until: "2026-02-30" },
      { reason: "x", until: "9999-12-31" },
      { reason: "x", until: "tomorrow" },
    ]) {
      const answer = await admin.post(at(bob, "disable"), fields);
      expect([fields, answer.status]).toEqual([fields, 422]);
      expect(await answer.text()).toStartWith('<div id="person"');
    }
    expect((await userRow(bob))?.disabled_at).toBeNull();
  });

  test("shows a hostile reason as text", async () => {
    await admin.post(at(bob, "disable"), { reason: '<img src=x onerror="alert(1)">' });
    expect(await (await admin.get(at(bob))).text()).not.toContain("<img src=x");
  });
});

test("unlocking lifts every wait", async () => {
  const guesser = t.browser();
  for (let i = 0; i < 6; i++) await guesser.post("/login", { username: "bob", password: "wrong" });
  expect((await guesser.post("/login", { username: "bob", password: PASSWORD })).status).toBe(429);
  expect(await (await admin.get("/admin/users?status=locked")).text()).toContain(">bob<");
  expect((await admin.post(at(bob, "unlock"))).status).toBe(200);
  expect(await (await admin.get("/admin/users?status=locked")).text()).not.toContain(">bob<");
  expect((await t.browser("198.51.100.1").post("/login", { username: "bob", password: PASSWORD })).status).toBe(204);
});

test("resetting the authenticator ends the sessions and leads to a new one at the next sign-in", async () => {
  const bobs = await t.signIn(bob);
  expect((await admin.post(at(bob, "authenticator"))).status).toBe(200);
  expect(await isSignedIn(bobs)).toBe(false);
  expect(await t.db.all("SELECT * FROM recovery_codes WHERE user_id = ?", [bob.id])).toEqual([]);
  const again = t.browser();
  const answer = await again.post("/login", { username: "bob", password: PASSWORD });
  expect(answer.headers.get("HX-Redirect")).toBe("/login/enrol");
  expect(await audited("authenticator.reset")).toMatchObject([{ target_name: "bob" }]);
  expect((await admin.post(at(bob, "authenticator"))).status).toBe(409);
});

describe("a reset link", () => {
  test("is good for an hour, replaces the one before and can be withdrawn", async () => {
    const first = linkIn(await (await admin.post(at(bob, "reset-link"))).text());
    const second = linkIn(await (await admin.post(at(bob, "reset-link"))).text());
    expect(first).toStartWith("http://localhost:3000/reset/");
    expect(second).not.toBe(first);
    const tickets = () => t.db.all<{ expires_at: number }>("SELECT expires_at FROM tickets WHERE purpose = 'reset'");
    expect(await tickets()).toEqual([{ expires_at: t.deps.clock() + 3_600_000 }]);
    expect((await admin.post(at(bob, "reset-link/withdraw"))).status).toBe(200);
    expect(await tickets()).toEqual([]);
    expect((await admin.post(at(bob, "reset-link/withdraw"))).status).toBe(409);
  });

  test("is not for people who are invited or disabled", async () => {
    const carol = await addInvited("carol");
    expect((await admin.post(at(carol, "reset-link"))).status).toBe(409);
    await admin.post(at(bob, "disable"), { reason: "x" });
    expect((await admin.post(at(bob, "reset-link"))).status).toBe(409);
    expect(await t.db.all("SELECT * FROM tickets WHERE purpose = 'reset'")).toEqual([]);
  });
});

describe("an invitation", () => {
  test("issued again makes the first worthless, and withdrawn none opens", async () => {
    const carol = await addInvited("carol");
    const first = await t.db.one("SELECT ticket_id FROM tickets WHERE purpose = 'invite'");
    const path = new URL(linkIn(await (await admin.post(at(carol, "invitation"))).text())).pathname;
    expect(await t.db.all("SELECT ticket_id FROM tickets WHERE purpose = 'invite'")).not.toContainEqual(first!);
    expect((await t.browser().get(path)).status).toBe(200);
    await admin.post(at(carol, "invitation/withdraw"));
    expect((await t.browser().get(path)).status).toBe(404);
  });

  test("from a row shows its address above the list", async () => {
    const carol = await addInvited("carol");
    const html = await (await admin.post(at(carol, "invitation"), { as: "row" })).text();
    expect(html).toContain('<hx-partial hx-target="#handover"');
    expect((await t.browser().get(new URL(linkIn(html)).pathname)).status).toBe(200);
  });

  test("is not for people who have a password", async () => {
    expect((await admin.post(at(bob, "invitation"))).status).toBe(409);
  });
});

describe("sessions", () => {
  test("end one by one or all together", async () => {
    const [one, two] = [await t.signIn(bob), await t.signIn(bob)];
    const [row] = await t.db.all<{ session_id: string }>(
      "SELECT session_id FROM user_sessions WHERE user_id = ? ORDER BY created_at",
      [bob.id],
    );
    await admin.post(at(bob, "session"), { session: row!.session_id });
    expect([await isSignedIn(one), await isSignedIn(two)]).toEqual([false, true]);
    await admin.post(at(bob, "sessions"));
    expect(await isSignedIn(two)).toBe(false);
  });

  test("of somebody else do not end through this person's page", async () => {
    const carol = await t.addUser("carol");
    const carols = await t.signIn(carol);
    const row = await t.db.one<{ session_id: string }>("SELECT session_id FROM user_sessions WHERE user_id = ?", [
      carol.id,
    ]);
    expect((await admin.post(at(bob, "session"), { session: row!.session_id })).status).toBe(409);
    expect(await isSignedIn(carols)).toBe(true);
  });
});

describe("deleting", () => {
  test("needs the name, ends everything, and leaves the history", async () => {
    const bobs = await t.signIn(bob);
    expect((await admin.post(at(bob, "delete"), { confirm_name: "bo" })).status).toBe(422);
    expect(await isSignedIn(bobs)).toBe(true);
    const answer = await admin.post(at(bob, "delete"), { confirm_name: "bob" });
    expect(answer.headers.get("HX-Redirect")).toBe("/admin/users?notice=deleted");
    expect(await isSignedIn(bobs)).toBe(false);
    expect(await userRow(bob)).toBeNull();
    for (const table of ["user_sessions", "recovery_codes", "tickets", "attempts"])
      expect(await t.db.all(`SELECT * FROM ${table} WHERE user_id = ?`, [bob.id])).toEqual([]);
    expect(await audited("user.deleted")).toMatchObject([{ actor_name: "ann", target_name: "bob" }]);
    expect((await admin.get(at(bob))).status).toBe(404);
    expect((await admin.post(at(bob, "enable"))).status).toBe(404);
  });
});

describe("oneself", () => {
  test("nobody can demote, disable, delete or throw out", async () => {
    await t.addUser("carol", { role: "admin" });
    for (const [act, fields] of [
      ["role", { role: "user" }],
      ["disable", { reason: "x" }],
      ["delete", { confirm_name: "ann" }],
      ["authenticator", {}],
      ["sessions", {}],
      ["reset-link", {}],
    ] as const) {
      const answer = await admin.post(at(ann, act), fields);
      expect([act, answer.status]).toEqual([act, 409]);
      expect(await answer.text()).toMatch(/your ?(self|own)/);
    }
    expect(await isSignedIn(admin)).toBe(true);
    expect(await userRow(ann)).toMatchObject({ role: "admin", disabled_at: null });
  });

  test("one's own page offers none of it", async () => {
    const html = await (await admin.get(at(ann))).text();
    for (const act of Object.keys(ACTS)) expect(html).not.toContain(`action="${at(ann, act)}"`);
  });
});

test("the last admin who can sign in stays one, while others are disabled, invited or away for a while", async () => {
  const [carol, carol2] = [await t.addUser("carol", { role: "admin" }), await t.addUser("carol2", { role: "admin" })];
  await admin.post(at(carol, "disable"), { reason: "x", until: "2026-01-20" });
  await t.db.run("UPDATE users SET password_hash = '' WHERE id = ?", [carol2.id]);
  // Ann acts on herself through another admin's still open request: only the statement itself can refuse.
  await t.db.run("UPDATE users SET disabled_at = NULL WHERE id = ?", [carol.id]);
  const carols = await t.signIn(carol);
  await t.db.run("UPDATE users SET password_hash = '' WHERE id = ?", [carol.id]);
  for (const [act, fields] of [
    ["role", { role: "user" }],
    ["disable", { reason: "x" }],
    ["delete", { confirm_name: "ann" }],
  ] as const) {
    const answer = await carols.post(at(ann, act), fields);
    expect([act, answer.status]).toEqual([act, 409]);
    expect(await answer.text()).toContain("ann is the last admin who can sign in.");
  }
  expect(await audited("user.act_refused")).toHaveLength(3);
});

describe("an answer", () => {
  test("is a row for a row, the person's part for their page, and a page for a browser without scripts", async () => {
    const row = await (await admin.post(at(bob, "role"), { role: "admin", as: "row" })).text();
    expect(row).toStartWith(`<hx-partial hx-target="#person-${bob.id}" hx-swap="outerHTML"><tr`);
    const part = await (await admin.post(at(bob, "role"), { role: "user" })).text();
    expect(part).toStartWith('<div id="person"');
    const page = await (await admin.plainPost(at(bob, "role"), { role: "admin", as: "row" })).text();
    expect(page).toStartWith("<!DOCTYPE html>");
    expect(page).toContain("bob is now an admin.");
  });

  test("about nobody is 404", async () => {
    for (const id of ["0", "999", "abc", "1e3", "-1", "12345678901", "%00", "1;2"])
      expect([id, (await admin.get(`/admin/users/${id}`)).status]).toEqual([id, 404]);
  });
});

test("everything that can be done stands before the history, which may be long", async () => {
  const html = await (await admin.get(at(bob))).text();
  expect(html.lastIndexOf("<form", html.indexOf('id="history"'))).toBe(
    html.lastIndexOf("<form", html.indexOf("</main>")),
  );
});

test("the history tells what was done to the person, and not what they did to others", async () => {
  await admin.post(at(bob, "disable"), { reason: "left" });
  const bobs = await (await admin.get(at(bob))).text();
  const text = bobs.slice(bobs.indexOf('id="history"')).replace(/<[^>]+>/g, "");
  expect(text).toContain("ann disabled bob.");
  expect(text).toContain("left");
  const anns = await (await admin.get(at(ann))).text();
  expect(anns.replace(/<[^>]+>/g, "")).not.toContain("ann disabled bob.");
  expect(anns.replace(/<[^>]+>/g, "")).toContain("ann signed in");
});

test("the history is the last ten entries, and names nobody by a link to the page it is on", async () => {
  for (let times = 0; times < 6; times += 1) {
    await admin.post(at(bob, "role"), { role: "admin" });
    await admin.post(at(bob, "role"), { role: "user" });
  }
  const html = await (await admin.get(at(bob))).text();
  const history = html.slice(html.indexOf('id="history"'));
  const sentences = [...history.matchAll(/<span class="audit-what">(.*?)<\/span>/g)].map(([, sentence]) => sentence!);
  expect(sentences).toHaveLength(10);
  for (const sentence of sentences) expect(sentence).not.toContain("<a ");
});
