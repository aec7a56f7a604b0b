import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openBrowser, Visit } from "#tests/support/browser.ts";
import { writeFragments } from "#tests/support/fragments.ts";
import { createFirstAdmin, expectSignInPage } from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";
import { eventually } from "#tests/support/wait.ts";

const LIMIT_MS = 60_000;
const AXE = resolve(import.meta.dirname, "../../node_modules/axe-core/axe.min.js");

const MANY = Object.fromEntries(
  Array.from({ length: 30 }, (_, i) => [
    `panel-${i}`,
    `export default defineFragment({ title: "Panel ${i}", render: async () => { await Bun.sleep(200); return <p>content of ${i}</p>; } });`,
  ]),
);

const SAMPLES = {
  clock: `export default defineFragment({ title: "Clock", order: 1, live: async function* ({ every }) {
    let i = 0;
    for await (const _ of every("1s")) yield <form><label for="typed">Typed</label><input id="typed" /><p>tick {i++}</p></form>;
  } });`,
  refreshed: `let times = 0; const rows = ["b", "c", "a"].map((name) => ({ name }));
  export default defineFragment({ title: "Refreshed", order: 2, refresh: "1s", render: async (context) => (await Bun.sleep(context.query.size > 0 ? 0 : 400), <>
    <p>asked {++times} times</p><details><summary>More</summary><p>unfolded</p></details>
    <Table context={context} title="Rows" rows={rows} columns={[{ key: "name", title: "Name" }]} /></>) });`,
  flaky: `export default defineFragment({ title: "Flaky", order: 3, render: async ({ db }) => {
    if ((await db.one("SELECT user_id FROM fragment_layouts")) === null) throw new Error("x");
    return <p>mended</p>; } });`,
  writing: `let text = "nothing yet"; const Text = z.object({ text: z.string().min(3, { error: "Too short." }) });
  const Write = ({ context, errors = {}, posted = {} }) => <Form context={context} submit="Keep">
    <TextField context={context} name="text" label="Text" value={posted.text} error={errors.text} /></Form>;
  export default defineFragment({ title: "Writing", order: 4, refresh: "1s", render: (context) => <><p>kept: {text}</p><Write context={context} /></>,
    routes: (r) => { r.post("/", form(Text, (context, errors, posted) => <Write {...{ context, errors, posted }} />),
      (_, values) => { text = values.text; }); } });`,
};
const KIT = `import { Form, Table, TextField } from "#views/kit/index.ts";`;

/** What the samples do on purpose. */
const EXPECTED = /flaky|status of 500|SSE reconnect failed with status 401/;

let browser: Browser;
let server: RunningGatehouse;
let visit: Visit;
/** The admin's cookies, for tests that share a server. */
let signedIn: Awaited<ReturnType<Visit["context"]["storageState"]>>;

beforeAll(async () => {
  browser = await openBrowser();
}, LIMIT_MS);
afterAll(() => browser?.close());
afterEach(() => visit?.end());

const samples = await writeFragments(SAMPLES, KIT);
const many = await writeFragments(MANY);

async function start(fragmentsDir: string, program?: string[]): Promise<void> {
  server = await startGatehouse({ FRAGMENTS_DIR: fragmentsDir }, program);
  visit = await Visit.begin(browser);
  await createFirstAdmin(visit, server);
  signedIn = await visit.context.storageState();
  await visit.end();
}

async function open(path = "/", options: Parameters<typeof Visit.begin>[1] = {}): Promise<Page> {
  visit = await Visit.begin(browser, { ...options, storageState: signedIn });
  await visit.page.goto(server.url + path);
  return visit.page;
}

const card = (page: Page, name: string) => page.locator(`#fragment-${name}`);

describe("thirty panels", () => {
  beforeAll(() => start(many), LIMIT_MS);
  afterAll(() => server.stop(), LIMIT_MS);

  test(
    "load at the same time, each by itself",
    async () => {
      const page = await open("/healthz");
      const asked: string[] = [];
      page.on("request", (request) => request.url().includes("/fragments/") && asked.push(request.url()));
      const startedMs = performance.now();
      await page.goto(server.url);
      for (let i = 0; i < 30; i++) await page.getByText(`content of ${i}`, { exact: true }).waitFor();
      expect(asked).toHaveLength(30);
      // One after the other would take 6 seconds of their own waiting alone.
      expect(performance.now() - startedMs).toBeLessThan(4000);
      visit.expectClean();
    },
    LIMIT_MS,
  );
});

