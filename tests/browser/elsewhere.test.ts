import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { type Browser, chromium } from "playwright-core";
import { Visit } from "#tests/support/browser.ts";
import { createFirstAdmin, signOut } from "#tests/support/journey.ts";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";
import { requireTool } from "#tests/support/tools.ts";

/*
 * The real browser at a name of a local network without TLS, where it sends no Sec-Fetch-Site and knows no secure
 * context, and pages of other sites that send forms to us.
 */

const LIMIT_MS = 60_000;
const LAN = "tools.lan";
/** What Chromium says about headers at addresses it does not trust; they are right for those it does. */
const UNTRUSTED = /Cross-Origin-Opener-Policy header has been ignored|Origin-Agent-Cluster|Clear-Site-Data/;

let browser: Browser;
let server: RunningGatehouse;
let visit: Visit;
let evil: Bun.Server<undefined>;

beforeAll(async () => {
  const args = ["--no-sandbox", "--disable-gpu", `--host-resolver-rules=MAP *.lan 127.0.0.1, MAP *.example 127.0.0.1`];
  browser = await chromium.launch({ executablePath: requireTool("chromium"), args });
  evil = Bun.serve({ port: 0, fetch: (request) => new Response(evilPage(new URL(request.url)), HTML) });
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await evil?.stop(true);
});
afterEach(async () => {
  await visit?.end();
  await server?.stop();
}, LIMIT_MS);

const HTML = { headers: { "Content-Type": "text/html; charset=utf-8" } };

/** A page that posts to the address in its own address, as a form or by script. */
function evilPage(url: URL): string {
  const target = url.searchParams.get("target") ?? "";
  return `<!DOCTYPE html><title>evil</title><iframe src="${target}"></iframe>
    <form method="post" action="${target}"><input name="username" value="carol"><input name="password" value="x">
    <button>Win a prize</button></form>`;
}

for (const scripts of [true, false]) {
  test(
    `on a local network without TLS people sign in and out, ${scripts ? "with" : "without"} JavaScript`,
    async () => {
      const started = await startOnLan();
      visit = await Visit.begin(browser, { scripts });
      await createFirstAdmin(visit, started);
      await signOut(visit);
      visit.expectClean(UNTRUSTED);
    },
    LIMIT_MS,
  );
}

describe("a page of another site", () => {
  for (const [what, path] of [
    ["sign-in", "/login"],
    ["sign-out", "/logout"],
  ] as const)
    test(
      `can neither frame us nor send our form for ${what}`,
      async () => {
        const started = await startOnLan();
        visit = await Visit.begin(browser);
        await createFirstAdmin(visit, started);
        const target = `${started.url}${path}`;
        await visit.page.goto(`http://evil.example:${evil.port}/?target=${encodeURIComponent(target)}`);
        expect(await visit.page.frameLocator("iframe").getByRole("button").count()).toBe(0);
        const answer = visit.page.waitForResponse((response) => response.request().method() === "POST");
        await visit.page.getByRole("button", { name: "Win a prize" }).click();
        expect((await answer).status()).toBe(403);
        await visit.page.goto(started.url);
        await visit.page.getByRole("heading", { name: "Dashboard" }).waitFor();
      },
      LIMIT_MS,
    );
});

test(
  "every powerful feature this browser knows is switched off, apart from copying",
  async () => {
    server = await startGatehouse();
    visit = await Visit.begin(browser);
    await visit.page.goto(`${server.url}/login`);
    type Policy = { features(): string[]; allowedFeatures(): string[] };
    const allowed = await visit.page.evaluate(() =>
      (document as unknown as { featurePolicy: Policy }).featurePolicy.allowedFeatures(),
    );
    // The rest is no power: hints about the browser, and reading out a text.
    const powers = allowed.filter((feature) => !/^(ch-|clipboard-write$|aria-notify$|unload$)/.test(feature));
    expect(powers).toEqual([]);
    visit.expectClean();
  },
  LIMIT_MS,
);

async function startOnLan(): Promise<RunningGatehouse> {
  server = await startGatehouse({ PUBLIC_URL: `http://${LAN}:{port}` });
  return { ...server, url: `http://${LAN}:${new URL(server.url).port}` };
}
