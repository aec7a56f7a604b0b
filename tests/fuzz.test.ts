import { expect, test } from "bun:test";
import fc from "fast-check";
import { newToken } from "#src/auth/token.ts";
import { Browser, openApp, PASSWORD, type TestApp, type TestUser } from "./support/app.ts";
import { projectFiles, read } from "./support/files.ts";

/*
 * Anything at all, sent to every address by every visitor: never an error of ours, and nothing changes for who may not
 * change it. A failure names its seed; put it into the options of fc.assert to see it again.
 */

/** Each round sends one thing to every address there is. Raise it to hunt: at 500 a run takes minutes. */
const ROUNDS = 40;
const LIMIT_MS = 120_000;
const GROWTH_BYTES = 24 * 1024 * 1024;

const RUDE = [
  ...[
    "",
    "0",
    "-1",
    "1e309",
    "true",
    "null",
    "undefined",
    "NaN",
    "[object Object]",
    "\0",
    "\n",
    "\r\n",
    "\ufeff",
    "\u202e",
    "ﬀ",
  ],
  ...[
    "' OR 1=1 --",
    '";--',
    "$" + "{1}",
    "{{1}}",
    "%",
    "_",
    "%00",
    "%ff",
    "../../etc/passwd",
    "//evil.example",
    "javascript:alert(1)",
  ],
  ...[
    "<script>",
    "🔑".repeat(300),
    "x".repeat(5000),
    "__proto__",
    "constructor",
    "a".repeat(43),
    "admin",
    "user",
    "2026-02-31",
  ],
];
const NAMES = [
  ...[
    "username",
    "password",
    "code",
    "recovery_code",
    "new_password",
    "confirm_password",
    "current_password",
    "role",
    "id",
  ],
  ...[
    "act",
    "reason",
    "until",
    "next",
    "q",
    "status",
    "mfa",
    "sort",
    "after",
    "before",
    "order",
    "hidden",
    "saved",
    "confirm_name",
  ],
  ...[
    "event",
    "topic",
    "actor",
    "target",
    "ip",
    "from",
    "to",
    "format",
    "of",
    "again",
    "confirm_with",
    "session",
    "use",
    "notice",
  ],
];
const HEADERS = [
  ...[
    "HX-Request",
    "HX-Request-Type",
    "HX-Current-URL",
    "HX-Target",
    "HX-Boosted",
    "HX-History-Restore-Request",
    "X-Polling",
  ],
  ...[
    "X-Forwarded-For",
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Range",
    "If-None-Match",
    "Last-Event-ID",
    "Referer",
  ],
  ...["Sec-Fetch-Site", "Authorization", "Cookie", "Host", "User-Agent", "Content-Encoding", "X-HTTP-Method-Override"],
];
const FORM = "application/x-www-form-urlencoded";
const TYPES = [
  ...[FORM, FORM, FORM, FORM, FORM, `${FORM}; charset=latin1`, "multipart/form-data; boundary=x"],
  ...["multipart/form-data", "application/json", "text/plain"],
];

const text = fc.oneof(fc.constantFrom(...RUDE), fc.string(), fc.string({ unit: "binary" }), fc.nat().map(String));
const ascii = text.map((value) => value.replace(/[^\x20-\x7e]/g, "?").trim());

/** What a form of ours could hold: rude requests alone would all end at the first check. */
const PLAUSIBLE: Record<string, readonly string[]> = {
  ...{
    role: ["admin", "user"],
    act: ["enable", "disable", "sessions", "user", "admin", "up account"],
    reason: ["left"],
  },
  ...{
    id: ["1", "2", "3"],
    username: ["ann", "bob", "carol", "new"],
    confirm_name: ["ann", "bob", "carol"],
    saved: ["yes"],
  },
  ...{ new_password: ["seven purple giraffes dancing"], confirm_password: ["seven purple giraffes dancing"] },
  ...{
    sort: ["name", "-name", "id"],
    status: ["active", "disabled"],
    format: ["csv", "jsonl"],
    next: ["/account", "/confirm"],
  },
};
const valueFor = (name: string) =>
  fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...(PLAUSIBLE[name] ?? RUDE)) }, { weight: 1, arbitrary: text });
