import { afterEach, beforeEach, expect, test } from "bun:test";
import { hashToken, newToken } from "#src/auth/token.ts";
import { sqlInsertTicket } from "#src/store/tickets.ts";
import { openApp, type TestApp } from "../support/app.ts";

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

const NEW = { new_password: "seven purple giraffes dancing", confirm_password: "seven purple giraffes dancing" };
/** Without what differs in every answer, and with the address cut off. */
const textOf = async (answer: Response) =>
  (await answer.text()).replace(/Request <code>[^<]*<\/code>|hx-\w+="[^"]*"/g, "");

async function issue(purpose: "invite" | "reset"): Promise<string> {
  const { id } = await t.addUser("bob");
  if (purpose === "invite") await t.db.run("UPDATE users SET password_hash = '' WHERE id = ?", [id]);
  const token = newToken();
  const nowMs = t.deps.clock();
  const ticket = { ticketId: hashToken(token), purpose, userId: id, nowMs, expiresAtMs: nowMs + 1000 };
  await t.db.batch([sqlInsertTicket(ticket)]);
  return `/${purpose}/${token}`;
}

test.each(["invite", "reset"] as const)(
  "a used %s link says what to do, and no more than one that never was",
  async (purpose) => {
    const path = await issue(purpose);
    expect((await t.browser().plainPost(path, NEW)).status).toBe(303);
    const used = await t.browser().get(path);
    expect(used.status).toBe(404);
    const text = await textOf(used);
    expect(text).toContain("This link no longer works");
    expect(text).toContain("ask an admin for a new");
    expect(text).toContain('href="/login"');
    expect(await textOf(await t.browser().get(`/${purpose}/${newToken()}`))).toBe(text);
    expect(await textOf(await t.browser().get(`/${purpose}/nonsense`))).toBe(text);
  },
);

test("a link that expired while its form was open says so beside the form, which stays", async () => {
  const path = await issue("reset");
  t.advance(1000);
  const answer = await t.browser().post(path, NEW);
  expect([answer.status, answer.headers.get("HX-Retarget")]).toEqual([404, "#toasts"]);
  expect(await answer.text()).toContain("ask an admin for a new link");
});

test("the setup address says that somebody is registered, or that the server prints a new one", async () => {
  const path = await t.setupPath();
  await t.addUser("ann");
  const text = await textOf(await t.browser().get(path));
  expect(text).toContain("a restart of the server prints a new address");
});
