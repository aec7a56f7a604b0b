import { afterAll, beforeAll, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSync } from "otplib";
import { openDatabase } from "#src/db/open.ts";
import { Browser } from "../support/app.ts";
import { freshTarget, quiet } from "../support/database.ts";
import { writeFragments } from "../support/fragments.ts";
import { createHost } from "./host.ts";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery staple";
const folder = await writeFragments({
  stock: `export default defineFragment({ title: "Stock", live: async function* () {
    yield <a href="/fragments/stock/more">12 pears, "/not-an-address"</a>; } });`,
});

let host: Awaited<ReturnType<typeof createHost>>;
let browser: Browser;
let end: () => Promise<void>;
let runSql: (sql: string) => Promise<unknown>;

beforeAll(async () => {
  const { target, remove } = await freshTarget({ shared: true });
  const data = mkdtempSync(join(tmpdir(), "gatehouse-embed-"));
  const database =
    target.kind === "sqlite"
      ? { DATA_DIR: join(target.file, "..") }
      : {
          ...{ DB_HOST: target.host, DB_PORT: String(target.port), DB_USER: target.user, DB_PASSWORD: target.password },
          ...{ DB_DATABASE: target.database, DATA_DIR: data },
        };
  const config = {
    ...database,
    BCRYPT_ROUNDS: "10",
    LOG_LEVEL: "silent",
    APP_SECRET: randomBytes(48).toString("base64"),
  };
  host = await createHost({ fragments: folder, config });
  browser = new Browser({
    ...host.app,
    fetch: async (request: Request) => host.app.fetch(request),
    settled: async () => {},
  });
  const db = await openDatabase(target, { log: quiet, tries: 1 });
  runSql = (sql) => db.run(sql);
  end = async () => {
    await db.close();
    await host.gatehouse.close();
    await remove();
    rmSync(data, { recursive: true, force: true });
  };
});
afterAll(() => end());

const location = (answer: Response) => answer.headers.get("HX-Redirect") ?? answer.headers.get("Location");

test("a folder of fragments that is not there is said so, as at every start", async () => {
  const config = { DATA_DIR: ":memory:" };
  expect(createHost({ fragments: "/no/such/panels", config })).rejects.toThrow(
    "FRAGMENTS_DIR names a folder that is not there",
  );
});

test("the host's own pages are its own, and guarded where it says so", async () => {
  expect(await (await browser.get("/")).text()).toContain("Everybody may look");
  for (const path of ["/orders", "/prices"]) {
    const answer = await browser.get(path);
    expect([answer.status, location(answer)]).toEqual([303, "/auth/login"]);
  }
});

test("the first admin comes in under the host's path, and every address on the way stands under it", async () => {
  const setup = (await host.gatehouse.setupPath()) ?? "";
  expect(setup).toStartWith("/auth/setup/");
  const page = await (await browser.get(setup)).text();
  const addresses = [...page.matchAll(/ (?:href|src|action|hx-post)="(\/[^"]*)"/g)].map(([, address = ""]) => address);
  expect(addresses.length).toBeGreaterThan(4);
  expect(addresses.filter((address) => !address.startsWith("/auth/"))).toEqual([]);
  const css = /href="(\/auth\/static\/app[^"]*)"/.exec(page)?.[1] ?? "";
  expect((await browser.get(css)).status).toBe(200);

  const form = { username: "ann", new_password: PASSWORD, confirm_password: PASSWORD };
  const enrol = location(await browser.post(setup, form)) ?? "";
  expect(enrol).toBe("/auth/login/enrol");
  const shown = await (await browser.get(enrol)).text();
  const key = /data-testid="totp-key"[^>]*>([\s\S]*?)<\/code>/.exec(shown)?.[1] ?? "";
  const secret = key.replace(/<[^>]*>|\s/g, "");
  const action = /<form[^>]* action="([^"]*)"[^>]*>(?:(?!<\/form>)[\s\S])*name="code"/.exec(shown)?.[1] ?? enrol;
  const enrolled = await browser.post(action, { code: generateSync({ secret }) });
  expect(location(enrolled)).toBe("/auth/login/enrol");
  await browser.post("/auth/login/enrol/done", { saved: "yes" });
  expect(await (await browser.get("/orders")).text()).toBe("Orders of ann");
  expect(await (await browser.get("/prices")).text()).toBe("Purchase prices");
  expect(await host.gatehouse.setupPath()).toBeNull();
});

test("panels, their stream and the menu stand under the host's path, and text stays text", async () => {
  const page = await (await browser.get("/auth/fragments/stock")).text();
  expect(page).toContain('href="/auth/fragments/stock/more"');
  expect(page).toContain("&quot;/not-an-address&quot;");
  expect(page).toContain('hx-sse:connect="/auth/live?of=stock"');
  const stream = await browser.get("/auth/live?of=stock");
  const reader = stream.body!.getReader();
  let text = "";
  while (!text.includes("12 pears")) text += new TextDecoder().decode((await reader.read()).value);
  expect(text).toContain('href="/auth/fragments/stock/more"');
  await reader.cancel();
});

test("a guarded route of the host refuses what another site sends", async () => {
  const send = (Origin: string) =>
    browser.send("/orders", { method: "POST", body: "{}", headers: { Origin, "Content-Type": "application/json" } });
  expect((await send(ORIGIN)).status).toBe(201);
  expect((await send("https://evil.example")).status).toBe(403);
  expect((await send("null")).status).toBe(403);
});

test("a guarded answer is never stored, and keeps its type on the wire: without it, it would be saved and not shown", async () => {
  await using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => host.app.fetch(request) });
  const Cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const orders = await fetch(new URL("/orders", server.url), { headers: { Cookie } });
  expect(orders.status).toBe(200);
  expect(orders.headers.get("Cache-Control")).toBe("no-store");
  expect(orders.headers.get("Content-Type")).toStartWith("text/plain");
});

test("a change of role and signing out hold for the host's pages at once", async () => {
  await runSql("UPDATE users SET role = 'user'");
  expect((await browser.get("/prices")).status).toBe(403);
  expect((await browser.get("/orders")).status).toBe(200);
  const out = await browser.send("/auth/logout", {
    method: "POST",
    body: new URLSearchParams(),
    headers: { Origin: ORIGIN },
  });
  expect(location(out)).toStartWith("/auth/login");
  const refused = await browser.get("/orders");
  expect(refused.status).toBe(303);
  expect(refused.headers.get("Cache-Control")).toBe("no-store");
});
