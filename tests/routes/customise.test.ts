import { afterEach, beforeEach, expect, test } from "bun:test";
import { defineFragment } from "#src/fragment.ts";
import { type Browser, openApp, type TestApp, type TestUser } from "../support/app.ts";
import { fragmentsOf } from "../support/fragments.ts";

const render = () => "content";
const all = {
  one: defineFragment({ title: "One", order: 1, render }),
  two: defineFragment({ title: "Two", order: 2, render }),
  three: defineFragment({ title: "Three", order: 3, render }),
  admins: defineFragment({ title: "Admins", order: 4, can: (user) => user.role === "admin", render }),
};

let t: TestApp;
let ann: TestUser;
let browser: Browser;

beforeEach(async () => {
  t = await openApp({ fragments: fragmentsOf(all) });
  ann = await t.addUser("ann");
  browser = await t.signIn(ann);
});
afterEach(() => t.close());

/** The cards of the dashboard, in their order. */
async function cards(visitor = browser): Promise<string[]> {
  const page = await (await visitor.get("/")).text();
  return [...page.matchAll(/id="fragment-([a-z]+)"/g)].map(([, name = ""]) => name);
}

/** Presses a button of the page as it is now: its hidden fields go with it. */
async function press(act: string, visitor = browser): Promise<Response> {
  const page = await (await visitor.get("/customise")).text();
  expect(page).toContain(`value="${act}"`);
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "";
  return visitor.plainPost("/customise", { order: field("order"), hidden: field("hidden"), act });
}

test("panels stand in the house's order until a person moves one", async () => {
  expect(await cards()).toEqual(["one", "two", "three"]);
  const answer = await press("up three");
  expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/customise"]);
  expect(await cards()).toEqual(["one", "three", "two"]);
  await press("down one");
  expect(await cards()).toEqual(["three", "one", "two"]);
  await press("up three");
  expect(await cards()).toEqual(["three", "one", "two"]);
});

test("a hidden panel is no card, but its page and menu entry stay", async () => {
  await press("hide two");
  expect(await cards()).toEqual(["one", "three"]);
  expect((await browser.get("/fragments/two")).status).toBe(200);
  expect(await (await browser.get("/")).text()).toContain('<a href="/fragments/two"');
  await press("show two");
  expect(await cards()).toEqual(["one", "two", "three"]);
});

test("one button brings the usual order back", async () => {
  await press("hide two");
  await press("reset");
  expect(await cards()).toEqual(["one", "two", "three"]);
  expect(await t.db.one("SELECT user_id FROM fragment_layouts")).toBeNull();
});

test("the order is one's own, and is kept for the next sign-in", async () => {
  await press("down one");
  const bob = await t.signIn(await t.addUser("bob"));
  expect(await cards(bob)).toEqual(["one", "two", "three"]);
  await browser.post("/logout");
  browser = await t.signIn(ann);
  expect(await cards()).toEqual(["two", "one", "three"]);
});

test("what was dragged is taken as it stands", async () => {
  await browser.post("/customise", { order: "three,two,one", hidden: "" });
  expect(await cards()).toEqual(["three", "two", "one"]);
});

test("names that are not the person's to use are not kept, and new panels come last", async () => {
  await browser.post("/customise", { order: "three,admins,../x,three,two", hidden: "admins,one" });
  expect(await cards()).toEqual(["three", "two"]);
  const { layout } = (await t.db.one<{ layout: string }>("SELECT layout FROM fragment_layouts"))!;
  expect(JSON.parse(layout)).toEqual({ order: ["three", "two", "one"], hidden: ["one"] });
  await t.db.run("UPDATE users SET role = 'admin' WHERE id = ?", [ann.id]);
  expect(await cards()).toEqual(["three", "two", "admins"]);
});

test("a layout that cannot be read is none", async () => {
  for (const layout of ["", "null", '{"order":1,"hidden":[]}', "[[[["]) {
    await t.db.run("DELETE FROM fragment_layouts");
    await t.db.run("INSERT INTO fragment_layouts (user_id, layout, changed_at) VALUES (?, ?, 0)", [ann.id, layout]);
    expect(await cards()).toEqual(["one", "two", "three"]);
  }
});

test("changes at the same moment leave one whole layout", async () => {
  const orders = ["one,two,three", "three,two,one", "two,three,one"];
  const answers = await Promise.all(orders.map((order) => browser.post("/customise", { order, hidden: "" })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(orders).toContain((await cards()).join(","));
});

test("with htmx the page comes back in place, and says that it is saved", async () => {
  const answer = await browser.post("/customise", { order: "one,two,three", hidden: "", act: "up two" });
  const part = await answer.text();
  expect(part).toStartWith('<form id="customise"');
  expect(part).toContain("Saved.");
});

test("panels that fit beside each other share their row, so that none leaves a hole", async () => {
  const sized = (size: "third" | "half" | "full") => defineFragment({ title: size, size, render });
  const widths = async (...sizes: Parameters<typeof sized>[0][]) => {
    const house = await openApp({
      fragments: fragmentsOf(Object.fromEntries(sizes.map((size, i) => [`p${i}`, sized(size)]))),
    });
    const visitor = await house.signIn(await house.addUser("bob"));
    await visitor.post("/customise", { order: sizes.map((_, i) => `p${i}`).join(","), hidden: "" });
    const page = await (await visitor.get("/")).text();
    await house.close();
    return [...page.matchAll(/data-size="([a-z]+)"/g)].map(([, size]) => size).join(" ");
  };
  expect(await widths("full", "half")).toBe("full full");
  expect(await widths("half", "half", "half")).toBe("half half full");
  expect(await widths("third", "third", "third", "third")).toBe("third third third full");
  expect(await widths("third", "third", "full")).toBe("half half full");
  expect(await widths("third", "half", "third")).toBe("half half full");
});
