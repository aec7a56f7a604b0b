import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { defineFragment } from "#src/fragment.ts";
import { type Browser, openApp, type TestApp } from "../support/app.ts";

const render = () => "x";
const PANELS = {
  everybody: defineFragment({ title: "Weather", render }),
  admins: defineFragment({ title: "Web servers", render, can: ({ role }) => role === "admin" }),
};

let t: TestApp;
let ann: Browser;
let bob: Browser;
beforeEach(async () => {
  const usable = Object.entries(PANELS).map(([name, fragment]) => ({ name, fragment }));
  const find = (name: string) => usable.find((one) => one.name === name)?.fragment ?? null;
  t = await openApp({ fragments: { usable, faulty: [], find, failures: new Map() } });
  ann = await t.signIn(await t.addUser("ann", { role: "admin" }));
  bob = await t.signIn(await t.addUser("bob"));
});
afterEach(() => t.close());

async function found(browser: Browser, q = ""): Promise<string[]> {
  const answer = await browser.get(`/palette?q=${encodeURIComponent(q)}`, {
    "HX-Request": "true",
    "HX-Request-Type": "partial",
  });
  expect(answer.status).toBe(200);
  return [...(await answer.text()).matchAll(/href="([^"]+)"/g)].map(([, href = ""]) => href);
}

describe("the palette", () => {
  test("shows a user what the menu shows", async () => {
    expect(await found(bob)).toEqual(["/", "/account", "/customise", "/fragments/everybody"]);
    expect(await found(bob, "WEA")).toEqual(["/fragments/everybody"]);
  });

  test("shows admins their pages and panels too", async () => {
    expect(await found(ann, "we")).toEqual(["/fragments/everybody", "/fragments/admins"]);
    expect(await found(ann, "audit")).toEqual(["/admin/audit"]);
  });

  test("finds people for admins, and for nobody else", async () => {
    const carol = await t.addUser("carol");
    expect(await found(ann, "caro")).toEqual([`/admin/users/${carol.id}`]);
    expect(await found(bob, "caro")).toEqual([]);
    expect(await found(bob, "people")).toEqual([]);
  });

  test("lists at most eight people, and none before anything is typed", async () => {
    for (let n = 0; n < 10; n++) await t.addUser(`carol${n}`, { authenticator: false });
    expect(await found(ann, "carol")).toHaveLength(8);
    expect((await found(ann)).filter((href) => href.startsWith("/admin/users/"))).toEqual(["/admin/users/import"]);
  });

  test("takes any text for what it is", async () => {
    for (const q of ["%", "_", "' OR 1=1 --", "<b>", "\u{1F600}", "x".repeat(5000)])
      expect(await found(ann, q)).toEqual([]);
  });

  test("opened directly it is a page", async () => {
    expect(await (await bob.get("/palette")).text()).toContain("<title>Go to · Gatehouse</title>");
  });
});

describe("single keys", () => {
  const isOn = async (browser: Browser) => (await (await browser.get("/account")).text()).includes('data-on="true"');

  test("are on until they are switched off, for oneself alone", async () => {
    expect(await isOn(bob)).toBe(true);
    const answer = await bob.plainPost("/account/shortcuts", { shortcuts: "off" });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/account?done=appearance"]);
    expect([await isOn(bob), await isOn(ann)]).toEqual([false, true]);
    await bob.post("/account/shortcuts", { shortcuts: "on" });
    expect(await isOn(bob)).toBe(true);
  });

  test("take no other word", async () => {
    expect((await bob.post("/account/shortcuts", { shortcuts: "1" })).status).toBe(422);
    expect(await isOn(bob)).toBe(true);
  });
});