describe("a card", () => {
  beforeAll(() => start(samples), LIMIT_MS);

  test(
    "stays as it is while it refreshes: sorted, unfolded, at its place",
    async () => {
      const page = await open();
      const body = card(page, "refreshed");
      await body.getByText("More").click();
      // Clicked while a refresh is under way, which must not undo it.
      await page.waitForRequest((request) => request.url().endsWith("/fragments/refreshed"));
      await body.getByRole("link", { name: "Name" }).click();
      await body.locator("[aria-sort=ascending]").waitFor();
      const box = await body.boundingBox();
      const before = Number(/\d+/.exec(await body.locator("p").first().innerText())?.[0]);
      await eventually(async () => {
        const now = Number(/\d+/.exec(await body.locator("p").first().innerText())?.[0]);
        if (now < before + 2) throw new Error("not refreshed yet");
      });
      expect(await body.locator("td").allInnerTexts()).toEqual(["a", "b", "c"]);
      expect(await body.getByText("unfolded").isVisible()).toBe(true);
      expect(await body.getByRole("link", { name: "Name" }).evaluate((link) => link === document.activeElement)).toBe(
        true,
      );
      expect(await body.boundingBox()).toEqual(box);
    },
    LIMIT_MS,
  );

  test(
    "that failed offers Retry and does not touch its neighbours",
    async () => {
      const page = await open();
      await page.getByText("Flaky could not be shown.").waitFor();
      await page.getByText("kept: nothing yet").waitFor();
      await server.sql("INSERT INTO fragment_layouts (user_id, layout, changed_at) VALUES (1, '', 0)");
      await card(page, "flaky").getByRole("link", { name: "Retry" }).click();
      await page.getByText("mended").waitFor();
      expect(new URL(page.url()).pathname).toBe("/");
    },
    LIMIT_MS,
  );

  for (const scripts of [true, false]) {
    test(
      `has forms that work ${scripts ? "in their place" : "without JavaScript"}`,
      async () => {
        const page = await open(scripts ? "/" : "/fragments/writing", { scripts });
        await page.getByLabel("Text").fill("ab");
        await page.getByRole("button", { name: "Keep" }).click();
        await page.getByText("Too short.").waitFor();
        if (scripts) {
          // Two refreshes of the neighbour later the card still waits for the person.
          for (let i = 0; i < 2; i++) await page.waitForResponse((answer) => answer.url().includes("/refreshed"));
          expect(await page.getByLabel("Text").inputValue()).toBe("ab");
          expect(await page.getByText("Too short.").isVisible()).toBe(true);
        }
        await page.getByLabel("Text").fill("abc");
        await page.getByRole("button", { name: "Keep" }).click();
        await page.getByText("kept: abc").waitFor();
        expect(new URL(page.url()).pathname).toBe(scripts ? "/" : "/fragments/writing");
      },
      LIMIT_MS,
    );
  }
  test(
    "that is live changes without taking focus or what is being typed",
    async () => {
      const page = await open();
      const body = card(page, "clock");
      await body.getByText(/tick [2-9]/).waitFor();
      const field = body.getByLabel("Typed");
      await field.pressSequentially("hello");
      const tick = await body.locator("p").innerText();
      await eventually(async () => {
        if ((await body.locator("p").innerText()) === tick) throw new Error("no tick yet");
      });
      expect(await field.inputValue()).toBe("hello");
      expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
    },
    LIMIT_MS,
  );
});

