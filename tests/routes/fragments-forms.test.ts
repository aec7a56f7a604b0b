import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { defineFragment, form, goTo, z } from "#src/fragment.ts";
import { type Browser, openApp, type TestApp } from "../support/app.ts";
import { fragmentsOf, PARTIAL } from "../support/fragments.ts";

const Note = z.object({ text: z.string().min(1, { error: "Write something." }).max(9) });

/** Keeps one note for each person, and shows what a fragment can answer. */
const notes = new Map<number, string>();
const all = {
  notes: defineFragment({
    title: "Notes",
    render: ({ user, query }) => `note: ${notes.get(user.id) ?? "none"}, sorted by ${query.get("sort") ?? "nothing"}`,
    routes: (r) => {
      r.get("/about/:topic", ({ params, user }) =>
        params.topic === "none" ? null : `${user.username} reads ${params.topic}`,
      );
      r.get("/away", () => goTo("/account"));
      r.get("/broken", () => {
        throw new Error("broken");
      });
      r.post(
        "/",
        form(Note, (_, errors, posted) => `<form> ${errors.text} ${posted.text}`),
        ({ user }, { text }) => {
          notes.set(user.id, text);
        },
      );
      r.post("/echo", form(Note), (_, { text }) => `you wrote ${text}`);
      r.post("/leave", form(z.object({})), () => goTo("/account"));
      r.post("/broken", form(z.object({})), () => Promise.reject(new Error("broken")));
      r.post("/slow", form(z.object({})), () => new Promise(() => {}));
    },
    timeLimit: "1s",
  }),
};

let t: TestApp;
let ann: Browser;

beforeAll(async () => {
  t = await openApp({ fragments: fragmentsOf(all) });
  ann = await t.signIn(await t.addUser("ann"));
});
afterAll(() => t.close());

describe("a page below a fragment", () => {
  test("is told what stands in the address", async () => {
    expect(await (await ann.get("/fragments/notes/about/cats", PARTIAL)).text()).toContain("ann reads cats");
  });

  test("is bare for htmx and a whole page otherwise", async () => {
    expect(await (await ann.get("/fragments/notes/about/cats", PARTIAL)).text()).not.toContain("<html");
    expect(await (await ann.get("/fragments/notes/about/cats")).text()).toContain("<!DOCTYPE html>");
  });

  test("that answers nothing is not there", async () => {
    expect((await ann.get("/fragments/notes/about/none")).status).toBe(404);
    expect((await ann.get("/fragments/notes/other")).status).toBe(404);
  });

  test("may lead on", async () => {
    expect((await ann.get("/fragments/notes/away")).headers.get("Location")).toBe("/account");
  });

  test("that fails is a box with Retry", async () => {
    const answer = await ann.get("/fragments/notes/broken", PARTIAL);
    expect([answer.status, (await answer.text()).includes("Retry")]).toEqual([500, true]);
  });
});

describe("a fragment's form", () => {
  test("that is wrong comes back with its mistake, as part and as page", async () => {
    const part = await ann.post("/fragments/notes", { text: "" });
    expect(part.status).toBe(422);
    expect(await part.text()).toBe("&lt;form&gt; Write something. ");
    const page = await ann.plainPost("/fragments/notes", { text: "far too long" });
    expect(page.status).toBe(422);
    expect(await page.text()).toContain("<!DOCTYPE html>");
  });

  test("that is done shows the fragment again: in its card, or by its address", async () => {
    const card = await ann.post("/fragments/notes", { text: "milk" });
    expect(card.headers.get("HX-Retarget")).toBe("#fragment-notes");
    expect(card.headers.get("HX-Reswap")).toBe("outerMorph");
    expect(await card.text()).toContain("note: milk");
    const plain = await ann.plainPost("/fragments/notes", { text: "eggs" });
    expect([plain.status, plain.headers.get("Location")]).toEqual([303, "/fragments/notes"]);
    expect(await (await ann.get("/fragments/notes")).text()).toContain("note: eggs");
  });

  test("may answer with a view", async () => {
    expect(await (await ann.post("/fragments/notes/echo", { text: "<b>" })).text()).toBe("you wrote &lt;b&gt;");
  });

  test("may lead on, by htmx and by plain forms", async () => {
    expect((await ann.post("/fragments/notes/leave")).headers.get("HX-Redirect")).toBe("/account");
    expect((await ann.plainPost("/fragments/notes/leave")).headers.get("Location")).toBe("/account");
  });

  test("that fails, or takes too long, is a box with request number", async () => {
    for (const path of ["broken", "slow"]) {
      const answer = await ann.post(`/fragments/notes/${path}`);
      expect([answer.status, (await answer.text()).includes("Request <code>")]).toEqual([500, true]);
    }
  });

  test("without a view for mistakes is refused with 422", async () => {
    expect((await ann.post("/fragments/notes/echo", { text: "" })).status).toBe(422);
  });

  test("from somebody else's page is refused", async () => {
    const answer = await ann.plainPost("/fragments/notes", { text: "x" }, { Origin: "https://evil.example" });
    expect(answer.status).toBe(403);
  });

  test("keeps one person's values from the next", async () => {
    const bob = await t.signIn(await t.addUser("bob"));
    expect(await (await bob.get("/fragments/notes")).text()).toContain("note: none");
  });
});

describe("a definition", () => {
  const render = () => null;
  const wrong: Record<string, () => unknown> = {
    "no title": () => defineFragment({ title: " ", render }),
    "neither render nor live": () => defineFragment({ title: "x" }),
    "a size there is not": () => defineFragment({ title: "x", render, size: "huge" as never }),
    "a height there is not": () => defineFragment({ title: "x", render, height: 5 as never }),
    "a refresh in minutes": () => defineFragment({ title: "x", render, refresh: "1m" as never }),
    "a refresh of zero": () => defineFragment({ title: "x", render, refresh: "0s" }),
    "a time limit without end": () => defineFragment({ title: "x", render, timeLimit: "61s" }),
    "an icon that is a word": () => defineFragment({ title: "x", render, icon: "chart" }),
    "can that is no function": () => defineFragment({ title: "x", render, can: "admin" as never }),
    "a path without slash": () => defineFragment({ title: "x", render, routes: (r) => r.get("a", render) }).routes,
    "a path that climbs": () => defineFragment({ title: "x", render, routes: (r) => r.get("/../a", render) }).routes,
    "a path with a wildcard": () => defineFragment({ title: "x", render, routes: (r) => r.get("/*", render) }).routes,
    "its own page twice": () => defineFragment({ title: "x", render, routes: (r) => r.get("/", render) }).routes,
    "a route twice": () =>
      defineFragment({
        ...{ title: "x", render },
        routes: (r) => {
          r.get("/a", render);
          r.get("/a", render);
        },
      }).routes,
  };
  for (const [what, define] of Object.entries(wrong))
    test(`with ${what} is refused by name`, () => expect(define).toThrow(TypeError));

  test("cannot be changed afterwards", () => {
    const fragment = defineFragment({ title: "x", render, can: () => false });
    expect(() => Object.assign(fragment, { can: () => true })).toThrow();
  });
});
