import { expect, test } from "bun:test";
import fc from "fast-check";
import { newToken } from "#src/auth/token.ts";
import { Browser, openApp, PASSWORD, type TestApp, type TestUser } from "./support/app.ts";
import { projectFiles, read } from "./support/files.ts";

/*
 * Anything at all, sent to every address by every visitor: never an error of ours, and nothing changes for who may not
 * change it. A failure names its seed; put it into the options of fc.assert to see it again.
 */

/** Raise it to hunt: at 8,000 a run takes minutes. */
const ROUNDS = 250;
const LIMIT_MS = 60_000;
const GROWTH_BYTES = 64 * 1024 * 1024;

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
const fields = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...NAMES), text), text), { maxLength: 8 });
const query = fields.map((pairs) =>
  new URLSearchParams(pairs.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()])).toString(),
);
const body = fc.oneof(
  { weight: 6, arbitrary: query },
  {
    weight: 1,
    arbitrary: fields.map(
      (pairs) =>
        `${pairs.map(([n, v]) => `--x\r\nContent-Disposition: form-data; name="${n}"\r\n\r\n${v}\r\n`).join("")}--x--`,
    ),
  },
  { weight: 1, arbitrary: text },
);
const headers = fc.dictionary(
  fc.constantFrom(...HEADERS),
  fc.oneof(fc.constantFrom("true", "partial", "full", "1"), ascii),
  { maxKeys: 4 },
);
const segment = fc.oneof(fc.constantFrom(...RUDE), text).map((value) => encodeURIComponent(value.toWellFormed()));

type Asked = {
  who: number;
  route: number;
  method: string;
  /** For the variable parts of an address. */
  part: string;
  query: string;
  headers: Record<string, string>;
  type: string;
  body: string;
  address: number;
};

const asked: fc.Arbitrary<Asked> = fc.record({
  who: fc.nat(),
  route: fc.nat(),
  method: fc.constantFrom("GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE"),
  part: fc.oneof(segment, fc.constantFrom("1", "2", "3", newToken())),
  query: fc.oneof(fc.constant(""), query),
  headers,
  type: fc.constantFrom(...TYPES),
  body,
  address: fc.nat(250),
});

/** One request as generated, by a copy of the visitor that keeps no cookie of the answer. */
async function send(
  t: TestApp,
  visitor: Browser,
  { route, method, part, ...what }: Asked,
): Promise<[string, Response]> {
  const paths = [
    ...new Set(t.app.routes.filter((one) => one.method !== "ALL").map(({ path }) => path)),
    "/:x",
    "/:x/:y",
  ];
  const path = paths[route % paths.length]!.replace(/:\w+(\{[^}]*\})?/g, part).replace("*", part);
  const copy = new Browser(t.app, `198.51.100.${what.address}`);
  for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
  const posting = method !== "GET" && method !== "HEAD";
  const own = posting ? { Origin: "http://localhost:3000", "Content-Type": what.type } : {};
  const answer = await copy.send(`${path}${what.query && `?${what.query}`}`, {
    method,
    headers: { ...what.headers, ...own },
    ...(posting ? { body: what.body } : {}),
  });
  await answer.body?.cancel();
  return [`${method} ${path}`, answer];
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
    const [ann] = [await t.addUser("ann", { role: "admin" })];
    const visitors = await outsiders(t, ann);
    const before = await digest(t);
    const sent = async (what: Asked) => {
      const [who, visitor] = visitors[what.who % visitors.length]!;
      const [name, answer] = await send(t, visitor, what);
      if (answer.status >= 500) throw new Error(`${name} by ${who}: ${answer.status}\n${t.logged().slice(-1500)}`);
      if ((await digest(t)) !== before) throw new Error(`${name} by ${who} changed something`);
    };
    await fc.assert(fc.asyncProperty(asked, sent), { numRuns: ROUNDS });
    expect(t.logged()).not.toContain('"level":50');
    await t.close();
  },
  LIMIT_MS,
);

/** Everybody who is not signed in, and for whom a cookie is no more than a text. */
async function outsiders(t: TestApp, ann: TestUser): Promise<[string, Browser][]> {
  const half = t.browser();
  await half.post("/login", { username: "ann", password: PASSWORD });
  const enrolling = t.browser();
  await t.addUser("eve", { authenticator: false });
  await enrolling.post("/login", { username: "eve", password: PASSWORD });
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
  return Object.entries({ stranger: t.browser(), half, enrolling, disabled, signedOut, inventing });
}

test(
  "a user changes nothing of others, and an admin meets no error of ours and stays",
  async () => {
    const t = await openApp();
    const [ann, bob] = [await t.addUser("ann", { role: "admin" }), await t.addUser("bob")];
    await t.addUser("carol");
    const admins = async () =>
      (await t.db.all("SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL")).length;
    let user = await t.signIn(bob);
    const before = await digest(t, bob.id);
    const asUser = async (what: Asked) => {
      const [name, answer] = await send(t, user, what);
      if (answer.status >= 500) throw new Error(`${name} by a user: ${answer.status}\n${t.logged().slice(-1500)}`);
      if ((await digest(t, bob.id)) !== before) throw new Error(`${name} by a user changed something of others`);
      if ((await user.get("/")).status !== 200) user = await t.signIn(bob);
    };
    await fc.assert(fc.asyncProperty(asked, asUser), { numRuns: ROUNDS });

    let admin = await t.signIn(ann);
    const asAdmin = async (what: Asked) => {
      const [name, answer] = await send(t, admin, what);
      if (answer.status >= 500) throw new Error(`${name} by an admin: ${answer.status}\n${t.logged().slice(-1500)}`);
      expect(await admins()).toBeGreaterThan(0);
      if ((await admin.get("/")).status !== 200) admin = await t.signIn(ann);
    };
    await fc.assert(fc.asyncProperty(asked, asAdmin), { numRuns: ROUNDS });
    await t.close();
  },
  LIMIT_MS,
);

test(
  "many requests leave no memory behind",
  async () => {
    const t = await openApp({ logLevel: "silent" });
    const visitors = await outsiders(t, await t.addUser("ann", { role: "admin" }));
    const samples = fc.sample(asked, 400);
    const round = async () => {
      for (const what of samples) await send(t, visitors[what.who % visitors.length]![1], what);
      Bun.gc(true);
      return process.memoryUsage().heapUsed;
    };
    await round();
    const first = await round();
    await round();
    expect((await round()) - first).toBeLessThan(GROWTH_BYTES);
    await t.close();
  },
  LIMIT_MS,
);
