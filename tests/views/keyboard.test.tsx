import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { type DomPage, openPage } from "#tests/support/dom.ts";
import { PaletteEntries } from "#views/keyboard.tsx";
import { Layout } from "#views/layout.tsx";

const APP = {
  name: "Gatehouse",
  outside: { css: "/outside.css", js: "/outside.js" },
  inside: { css: "/inside.css", js: "/inside.js" },
  icon: "/icon.svg",
};
const PLACES = ["Dashboard", "Account", "Weather"].map((title) => ({ title, href: `/${title}`, kind: "Page" }));

let page: DomPage;
afterEach(() => page.close());

type Who = { role?: "admin" | "user"; shortcuts?: boolean };

async function open({ role = "user", shortcuts = true }: Who = {}): Promise<void> {
  const app = new Hono();
  app.get("/account", (c) =>
    c.html(
      <Layout title="Account" app={APP} visitor={{ username: "ann", role, shortcuts }} path="/account">
        <input id="typed" />
        <button type="button" id="pressed">
          x
        </button>
      </Layout>,
    ),
  );
  app.get("/palette", (c) => {
    const q = (c.req.query("q") ?? "").toLowerCase();
    return c.html(<PaletteEntries q={q} entries={PLACES.filter(({ title }) => title.toLowerCase().includes(q))} />);
  });
  page = await openPage(app, "/account");
}

function key(name: string, init: KeyboardEventInit = {}, at: Element = page.document.body): Event {
  const event = new page.window.KeyboardEvent("keydown", {
    ...(init as object),
    key: name,
    bubbles: true,
    cancelable: true,
  }) as unknown as Event;
  at.dispatchEvent(event);
  return event;
}
const isOpen = (id: string) => page.find<HTMLDialogElement>(`#${id}`).open;
const chosen = () => page.document.querySelector('#palette-list > [aria-selected="true"]')?.textContent;
const search = () => page.find<HTMLInputElement>("#palette-q");

describe("single keys", () => {
  test("? lists the keys there are, with an admin's for admins alone", async () => {
    await open();
    key("?");
    expect(isOpen("shortcuts")).toBe(true);
    expect(page.document.querySelectorAll("[data-jump=p]")).toHaveLength(0);
    page.press("Close");
    expect(isOpen("shortcuts")).toBe(false);
  });

  test("g and a letter go somewhere; a letter alone, or an unknown one, does not", async () => {
    await open({ role: "admin" });
    for (const one of ["d", "g", "x", "d", "g", "d", "g", "a", "g", "p"]) key(one);
    expect(page.navigations).toEqual(["/", "/account", "/admin/users"]);
  });

  test("do nothing while somebody types, with another key held, or in a dialog", async () => {
    await open();
    for (const one of ["?", "g", "d"]) key(one, {}, page.find("#typed"));
    for (const held of [{ altKey: true }, { ctrlKey: true }, { metaKey: true }]) key("?", held);
    expect([isOpen("shortcuts"), page.navigations]).toEqual([false, []]);
    key("?");
    for (const one of ["g", "d"]) key(one);
    expect(page.navigations).toEqual([]);
  });

  test("do nothing where they are switched off", async () => {
    await open({ shortcuts: false });
    for (const one of ["?", "g", "d"]) key(one);
    expect([isOpen("shortcuts"), page.navigations]).toEqual([false, []]);
    key("k", { ctrlKey: true });
    expect(isOpen("palette")).toBe(true);
  });
});

describe("the palette", () => {
  beforeEach(async () => {
    await open();
    page.find("#pressed").focus();
  });

  for (const held of ["ctrlKey", "metaKey"])
    test(`opens with ${held} and K, also out of a field, with everything there is`, async () => {
      expect(key("k", { [held]: true }, page.find("#typed")).defaultPrevented).toBe(true);
      await page.settle();
      expect(isOpen("palette")).toBe(true);
      expect(page.document.activeElement?.id).toBe("palette-q");
      expect(page.document.querySelectorAll("#palette-list > [role=option]")).toHaveLength(3);
      expect(chosen()).toBe("DashboardPage");
      expect(search().getAttribute("aria-activedescendant")).toBe("palette-0");
    });

  test("arrows choose, round and round, and Enter goes there", async () => {
    key("k", { ctrlKey: true });
    await page.settle();
    for (const one of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"]) key(one, {}, search());
    expect(chosen()).toBe("WeatherPage");
    expect(search().getAttribute("aria-activedescendant")).toBe("palette-2");
    key("Enter", {}, search());
    expect(page.navigations).toEqual(["/Weather"]);
  });

  test("Enter before the answer is for the answer, not for what was there before", async () => {
    key("k", { ctrlKey: true });
    await page.settle();
    page.fill("q", "wea");
    key("Enter", {}, search());
    expect(page.navigations).toEqual([]);
    await Bun.sleep(150);
    await page.settle();
    expect(page.navigations).toEqual(["/Weather"]);
  });

  test("asks the server for what is typed; the first that is found is chosen", async () => {
    key("k", { ctrlKey: true });
    await page.settle();
    page.fill("q", "acc");
    await Bun.sleep(150);
    await page.settle();
    expect(chosen()).toBe("AccountPage");
    expect(page.requests.map(({ url }) => new URL(url).search).at(-1)).toBe("?q=acc");
  });
});
