import { afterEach, beforeEach, expect, test } from "bun:test";
import { defineFragment } from "#src/fragment.ts";
import { type Browser, openApp, type TestApp } from "../support/app.ts";
import { fragmentsOf, PARTIAL } from "../support/fragments.ts";

const MINUTE_MS = 60_000;
const all = {
  pulse: defineFragment({ title: "Pulse", refresh: "30s", render: () => "still beating" }),
  stream: defineFragment({
    title: "Stream",
    live: async function* () {
      yield "flowing";
    },
  }),
};

let t: TestApp;
let ann: Browser;

beforeEach(async () => {
  t = await openApp({ fragments: fragmentsOf(all) });
  ann = await t.signIn(await t.addUser("ann"));
});
afterEach(() => t.close());

/** What the page itself says its requests carry: the attributes are read from the card, not known beforehand. */
async function cardHeaders(mark: string): Promise<Record<string, string>> {
  const page = await (await ann.get("/")).text();
  const tag = page.match(new RegExp(`<div id="${mark}"[^>]*>`))?.[0] ?? "";
  const headers = /hx-headers="([^"]*)"/.exec(tag)?.[1] ?? "{}";
  return { ...PARTIAL, ...JSON.parse(headers.replaceAll("&quot;", '"')) };
}

const isSignedIn = async () => (await ann.get("/fragments/pulse", PARTIAL)).status === 200;

test("a card that refreshes itself keeps nobody signed in", async () => {
  const headers = await cardHeaders("fragment-pulse");
  for (let i = 0; i < 6; i++) {
    t.advance(5 * MINUTE_MS);
    await ann.get("/fragments/pulse", headers);
  }
  expect((await ann.get("/fragments/pulse", headers)).status).toBe(401);
  expect(await isSignedIn()).toBe(false);
});

test("neither does the stream, however often it comes back", async () => {
  const headers = await cardHeaders("live");
  for (let i = 0; i < 6; i++) {
    t.advance(5 * MINUTE_MS);
    await (await ann.get("/live?of=stream", headers)).body?.cancel();
  }
  expect(await isSignedIn()).toBe(false);
});

test("a person who clicks does", async () => {
  for (let i = 0; i < 8; i++) {
    t.advance(5 * MINUTE_MS);
    expect(await isSignedIn()).toBe(true);
  }
});

test("the refreshed card goes on refreshing, at the address that was asked", async () => {
  const card = await (await ann.get("/fragments/pulse?t-sort=-name", PARTIAL)).text();
  expect(card).toContain('hx-get="/fragments/pulse?t-sort=-name"');
  expect(card).toContain('hx-trigger="every 30s"');
});