const named = fc.constantFrom(...NAMES).chain((name) => fc.tuple(fc.constant(name), valueFor(name)));
const fields = fc.array(fc.oneof({ weight: 9, arbitrary: named }, { weight: 1, arbitrary: fc.tuple(text, text) }), {
  maxLength: 25,
});
const encoded = fields.map((pairs) => {
  const sound = pairs.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]);
  return new URLSearchParams(sound).toString();
});
const parts = fields.map((pairs) => {
  const part = ([name, value]: [string, string]) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return `${pairs.map(part).join("")}--x--`;
});
const sent = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.constant(FORM), encoded) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("multipart/form-data; boundary=x"), parts) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...TYPES), text) },
);
const headers = fc.oneof(
  fc.constantFrom<Record<string, string>>({}, { "HX-Request": "true", "HX-Request-Type": "partial" }),
  fc.dictionary(fc.constantFrom(...HEADERS), fc.oneof(fc.constantFrom("true", "partial", "1"), ascii), { maxKeys: 3 }),
);
const segment = fc.oneof(fc.constantFrom(...RUDE), text).map((value) => encodeURIComponent(value.toWellFormed()));

type Asked = {
  who: number;
  method: string;
  /** For the variable parts of an address. */
  part: string;
  query: string;
  headers: Record<string, string>;
  sent: [type: string, body: string];
  address: number;
};

const asked: fc.Arbitrary<Asked> = fc.record({
  who: fc.nat(),
  method: fc.constantFrom("GET", "GET", "POST", "POST", "POST", "POST", "HEAD", "PUT", "DELETE"),
  part: fc.oneof(segment, fc.constantFrom("1", "2", "3"), fc.constant(newToken())),
  query: encoded,
  headers,
  sent,
  address: fc.nat(250),
});

