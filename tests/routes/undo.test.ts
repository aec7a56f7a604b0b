import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Browser, openApp, type TestApp, type TestUser } from "../support/app.ts";

let t: TestApp;
let ann: TestUser;
let bob: TestUser;
/** Ann, an admin, at her own browser. */
let admin: Browser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.addUser("ann", { role: "admin" });
  bob = await t.addUser("bob");
  admin = await t.signIn(ann);
});
afterEach(() => t.close());

const isOpen = async (browser: Browser) => (await browser.get("/account")).status === 200;
const events = async (event: string) => (await t.db.all("SELECT id FROM audit_log WHERE event = ?", [event])).length;

/** The newest session of this person, which is the one just opened. */
async function newestOf({ id }: TestUser): Promise<string> {
  const sql = "SELECT session_id AS id FROM user_sessions WHERE user_id = ? ORDER BY created_at DESC LIMIT 1";
  return (await t.db.one<{ id: string }>(sql, [id]))!.id;
}

/** The form behind the one "Undo" of an answer. */
function undoIn(html: string): { action: string; fields: Record<string, string>; ids: string[] } {
  const form = /<form [^>]*class="undo"[^>]*action="([^"]+)"[\s\S]*?<\/form>/.exec(html);
  if (form === null) throw new Error(`no undo in ${html.slice(0, 300)}`);
  const fields = [...form[0].matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!]);
  return {
    action: form[1]!,
    fields: Object.fromEntries(fields) as Record<string, string>,
    ids: fields.flatMap(([name, value]) => (name === "id" ? [value!] : [])),
  };
}

const WAYS = {
  "one's own": async () => {
    const other = await t.signIn(ann, t.browser("198.51.100.9"));
    const id = await newestOf(ann);
    return { other, end: (as: Browser) => as.post(`/account/sessions/${id}/end`) };
  },
  "another person's": async () => {
    const other = await t.signIn(bob);
    const session = await newestOf(bob);
    return { other, end: (as: Browser) => as.post(`/admin/users/${bob.id}/session`, { session }) };
  },
};

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])("ending %s session", (way) => {
  test("holds at once, and is undone by the button of the answer", async () => {
    const { other, end } = await WAYS[way]();
    const answer = await end(admin);
    expect(answer.status).toBe(200);
    expect(await isOpen(other)).toBe(false);
    const { action, fields } = undoIn(await answer.text());
    expect((await admin.post(action, fields)).status).toBe(200);
    expect(await isOpen(other)).toBe(true);
    expect(await events("session.end_undone")).toBe(1);
    const own = (await (await admin.get("/account")).text()).replace(/<[^>]*>/g, "");
    expect(own.includes("You ended another of your sessions.")).toBe(way === "one's own");
  });

  test("is undone without scripts too", async () => {
    const { other, end } = await WAYS[way]();
    const { action, fields } = undoIn(await (await end(admin)).text());
    const page = await admin.plainPost(action, fields);
    expect([page.status, await isOpen(other)]).toEqual([200, true]);
    expect(await page.text()).toContain("Session restored.");
  });

  test("is not undone a minute later, nor twice: the answer says so", async () => {
    const { other, end } = await WAYS[way]();
    const { action, fields } = undoIn(await (await end(admin)).text());
    t.advance(60_000);
    const late = await admin.post(action, fields);
    expect([late.status, await isOpen(other)]).toEqual([409, false]);
    expect(await late.text()).toContain("Too late: that session has ended for good.");
  });

  test("is undone by nobody else", async () => {
    const carol = await t.signIn(await t.addUser("carol", { role: "admin" }));
    const { other, end } = await WAYS[way]();
    const { action, fields } = undoIn(await (await end(admin)).text());
    expect((await carol.post(action, fields)).status).toBe(409);
    expect(await isOpen(other)).toBe(false);
  });

  test("gives access back only with a proof of who one is", async () => {
    const { other, end } = await WAYS[way]();
    const { action, fields } = undoIn(await (await end(admin)).text());
    await t.db.run("UPDATE user_sessions SET confirmed_at = 0");
    expect((await admin.post(action, fields)).status).toBe(403);
    expect(await isOpen(other)).toBe(false);
  });
});