describe("a person's own order", () => {
  beforeEach(() => server.sql("DELETE FROM fragment_layouts"));

  const titles = (page: Page) => page.locator(".card h2").allInnerTexts();

  for (const scripts of [true, false]) {
    test(
      `is made with the keyboard${scripts ? "" : ", also without JavaScript"}`,
      async () => {
        const page = await open("/", { scripts });
        await page.getByRole("link", { name: "Customise" }).press("Enter");
        const up = page.getByRole("button", { name: "Move Writing up" });
        const first = page.locator(".place").first();
        for (const above of ["Flaky", "Refreshed", "Clock"]) {
          await up.press("Enter");
          await page.locator(".place", { hasText: "Writing" }).locator("+ .place", { hasText: above }).waitFor();
          if (scripts) expect(await up.evaluate((button) => button === document.activeElement)).toBe(true);
        }
        expect(await first.innerText()).toContain("Writing");
        await page.getByRole("button", { name: "Hide Refreshed" }).press("Enter");
        await page.getByRole("button", { name: "Show Refreshed" }).waitFor();
        await page.getByRole("link", { name: "Done" }).press("Enter");
        await page.getByRole("heading", { name: "Dashboard" }).waitFor();
        expect(await titles(page)).toEqual(["Writing", "Clock", "Flaky"]);
      },
      LIMIT_MS,
    );
  }

  test(
    "is made with the mouse",
    async () => {
      const page = await open();
      await page.goto(`${server.url}/customise`);
      const saved = page.waitForResponse((answer) => answer.request().method() === "POST");
      await page.locator("#place-writing").dragTo(page.locator("#place-clock"), { targetPosition: { x: 60, y: 4 } });
      expect((await saved).status()).toBe(200);
      await page.goto(server.url);
      expect((await titles(page))[0]).toBe("Writing");
      visit.expectClean(EXPECTED);
    },
    LIMIT_MS,
  );
});

describe("a live card", () => {
  afterAll(() => server.stop(), LIMIT_MS);

  test(
    "ends with the session: signing out in one window leads the other to the sign-in page",
    async () => {
      const page = await open("/fragments/clock");
      // Nothing else on this page asks the server again.
      await card(page, "clock").getByText(/tick/).waitFor();
      await server.sql("DELETE FROM user_sessions");
      await expectSignInPage(visit);
      visit.expectClean(EXPECTED);
    },
    LIMIT_MS,
  );
});

describe("the house's own panels", () => {
  beforeAll(() => start("src/fragments"), LIMIT_MS);
  afterAll(() => server.stop(), LIMIT_MS);

  test(
    "the kit is readable for everybody, in light and dark and on a phone",
    async () => {
      const page = await open("/", { reducedMotion: "reduce" });
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        for (const path of ["/", "/customise", ...["figures", "charts", "table", "form", "job", "words"].map(tab)]) {
          await page.goto(server.url + path);
          await page.waitForFunction(() => document.querySelector(".skeleton") === null);
          await page.evaluate(await Bun.file(AXE).text());
          const found = await page.evaluate(async () => {
            type Axe = { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
            const { axe } = globalThis as unknown as { axe: Axe };
            return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
          });
          expect({ colorScheme, path, found }).toEqual({ colorScheme, path, found: [] });
        }
      }
      await page.setViewportSize({ width: 360, height: 800 });
      for (const path of ["/", "/customise", tab("charts"), tab("table")]) {
        await page.goto(server.url + path);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        expect({ path, wide }).toEqual({ path, wide: false });
      }
      visit.expectClean();
    },
    LIMIT_MS,
  );

  const tab = (name: string) => `/fragments/kitchen-sink?tab=${name}`;

  test(
    "a job shows how far it is while it runs",
    async () => {
      const page = await open(tab("job"));
      await page.getByRole("button", { name: "Start the job" }).click();
      await page.getByText("100 %").waitFor();
      visit.expectClean();
    },
    LIMIT_MS,
  );
});

test(
  "while developing, the open page shows a new panel by itself, and one that is deleted goes",
  async () => {
    const folder = await writeFragments({ first: MANY["panel-0"] ?? "" });
    await start(folder, ["src/dev.ts"]);
    const page = await open();
    await writeFragments(
      { second: `export default defineFragment({ title: "Second", render: () => <p>here I am</p> });` },
      "",
      folder,
    );
    await page.getByText("here I am").waitFor({ timeout: 15_000 });
    rmSync(join(folder, "second.tsx"));
    await page.getByText("here I am").waitFor({ state: "detached", timeout: 15_000 });
    await server.stop();
  },
  LIMIT_MS,
);
