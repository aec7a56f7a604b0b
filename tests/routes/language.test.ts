import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type Browser, openApp, type TestApp } from "../support/app.ts";
import { MADE_UP, speakMadeUp } from "../support/made-up.tsx";

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

/** The language a whole page says it is in. */
async function languageOf(browser: Browser, path: string, wanted?: string): Promise<string | undefined> {
  const answer = await browser.get(path, wanted === undefined ? {} : { "Accept-Language": wanted });
  return /<html lang="([^"]+)"/.exec(await answer.text())?.[1];
}

describe("a stranger reads what the browser asks for:", () => {
  test.each([
    [undefined, "en"],
    ["", "en"],
    ["de", "de"],
    ["DE", "de"],
    ["de-CH", "de"],
    ["de-Latn-AT-1996", "de"],
    ["fr", "en"],
    ["fr, de;q=0.5", "de"],
    ["en;q=0.3, de;q=0.4", "de"],
    ["de;q=0.3, en-GB;q=0.4", "en"],
    ["de;q=0", "en"],
    ["fr;q=1, de;q=0, *;q=0.1", "en"],
    ["*", "en"],
    ["*, de", "en"],
    ["de;q=broken", "de"],
    ["de;q=", "de"],
    [",;,;q=1,,", "en"],
    ["den", "en"],
    ["-de", "en"],
    ["constructor", "en"],
    ["'\"><script>", "en"],
    [`${"x-".repeat(3000)}, de`, "de"],
    [Array(2000).fill("fr;q=0.9").join(","), "en"],
  ])("%j gives %s", async (wanted, code) => {
    expect(await languageOf(t.browser(), "/login", wanted)).toBe(code);
  });
});

describe("the sign-in page", () => {
  test("offers the other languages, and one that is picked stays for this browser", async () => {
    const browser = t.browser();
    expect(await (await browser.get("/login?next=/account")).text()).toContain(
      "/login?language=de&amp;next=%2Faccount",
    );
    expect(await languageOf(browser, "/login?language=de", "en")).toBe("de");
    expect(await languageOf(browser, "/reset", "en")).toBe("de");
    const ann = await t.signIn(await t.addUser("ann"), browser);
    expect(await languageOf(ann, "/account", "en")).toBe("de");
    expect(await languageOf(t.browser(), "/reset", "en")).toBe("en");
  });

  test("keeps nothing that is no language", async () => {
    for (const language of ["fr", "constructor", "de%0d%0aX: y"])
      expect((await t.browser().get(`/login?language=${language}`)).headers.getSetCookie()).toEqual([]);
  });

  test("a choice on the account page beats it", async () => {
    const ann = await t.signIn(await t.addUser("ann"));
    await ann.post("/account/appearance", { language: "en" });
    ann.cookies.set("language", "de");
    expect(await languageOf(ann, "/account", "de")).toBe("en");
  });
});

test("pages that were negotiated say so to caches, files and pages of a chosen language do not", async () => {
  const varyOf = async (browser: Browser, path: string) => (await browser.get(path)).headers.get("Vary") ?? "";
  const ann = await t.signIn(await t.addUser("ann"));
  expect(await varyOf(t.browser(), "/login")).toContain("Accept-Language");
  expect(await varyOf(ann, "/account")).toContain("Accept-Language");
  expect(await varyOf(ann, "/healthz")).not.toContain("Accept-Language");
  expect(await varyOf(t.browser(), t.deps.assets.outside.css)).not.toContain("Accept-Language");
  await ann.post("/account/appearance", { language: "de" });
  expect(await varyOf(ann, "/account")).not.toContain("Accept-Language");
});

describe("a person's choice", () => {
  test("is on the next page, whatever the browser asks for, and nobody else's", async () => {
    const ann = await t.signIn(await t.addUser("ann"));
    const bob = await t.signIn(await t.addUser("bob"));
    const answer = await ann.plainPost("/account/appearance", { language: "de" });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/account?done=appearance"]);
    expect(await languageOf(ann, "/account", "en")).toBe("de");
    expect(await languageOf(bob, "/account", "en")).toBe("en");
    expect(await (await ann.get("/account", { "Accept-Language": "en" })).text()).toMatch(/value="de" checked/);
  });

  test("goes back to what the browser says", async () => {
    const ann = await t.signIn(await t.addUser("ann"));
    await ann.post("/account/appearance", { language: "de" });
    await ann.post("/account/appearance", { language: "" });
    expect(await languageOf(ann, "/account", "en")).toBe("en");
    expect(await languageOf(ann, "/account", "de")).toBe("de");
  });

  test("is one of those there are; another one is refused, and one that is gone counts as none", async () => {
    const bob = await t.addUser("bob");
    const inside = await t.signIn(bob);
    for (const language of ["fr", "DE", "constructor", "x".repeat(40)])
      expect((await inside.post("/account/appearance", { language })).status).toBe(422);
    const silence = speakMadeUp();
    await inside.post("/account/appearance", { language: MADE_UP.code });
    expect(await languageOf(inside, "/account", "de")).toBe(MADE_UP.code);
    silence();
    expect(await languageOf(inside, "/account", "de")).toBe("de");
  });

  test("holds for parts, refused forms, panels, errors and what is below them too", async () => {
    const ann = await t.signIn(await t.addUser("ann"));
    await ann.post("/account/appearance", { language: "de" });
    const part = { "HX-Request": "true", "HX-Request-Type": "partial" };
    const wrong = { current_password: "x", new_password: "short", confirm_password: "short" };
    expect(await (await ann.post("/account/password", wrong)).text()).toContain("Mindestens 8 Zeichen");
    expect(await (await ann.get("/palette", part)).text()).toContain("Übersicht anpassen");
    expect(await (await ann.get("/fragments/account", part)).text()).toContain("Angemeldet als");
    expect(await (await ann.get("/nowhere")).text()).toContain("Hier ist nichts");
    expect(await (await ann.get("/nowhere", part)).text()).toContain("Hier ist nichts");
  });
});

test("a language from right to left turns the page", async () => {
  const silence = speakMadeUp();
  const page = await (await t.browser().get("/login", { "Accept-Language": MADE_UP.code })).text();
  silence();
  expect(page).toContain(`<html lang="${MADE_UP.code}" dir="rtl">`);
});