test("without scripts the account page itself offers the undo", async () => {
  await t.signIn(ann, t.browser("198.51.100.9"));
  const id = await newestOf(ann);
  const answer = await admin.plainPost(`/account/sessions/${id}/end`);
  expect([answer.status, answer.headers.get("Location")]).toEqual([303, `/account?ended=${id}`]);
  const html = await (await admin.get(`/account?ended=${id}`)).text();
  expect(undoIn(html).action).toBe(`/account/sessions/${id}/undo`);
  expect(await (await admin.get(`/account?ended=${"%22%3E".repeat(20)}`)).text()).not.toContain('class="undo"');
});

test("the account page says that a session was ended only where that is so", async () => {
  const other = await t.signIn(ann, t.browser("198.51.100.9"));
  const bobs = await t.signIn(bob);
  const id = await newestOf(ann);
  const saysSo = async (browser: Browser) =>
    (await (await browser.get(`/account?ended=${id}`)).text()).includes('class="undo"');
  expect([await saysSo(admin), await isOpen(other)]).toEqual([false, true]);
  await admin.plainPost(`/account/sessions/${id}/end`);
  expect([await saysSo(admin), await saysSo(bobs)]).toEqual([true, false]);
  await admin.plainPost(`/account/sessions/${id}/undo`);
  expect(await saysSo(admin)).toBe(false);
  await admin.plainPost(`/account/sessions/${id}/end`);
  t.advance(60_000);
  expect(await saysSo(admin)).toBe(false);
});

test("a session is ended by its id alone: one's own is not another for a space behind it", async () => {
  const id = await newestOf(ann);
  expect((await admin.post(`/account/sessions/${id}%20/end`)).status).toBe(404);
  expect(await isOpen(admin)).toBe(true);
});

describe("disabling", () => {
  const disabledAt = async ({ id }: TestUser) =>
    (await t.db.one<{ at: number | null }>("SELECT disabled_at AS at FROM users WHERE id = ?", [id]))!.at;

  test.each(["page", "row"])("on the %s is undone by enabling; the sessions stay ended", async (place) => {
    const bobs = await t.signIn(bob);
    const how: Record<string, string> = place === "row" ? { as: "row" } : { reason: "left" };
    const { action, fields } = undoIn(await (await admin.post(`/admin/users/${bob.id}/disable`, how)).text());
    expect(await disabledAt(bob)).not.toBeNull();
    const answer = await (await admin.post(action, fields)).text();
    expect(answer).toContain("bob is enabled again. Ended sessions stay ended.");
    expect(answer).toMatch(place === "row" ? /^<hx-partial/ : /^<div id="person"/);
    expect([await disabledAt(bob), await isOpen(bobs)]).toEqual([null, false]);
  });

  test("of several is undone for exactly those whom it met", async () => {
    const carol = await t.addUser("carol");
    await admin.post(`/admin/users/${carol.id}/disable`, { reason: "left" });
    const bulk = (ids: readonly (string | number)[], fields: Record<string, string>) =>
      admin.send("/admin/users/bulk", {
        method: "POST",
        body: new URLSearchParams([...Object.entries(fields), ...ids.map((id) => ["id", String(id)])]),
        headers: { Origin: "http://localhost:3000", "HX-Request": "true", "HX-Request-Type": "partial" },
      });
    const html = await (await bulk([ann.id, bob.id, carol.id], { act: "disable", reason: "x" })).text();
    expect(html).toContain("1 person is disabled.");
    const { ids, fields } = undoIn(html);
    expect([ids, fields.act]).toEqual([[String(bob.id)], "enable"]);
    expect(await (await bulk(ids, { act: "enable" })).text()).toContain("1 person is enabled again.");
    expect([await disabledAt(bob), (await disabledAt(carol)) === null]).toEqual([null, false]);
  });
});