/** What was generated, to every address, each time by a copy of the visitor that keeps no cookie of the answer. */
async function sendEverywhere(t: TestApp, visitor: Browser, what: Asked): Promise<void> {
  const routes = t.app.routes.filter(({ method }) => method !== "ALL").map(({ path }) => path);
  const { method, headers, query } = what;
  const [type, body] = what.sent;
  const own = { Origin: "http://localhost:3000", "Content-Type": type };
  const posting = method === "GET" || method === "HEAD" ? { headers } : { body, headers: { ...headers, ...own } };
  for (const route of [...new Set(routes), "/:x", "/:x/:y"]) {
    const path = route.replace(/:\w+(\{[^}]*\})?/g, what.part).replace("*", what.part);
    const copy = new Browser(t.app, `198.51.100.${what.address}`);
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
    const answer = await copy.send(`${path}?${query}`, { method, ...posting });
    await answer.body?.cancel();
    if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status}\n${t.logged().slice(-1500)}`);
  }
}

/** Strangers leave traces here, and sessions note that they were used. */
const ALWAYS_WRITTEN = ["attempts", "audit_log", "tickets", "user_sessions"];
const TABLES = projectFiles()
  .filter((file) => file.startsWith("sql/sqlite/"))
  .flatMap((file) => [...read(file).matchAll(/CREATE TABLE (\w+)/g)].map(([, table]) => table!))
  .filter((table) => !ALWAYS_WRITTEN.includes(table));

/** Everything a visitor without rights must not change; `except` one person's own. */
async function digest(t: TestApp, except = 0): Promise<string> {
  const rows = await Promise.all([
    ...TABLES.map((table) => t.db.all(`SELECT * FROM ${table}`)),
    t.db.all("SELECT session_id, user_id, confirmed_at, expires_at FROM user_sessions"),
    t.db.all("SELECT ticket_id, user_id, payload FROM tickets WHERE purpose IN ('invite', 'reset', 'setup')"),
  ]);
  const others = rows.flat().filter((row) => (row.user_id ?? row.id) !== except);
  return JSON.stringify(others.map((row) => JSON.stringify(row)).sort());
}

test(
  "outsiders change nothing and meet no error of ours",
  async () => {
    const t = await openApp();
    const visitors = await outsiders(t, await t.addUser("ann", { role: "admin" }));
    const before = await digest(t);
    const round = async (what: Asked) => {
      for (const [who, visitor] of visitors) {
        await sendEverywhere(t, visitor, what);
        if ((await digest(t)) !== before) throw new Error(`${who} changed something`);
      }
    };
    await fc.assert(fc.asyncProperty(asked, round), { numRuns: ROUNDS });
    expect(t.logged()).not.toContain('"level":50');
    await t.close();
  },
  LIMIT_MS,
);

/** Everybody who is not signed in, and for whom a cookie is no more than a text. */
async function outsiders(t: TestApp, ann: TestUser): Promise<[string, Browser][]> {
  const half = t.browser();
  await half.post("/login", { username: "ann", password: PASSWORD });
  const carol = await t.addUser("carol", { role: "admin" });
  const disabled = await t.signIn(carol);
  await t.db.run("UPDATE users SET disabled_at = 1 WHERE id = ?", [carol.id]);
  const old = await t.signIn(ann);
  const signedOut = t.browser();
  for (const [name, value] of old.cookies) signedOut.cookies.set(name, value);
  await old.post("/logout");
  const inventing = t.browser();
  inventing.cookies.set("session", newToken());
  inventing.cookies.set("ticket", newToken());
  return Object.entries({ stranger: t.browser(), half, disabled, signedOut, inventing });
}

test(
  "a user changes nothing of others",
  async () => {
    const t = await openApp();
    const [bob] = [await t.addUser("bob"), await t.addUser("ann", { role: "admin" }), await t.addUser("carol")];
    let user = await t.signIn(bob);
    const before = await digest(t, bob.id);
    const round = async (what: Asked) => {
      await sendEverywhere(t, user, what);
      expect(await digest(t, bob.id)).toBe(before);
      expect(await t.db.one("SELECT role FROM users WHERE id = ?", [bob.id])).toEqual({ role: "user" });
      if ((await user.get("/")).status !== 200) user = await t.signIn(bob);
    };
    await fc.assert(fc.asyncProperty(asked, round), { numRuns: 2 * ROUNDS });
    await t.close();
  },
  LIMIT_MS,
);

test(
  "an admin meets no error of ours, whatever becomes of the others",
  async () => {
    const t = await openApp();
    const ann = await t.addUser("ann", { role: "admin" });
    for (const name of ["bob", "carol", "carol2"]) await t.addUser(name);
    let admin = await t.signIn(ann);
    const round = async (what: Asked) => {
      await sendEverywhere(t, admin, what);
      if ((await admin.get("/")).status !== 200) admin = await t.signIn(ann);
      expect((await admin.get("/admin/users")).status).toBe(200);
    };
    await fc.assert(fc.asyncProperty(asked, round), { numRuns: 2 * ROUNDS });
    await t.close();
  },
  LIMIT_MS,
);

test(
  "many requests leave no memory behind",
  async () => {
    const t = await openApp({ logLevel: "silent" });
    const [[, stranger]] = (await outsiders(t, await t.addUser("ann", { role: "admin" }))) as [[string, Browser]];
    const samples = fc.sample(asked, 20);
    const heapAfterRound = async () => {
      for (const what of samples) await sendEverywhere(t, stranger, what);
      Bun.gc(true);
      return process.memoryUsage().heapUsed;
    };
    await heapAfterRound();
    const first = await heapAfterRound();
    await heapAfterRound();
    expect((await heapAfterRound()) - first).toBeLessThan(GROWTH_BYTES);
    await t.close();
  },
  LIMIT_MS,
);
