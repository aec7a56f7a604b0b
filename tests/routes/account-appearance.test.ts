import { afterEach, beforeEach, expect, test } from "bun:test";
import { type Browser, openApp, type TestApp } from "../support/app.ts";

let t: TestApp;
let ann: Browser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.signIn(await t.addUser("ann"));
});
afterEach(() => t.close());

const pageOf = async (browser: Browser, path = "/account") => (await browser.get(path)).text();
const SYSTEM = '<html lang="en"><head><meta charset="utf-8"/>';

test("the system decides until somebody chooses", async () => {
  const page = await pageOf(ann);
  expect(page).toContain(SYSTEM);
  expect(page).toContain('<meta name="color-scheme" content="light dark"/>');
});

for (const theme of ["light", "dark"])
  test(`${theme} is on the next page, with and without scripts, and nobody else's`, async () => {
    const bob = await t.signIn(await t.addUser("bob"));
    const answer = await ann.plainPost("/account/appearance", { theme });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/account?done=appearance"]);
    const page = await pageOf(ann);
    expect(page).toContain(`<html lang="en" data-theme="${theme}">`);
    expect(page).toContain(`<meta name="color-scheme" content="${theme}"/>`);
    expect(page).toMatch(new RegExp(`value="${theme}" checked`));
    expect(await pageOf(bob)).toContain(SYSTEM);
  });

test("it goes with the person to another browser, and back to the system", async () => {
  const carol = await t.addUser("carol");
  ann = await t.signIn(carol);
  const elsewhere = await t.signIn(carol);
  expect((await ann.post("/account/appearance", { theme: "dark" })).headers.get("HX-Redirect")).toBe(
    "/account?done=appearance",
  );
  expect(await pageOf(elsewhere)).toContain('data-theme="dark"');
  await ann.post("/account/appearance", { theme: "system" });
  expect(await pageOf(elsewhere)).toContain(SYSTEM);
});

test("theme and language are chosen together, and what is left out stays", async () => {
  await ann.post("/account/appearance", { theme: "dark", language: "de" });
  expect(await pageOf(ann)).toContain('<html lang="de" data-theme="dark">');
  await ann.post("/account/appearance", { theme: "light" });
  expect(await pageOf(ann)).toContain('<html lang="de" data-theme="light">');
});

test("anything else is refused and changes nothing", async () => {
  await ann.post("/account/appearance", { theme: "dark" });
  for (const theme of ["", "pink", 'dark" onload="x'])
    expect((await ann.post("/account/appearance", { theme })).status).toBe(422);
  expect(await pageOf(ann)).toContain('data-theme="dark"');
});

test("a stranger's pages are as the system has it", async () => {
  await ann.post("/account/appearance", { theme: "dark" });
  expect(await pageOf(t.browser(), "/login")).toContain(SYSTEM);
});
