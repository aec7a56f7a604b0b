import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { compressed } from "#src/compress.ts";
import type { Db, Statement } from "#src/db/db.ts";
import { defineFragment } from "#src/fragment.ts";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "./support/app.ts";

/*
 * What one request costs, in things that do not depend on the machine: statements and bytes. A number that grows here is
 * paid by everybody on every click; change it only together with the reason.
 */

const KIB = 1024;
const PARTIAL = { "HX-Request": "true", "HX-Request-Type": "partial" };

let t: TestApp;
let ann: TestUser;
let inside: Browser;
/** Statements since the last look, transactions with all that is in them. */
let asked: string[] = [];

beforeAll(async () => {
  const hello = defineFragment({ title: "Hello", render: ({ user }) => user.username });
  const entry = { name: "hello", fragment: hello };
  const usable = [entry];
  const find = (name: string) => (name === "hello" ? hello : null);
  t = await openApp({ fragments: { usable, faulty: [], find, failures: new Map() } });
  watch(t.db);
  ann = await t.addUser("ann");
  inside = await t.signIn(ann);
  // What happened since the last visit is looked up once per session.
  await inside.get("/");
});
afterAll(() => t.close());

function watch(db: Db): void {
  const { all, one, run, batch } = db;
  const note = <A extends unknown[], R>(work: (sql: string, ...rest: A) => R) => {
    return (sql: string, ...rest: A): R => {
      asked.push(sql);
      return work(sql, ...rest);
    };
  };
  const noteAll = (statements: readonly Statement[]) => {
    asked.push(...statements.map(({ sql }) => sql));
    return batch(statements);
  };
  Object.assign(db, { all: note(all), one: note(one), run: note(run), batch: noteAll });
}

async function statementsOf(request: () => Promise<unknown>): Promise<number> {
  asked = [];
  await request();
  return asked.length;
}

describe("statements", () => {
  test.each(["/login", "/healthz", "/static/nothing", "/nothing", "/fragments/hello"])(
    "%s asks the database nothing for a stranger",
    async (path) => {
      expect(await statementsOf(() => t.browser().get(path))).toBe(0);
    },
  );

  test("a cookie that no session can have costs none either", async () => {
    const browser = t.browser();
    browser.cookies.set("session", "nonsense");
    expect(await statementsOf(() => browser.get("/fragments/hello"))).toBe(0);
  });

  test("a signed-in fragment: one, and what the fragment itself asks", async () => {
    expect(await statementsOf(() => inside.get("/fragments/hello", PARTIAL))).toBe(1);
    expect(asked[0]).toContain("WHERE s.session_id IN (?)");
  });

  test("many at the same moment: one for all of them", async () => {
    const many = () => Promise.all(Array.from({ length: 40 }, () => inside.get("/fragments/hello", PARTIAL)));
    expect(await statementsOf(many)).toBe(1);
  });

  test("the first click of a minute: one more, which notes the activity", async () => {
    t.advance(60_000);
    expect(await statementsOf(() => inside.get("/fragments/hello", PARTIAL))).toBe(2);
    expect(asked[1]).toStartWith("UPDATE user_sessions SET last_seen_at");
  });
});

describe("statements of a sign-in", () => {
  const counts: Record<string, number> = {};

  beforeAll(async () => {
    const browser = t.browser();
    t.advance(60_000);
    const password = { username: "ann", password: PASSWORD };
    counts.password = await statementsOf(() => browser.post("/login", password));
    counts.form = await statementsOf(() => browser.get("/login/code"));
    counts.code = await statementsOf(() => browser.post("/login/code", { code: t.codeOf(ann) }));
    counts.logout = await statementsOf(() => browser.post("/logout"));
  });

  test("are as many as they were", () => {
    expect(counts).toEqual({ password: 11, form: 1, code: 19, logout: 3 });
  });
});

/** As it crosses the wire; the server adds Date and Content-Length. */
async function bytesOf(answer: Response): Promise<number> {
  const lines = [...answer.headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const added = "HTTP/1.1 200 OK\r\nDate: Thu, 15 Jan 2026 10:00:00 GMT\r\nContent-Length: 12345\r\n\r\n";
  return lines.join("").length + added.length + (await answer.bytes()).length;
}

describe("bytes", () => {
  const acceptAll = { "Accept-Encoding": "gzip, deflate, br, zstd" };
  const first = (path: string) => {
    const request = new Request(`http://localhost:3000${path}`, { headers: { Host: "localhost:3000", ...acceptAll } });
    return compressed(request, t.app.fetch(request, { peer: "203.0.113.7" }));
  };

  test("the first visit: three requests and less than 25 KB; later ones fetch the page alone", async () => {
    const page = await first("/login");
    const packed = new Uint8Array(await page.clone().arrayBuffer());
    const html = new TextDecoder().decode(Bun.gunzipSync(packed));
    const files = [...new Set(html.match(/(?<=\s(?:src|href)=")\/[^"]+\.(?:js|css|svg)(?=")/g))];
    expect(files).toEqual([t.deps.assets.outside.css, t.deps.assets.outside.js]);
    const answers = await Promise.all(files.map(first));
    for (const { headers } of answers) expect(headers.get("Cache-Control")).toContain("immutable");
    const sizes = await Promise.all([page, ...answers].map(bytesOf));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(25 * KIB);
  });

  test("a small fragment: less than one KB, headers included", async () => {
    expect(await bytesOf(await inside.get("/fragments/hello", { ...PARTIAL, ...acceptAll }))).toBeLessThan(KIB);
  });
});
