import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Db } from "#src/db/db.ts";
import { AUDIT_EVENTS, sqlAudit } from "#src/store/audit-log.ts";
import { auditCsv } from "#views/admin/audit-export.ts";
import { type Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";
import { projectFiles, read } from "../support/files.ts";

let t: TestApp;
let admin: Browser;
beforeEach(async () => {
  t = await openApp();
  admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
});
afterEach(() => t.close());

const DAY_MS = 86_400_000;
/** One in each entry. */
const SENTENCE = 'class="audit-what"';
const events = (where = "1 = 1") =>
  t.db.all<{ event: string; actor_name: string | null; detail: string | null }>(
    `SELECT event, actor_name, detail FROM audit_log WHERE ${where} ORDER BY id`,
  );
const page = async (path: string, browser = admin) => (await browser.get(path)).text();
const plain = (html: string) => html.replace(/<[^>]*>/g, "").replaceAll("&#39;", "'");
const count = (html: string, part: string) => html.split(part).length - 1;

/** Entries of a person who is not registered, one a second. */
async function fill(entries: number, rest: { username?: string; userAgent?: string } = {}): Promise<void> {
  const { username = "bob", userAgent = "Browser/1" } = rest;
  const origin = { ip: "198.51.100.1", userAgent, requestId: "r-1" };
  for (let i = 0; i < entries; i += 500) {
    const length = Math.min(500, entries - i);
    await t.db.batch(
      Array.from({ length }, () =>
        sqlAudit({ event: "session.ended", atMs: t.deps.clock(), origin, actor: { id: 900, username } }),
      ),
    );
  }
}

describe("who may see it", () => {
  const paths = ["/admin/audit", "/admin/audit?event=people"];

  test("an admin", async () => {
    for (const path of paths) expect((await admin.get(path)).status).toBe(200);
    expect((await admin.plainPost("/admin/audit/export", { format: "csv" })).status).toBe(200);
  });

  test("no user, and the attempt is written down", async () => {
    const bob = await t.signIn(await t.addUser("bob"));
    for (const path of paths) expect((await bob.get(path)).status).toBe(403);
    expect((await bob.plainPost("/admin/audit/export", { format: "csv" })).status).toBe(403);
    const written = await events("event = 'access.refused'");
    expect(written.map((row) => [row.actor_name, JSON.parse(row.detail!)])).toEqual([
      ["bob", { method: "GET", route: "/admin/audit" }],
      ["bob", { method: "GET", route: "/admin/audit" }],
      ["bob", { method: "POST", route: "/admin/audit/export" }],
    ]);
  });

  test("nobody else", async () => {
    const half = t.browser();
    await t.addUser("carol", { role: "admin" });
    await half.post("/login", { username: "carol", password: PASSWORD });
    const disabled = await t.signIn(await t.addUser("carol2", { role: "admin" }));
    await t.db.run("UPDATE users SET disabled_at = 1 WHERE username = 'carol2'");
    for (const browser of [t.browser(), half, disabled]) {
      expect((await browser.get("/admin/audit")).headers.get("Location")).toStartWith("/login");
      const asked = await browser.plainPost("/admin/audit/export", { format: "csv" });
      expect([asked.status, await asked.text()]).toEqual([303, ""]);
    }
    expect(await events("event = 'audit.exported'")).toEqual([]);
  });
});

describe("the list", () => {
  test("tells what happened, with time, address, browser and request", async () => {
    const html = await page("/admin/audit");
    expect(plain(html)).toContain("ann signed in with password and authenticator.");
    expect(plain(html)).toContain("The correct password was entered for ann.");
    expect(html).toContain("203.0.113.7");
    const { request_id } = (await t.db.one<{ request_id: string }>("SELECT request_id FROM audit_log LIMIT 1"))!;
    expect(html).toContain(request_id);
  });

  test("goes on page by page until every entry was shown once", async () => {
    await fill(120);
    let path: string | undefined = "/admin/audit?actor=bob";
    const sizes: number[] = [];
    while (path !== undefined) {
      const html: string = await page(path);
      sizes.push(count(html, SENTENCE));
      path = /href="([^"]*)"[^>]*>Older entries/.exec(html)?.[1]?.replaceAll("&amp;", "&");
    }
    expect(sizes).toEqual([50, 50, 20]);
  });

  test("is filtered by what the address says", async () => {
    await fill(3);
    t.advance(2 * DAY_MS);
    await fill(2, { username: "carol" });
    const browser = await t.signIn(await t.addUser("ann2", { role: "admin" }));
    const found = async (query: string) => count(await page(`/admin/audit?${query}`, browser), SENTENCE);
    expect(await found("actor=bob")).toBe(3);
    expect(await found("actor=BOB")).toBe(3);
    expect(await found("actor=bo")).toBe(0);
    expect(await found("actor=ANN")).toBe(1);
    expect(await found("target=ann")).toBe(1);
    expect(await found("event=session.ended")).toBe(5);
    expect(await found("event=people")).toBe(0);
    expect(await found("event=sign-in&address=198.51.100.1")).toBe(5);
    expect(await found("address=198.51.100.1&from=2026-01-17")).toBe(2);
    expect(await found("address=198.51.100.1&to=2026-01-15")).toBe(3);
    expect(await found("address=198.51.100.1&from=2026-01-16&to=2026-01-16")).toBe(0);
  });

  test("says which filter makes no sense, and shows nothing then", async () => {
    for (const query of ["from=yesterday", "to=2026-02-30", "from=2026-01-02&to=2026-01-01", "address=localhost"]) {
      const answer = await admin.get(`/admin/audit?${query}`);
      const html = await answer.text();
      expect([query, answer.status, count(html, 'aria-invalid="true"'), count(html, SENTENCE)]).toEqual([
        ...[query, 422, 1, 0],
      ]);
    }
  });

  test("takes whatever stands in the address", async () => {
    for (const query of ["after=x", "after=zzzzzzzzz-zzzzzzzzzz", "event=a&event=b", "actor=%00%ff", "x=y", "event='"])
      expect((await admin.get(`/admin/audit?${query}`)).status).toBe(200);
    expect((await admin.get(`/admin/audit?actor=${"a".repeat(300)}`)).status).toBe(200);
  });

  test("comes bare for htmx, with the address to remember, and whole otherwise", async () => {
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
    const bare = await admin.get("/admin/audit?event=&actor=ann&target=&from=", headers);
    expect(bare.headers.get("HX-Push-Url")).toBe("/admin/audit?actor=ann");
    expect(await bare.text()).not.toContain("<html");
    expect(await page("/admin/audit")).toContain("<html");
  });

  test("shows hostile names and browsers as text", async () => {
    await fill(1, { username: "<img src=x onerror=alert(1)>", userAgent: '"><script>alert(1)</script>' });
    const html = await page("/admin/audit");
    expect(html).not.toMatch(/<img src=x|<script>alert/);
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });
});

