import { afterEach, expect, test } from "bun:test";
import { Hono } from "hono";
import { type DomPage, openPage } from "#tests/support/dom.ts";
import { Layout } from "#views/layout.tsx";

const APP = {
  name: "Gatehouse",
  outside: { css: "/outside.css", js: "/outside.js" },
  inside: { css: "/inside.css", js: "/inside.js" },
  icon: "/icon.svg",
};
const MINUTE_MS = 60_000;
const LONG = { idleMs: 30 * MINUTE_MS, lifetimeMs: 600 * MINUTE_MS, warnMs: 2 * MINUTE_MS };
const SOON = { ...LONG, idleMs: 2 * MINUTE_MS };

let page: DomPage;
afterEach(() => page.close());

type Answers = { onPage: typeof LONG; got?: typeof LONG | 401 | 503; posted?: typeof LONG };

/** A page that believes one thing, and a server that may know better. */
async function open({ onPage, got = onPage, posted = LONG }: Answers): Promise<void> {
  const app = new Hono();
  app.get("/account", (c) =>
    c.html(
      <Layout title="Account" app={APP} visitor={{ username: "ann", role: "user" }} left={onPage} path="/account">
        <p>private</p>
      </Layout>,
    ),
  );
  app.get("/session", (c) => {
    if (got === 401) return c.body(null, 401, { "HX-Redirect": "/login?next=%2Faccount" });
    return got === 503 ? c.text("away", 503) : c.json(got);
  });
  app.post("/session", (c) => c.json(posted));
  page = await openPage(app, "/account?tab=1");
  await page.settle();
}

const dialog = () => page.find<HTMLDialogElement>("#session-end");
const asked = () => page.requests.filter(({ url }) => new URL(url).pathname === "/session");

test("while there is time nothing is said and nothing asked", async () => {
  await open({ onPage: LONG });
  expect(dialog().open).toBe(false);
  expect(asked()).toEqual([]);
});

test("two minutes before the end the page says so, having asked without counting as activity", async () => {
  await open({ onPage: SOON });
  expect(dialog().open).toBe(true);
  expect(dialog().querySelector("h2")?.textContent).toBe("You will be signed out in 2 minutes");
  expect(asked().map(({ method, headers }) => [method, headers.get("X-Polling")])).toEqual([["GET", "1"]]);
});

test("what was done in another tab counts: no warning", async () => {
  await open({ onPage: SOON, got: LONG });
  expect(asked()).toHaveLength(1);
  expect(dialog().open).toBe(false);
});

test("staying is one press, and a sign of life", async () => {
  await open({ onPage: SOON });
  page.press("Stay signed in");
  await page.settle();
  expect(dialog().open).toBe(false);
  expect(asked().map(({ method, headers }) => [method, headers.get("X-Polling")])[1]).toEqual(["POST", null]);
});

test("at the end of the lifetime there is nothing to press but to close", async () => {
  await open({ onPage: { ...LONG, lifetimeMs: MINUTE_MS } });
  expect(dialog().querySelector("h2")?.textContent).toBe("You will be signed out in 1 minute");
  expect(page.find("[data-stay]").hidden).toBe(true);
  page.press("Close");
  expect(dialog().open).toBe(false);
});

test("when the session is over the page is blank and leads to sign-in and back", async () => {
  await open({ onPage: SOON, got: 401 });
  expect(page.document.body.hidden).toBe(true);
  expect(page.navigations).toEqual(["/login?next=%2Faccount"]);
});

test("also when the server is away at the end; before the end the page stays", async () => {
  await open({ onPage: SOON, got: 503 });
  expect(page.navigations).toEqual([]);
  await page.close();
  await open({ onPage: { ...SOON, idleMs: 0 }, got: 503 });
  expect(page.document.body.hidden).toBe(true);
  expect(page.navigations).toEqual(["/login?next=%2Faccount%3Ftab%3D1"]);
});

test("under a path of another app everything is asked and led to there", async () => {
  const app = new Hono();
  app.get("/gate/account", (c) => {
    const view = (
      <Layout
        title="Account"
        app={APP}
        visitor={{ username: "ann", role: "user" }}
        left={{ ...SOON, idleMs: 0 }}
        path="/"
      >
        x
      </Layout>
    );
    return c.html(String(view).replaceAll(' formaction="/', ' formaction="/gate/'));
  });
  app.get("/gate/session", (c) => c.text("away", 503));
  page = await openPage(app, "/gate/account");
  await page.settle();
  expect(page.requests.map(({ url }) => new URL(url).pathname)).toEqual(["/gate/account", "/gate/session"]);
  expect(page.navigations).toEqual(["/gate/login?next=%2Faccount"]);
});