describe("an export", () => {
  const fetchExport = async (fields: Record<string, string>) => {
    const answer = await admin.plainPost("/admin/audit/export", fields);
    return { answer, text: await answer.text() };
  };

  test("is a file with a constant name, and is written down", async () => {
    await fill(1);
    const { answer, text } = await fetchExport({ format: "csv", actor: "bob" });
    expect(answer.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("Content-Disposition")).toBe('attachment; filename="audit-log.csv"');
    const [head, first, ...rest] = text.split("\r\n");
    expect(head).toBe(
      '"id","time","event","actor_id","actor","target_id","target","address","user_agent","request_id","detail"',
    );
    expect(first).toMatch(/^"\d+","2026-01-15T\S+Z","session\.ended","900","bob","","","198\.51\.100\.1","Browser\/1"/);
    expect(rest).toEqual([""]);
    const [exported] = await events("event = 'audit.exported'");
    expect([exported?.actor_name, JSON.parse(exported!.detail!)]).toEqual(["ann", { format: "csv", actor: "bob" }]);
  });

  test("as JSONL is one object a line", async () => {
    await fill(2);
    const { answer, text } = await fetchExport({ format: "jsonl", event: "session.ended" });
    expect(answer.headers.get("Content-Disposition")).toBe('attachment; filename="audit-log.jsonl"');
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      event: "session.ended",
      actor: { id: 900, name: "bob" },
      target: null,
      detail: null,
    });
  });

  test("never holds a formula", async () => {
    for (const start of ["=", "+", "-", "@", "＝"]) {
      await fill(1, { username: `${start}HYPERLINK("http://evil.example")`, userAgent: `${start}1+1` });
      const { text } = await fetchExport({ format: "csv" });
      expect(text).toContain(`"'${start}HYPERLINK(""http://evil.example"")"`);
      expect(text).toContain(`"'${start}1+1"`);
    }
  });

  test("never holds a formula that the database was given by others", () => {
    for (const start of ["\t=1", "\r=1", "\n=1", "\0=1", "@a", "=1\r\n2"]) {
      const row = { id: 1, atMs: 0, event: "x", actorId: null, targetId: null, targetName: null, ip: null };
      const line = auditCsv({ ...row, actorName: start, userAgent: null, requestId: null, detail: null });
      expect(line).toContain(`"'${start}"`);
    }
  });

  test("asks who it is when that was long ago", async () => {
    t.advance(11 * 60_000);
    const { answer, text } = await fetchExport({ format: "csv" });
    expect(answer.status).toBe(403);
    expect(text).not.toContain("session.started");
    expect(await events("event = 'audit.exported'")).toEqual([]);
    const link = "/confirm?next=%2Fadmin%2Faudit%3Factor%3Dann";
    expect(await page("/admin/audit?actor=ann")).toContain(`href="${link}"`);
    const form = await (await admin.get(link)).text();
    const action = /<form[^>]* action="(\/confirm[^"]*)"/.exec(form)?.[1] ?? "";
    const proved = await admin.plainPost(action.replaceAll("&amp;", "&"), { password: PASSWORD });
    expect(proved.headers.get("Location")).toBe("/admin/audit?actor=ann");
  });

  test("refuses other formats and filters that make no sense", async () => {
    expect((await fetchExport({ format: "xlsx" })).answer.status).toBe(422);
    expect((await fetchExport({ format: "csv", from: "yesterday" })).answer.status).toBe(422);
  });

  test("of a hundred thousand entries is read as it is fetched, never held", async () => {
    await fill(100_000);
    const { deps } = t;
    let reads = 0;
    const all = deps.db.all.bind(deps.db);
    (deps.db as { all: Db["all"] }).all = (sql, params) => {
      if (sql.includes("FROM audit_log")) reads++;
      return all(sql, params);
    };
    const answer = await admin.plainPost("/admin/audit/export", { format: "jsonl" });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    let largest = 0;
    let lines = 0;
    let furthestAhead = 0;
    for (let chunks = 1; ; chunks++) {
      const { value, done } = await reader.read();
      if (done) break;
      largest = Math.max(largest, value.byteLength);
      furthestAhead = Math.max(furthestAhead, reads - chunks);
      lines += value.filter((byte) => byte === 10).length;
    }
    expect(lines).toBe(100_003);
    expect(furthestAhead).toBeLessThanOrEqual(1);
    expect(largest).toBeLessThan(1_000_000);
  }, 60_000);

  test("stops reading when nobody fetches it any more", async () => {
    await fill(5000);
    const { deps } = t;
    let reads = 0;
    const all = deps.db.all.bind(deps.db);
    (deps.db as { all: Db["all"] }).all = (sql, params) => {
      if (sql.includes("FROM audit_log")) reads++;
      return all(sql, params);
    };
    const answer = await admin.plainPost("/admin/audit/export", { format: "jsonl" });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.cancel();
    expect(reads).toBeLessThanOrEqual(2);
  });
});

describe("what is refused everywhere", () => {
  test("a form from elsewhere is written down, without the token in its address", async () => {
    const path = await t.setupPath();
    const answer = await t.browser().plainPost(path, {}, { Origin: "https://evil.example" });
    expect(answer.status).toBe(403);
    expect(plain(await answer.text())).toContain("Forms count only from this site’s own address.");
    const [row] = await events("event = 'request.foreign_origin'");
    expect(JSON.parse(row!.detail!)).toEqual({ method: "POST", route: "/setup/:token", from: "https://evil.example" });
    expect(plain(await page("/admin/audit"))).toContain("A form sent from https://evil.example was refused.");
  });

  test("a panel that is not for the visitor is written down", async () => {
    const { fragments } = t.deps;
    const [panel] = fragments.usable;
    const mine = { ...panel!, fragment: { ...panel!.fragment, can: () => false } };
    const house = await openApp({
      fragments: { ...fragments, usable: [mine], find: (name) => (name === mine.name ? mine.fragment : null) },
    });
    try {
      const bob = await house.signIn(await house.addUser("bob"));
      expect((await bob.get(`/fragments/${mine.name}`)).status).toBe(403);
      const row = await house.db.one<{ actor_name: string; detail: string }>(
        "SELECT actor_name, detail FROM audit_log WHERE event = 'access.refused'",
      );
      expect([row?.actor_name, JSON.parse(row!.detail)]).toEqual([
        "bob",
        { method: "GET", route: `/fragments/${mine.name}` },
      ]);
    } finally {
      await house.close();
    }
  });

  test("is bounded: a flood from one address fills nothing", async () => {
    const stranger = t.browser("192.0.2.66");
    for (let i = 0; i < 40; i++) await stranger.plainPost("/login", {}, { Origin: "https://evil.example" });
    expect(await events("event = 'request.foreign_origin'")).toHaveLength(20);
  });

  test("is refused all the same when it cannot be written down", async () => {
    (t.deps.db as { run: Db["run"] }).run = () => Promise.reject(new Error("disk full"));
    const answer = await t.browser().plainPost("/login", {}, { Origin: "https://evil.example" });
    expect(answer.status).toBe(403);
    expect(t.logged()).toContain("a refusal could not be written down");
  });

  test("waiting after too many tries is written down, in bounds", async () => {
    await t.addUser("bob");
    const stranger = t.browser();
    for (let i = 0; i < 40; i++) await stranger.post("/login", { username: "bob", password: "wrong" });
    expect(await events("event = 'sign_in.password_refused'")).toHaveLength(5);
    expect(await events("event = 'sign_in.throttled'")).toHaveLength(20);
  });
});

describe("strangers' texts", () => {
  test("are printable ASCII", async () => {
    await t.browser().post("/login", { username: "nobody", password: "x" }, { "User-Agent": "a\tb\u00e9\u009bc" });
    const row = await t.db.one<{ user_agent: string }>(
      "SELECT user_agent FROM audit_log WHERE event = 'sign_in.password_refused'",
    );
    expect(row?.user_agent).toMatch(/^[\x20-\x7e]*$/);
  });

  test("typed as a name are not kept: people type passwords there", async () => {
    await t.browser().post("/login", { username: "correct horse battery", password: "x" });
    const rows = await t.db.all("SELECT * FROM audit_log");
    expect(JSON.stringify(rows)).not.toContain("correct horse");
  });
});

test("every event is written somewhere", () => {
  const sources = projectFiles().filter((file) => file.startsWith("src/") && file !== "src/store/audit-log.ts");
  const code = sources.map(read).join("\n");
  expect(AUDIT_EVENTS.filter((event) => !code.includes(`"${event}"`))).toEqual([]);
});
