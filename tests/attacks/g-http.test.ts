import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AT_ONCE, createBudget, MAX_ADDRESSES, OverBudget, PER_SECOND } from "#src/auth/budget.ts";
import { openApp, PASSWORD, type TestApp } from "../support/app.ts";
import { projectFiles, read } from "../support/files.ts";
import { type RunningGatehouse, startGatehouse } from "../support/server.ts";
import { exchange, statuses } from "../support/wire.ts";

const LIMIT_MS = 30_000;
const FORM = { Origin: "http://localhost:3000", "Content-Type": "application/x-www-form-urlencoded" };

describe("over the wire", () => {
  let server: RunningGatehouse;
  beforeAll(async () => {
    server = await startGatehouse();
  }, LIMIT_MS);
  afterAll(() => server?.stop());

  const send = (...lines: string[]) => exchange(server.url, lines.join("\r\n"));
  const POST = ["POST /login HTTP/1.1", "Host: localhost", "Connection: close"];
  const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** Where one program sees one request and another sees two, or a body of another length. */
  const AMBIGUOUS: Record<string, string[]> = {
    "length and chunks": [...POST, "Content-Length: 4", "Transfer-Encoding: chunked", "", `0\r\n\r\n${SMUGGLED}`],
    "chunks and length": [...POST, "Transfer-Encoding: chunked", "Content-Length: 5", "", `0\r\n\r\n${SMUGGLED}`],
    "two lengths": [...POST, "Content-Length: 4", "Content-Length: 60", "", `abcd${SMUGGLED}`],
    "a list of lengths": [...POST, "Content-Length: 4, 60", "", `abcd${SMUGGLED}`],
    "a signed length": [...POST, "Content-Length: +4", "", `abcd${SMUGGLED}`],
    "a negative length": [...POST, "Content-Length: -1", "", SMUGGLED],
    "a hexadecimal length": [...POST, "Content-Length: 0x4", "", `abcd${SMUGGLED}`],
    "a length too large for a number": [...POST, "Content-Length: 18446744073709551620", "", `abcd${SMUGGLED}`],
    "an unknown coding": [...POST, "Transfer-Encoding: xchunked", "", `0\r\n\r\n${SMUGGLED}`],
    "chunks that are not last": [...POST, "Transfer-Encoding: chunked, identity", "", `0\r\n\r\n${SMUGGLED}`],
    "two codings": [...POST, "Transfer-Encoding: chunked", "Transfer-Encoding: identity", "", `0\r\n\r\n${SMUGGLED}`],
    "a space before the colon": [...POST, "Transfer-Encoding : chunked", "", `0\r\n\r\n${SMUGGLED}`],
    "a vertical tab": [...POST, "Transfer-Encoding: \x0bchunked", "", `0\r\n\r\n${SMUGGLED}`],
    "a chunk size that is none": [...POST, "Transfer-Encoding: chunked", "", `zz\r\nabc\r\n0\r\n\r\n${SMUGGLED}`],
    "a chunk that does not end": [...POST, "Transfer-Encoding: chunked", "", `3\r\nabcX\r\n0\r\n\r\n${SMUGGLED}`],
    "a chunk of all there is": [...POST, "Transfer-Encoding: chunked", "", `ffffffffffffffff\r\nabc\r\n${SMUGGLED}`],
    "chunks with bare line feeds": [...POST, "Transfer-Encoding: chunked", "", `3\nabc\n0\n\n${SMUGGLED}`],
    "a folded header": ["GET / HTTP/1.1", "Host: localhost", "X-A: b", " Content-Length: 60", "", SMUGGLED],
    "bare line feeds": ["GET / HTTP/1.1\nHost: localhost\nConnection: close\n\n"],
    "a header with NUL": ["GET / HTTP/1.1", "Host: localhost", "X-A: a\0b", "", SMUGGLED],
    "two hosts": ["GET / HTTP/1.1", "Host: localhost", "Host: evil.example", "Connection: close", "", ""],
    "no host": ["GET / HTTP/1.1", "Connection: close", "", ""],
    "an empty host": ["GET / HTTP/1.1", "Host:", "Connection: close", "", ""],
    "a host that is none": ["GET /x/login HTTP/1.1", "Host: a b<>", "Connection: close", "", ""],
    "a host with a path": ["GET /login HTTP/1.1", "Host: localhost/../x?", "Connection: close", "", ""],
    "a host with a user": ["GET /login HTTP/1.1", "Host: ann@localhost", "Connection: close", "", ""],
    "a tunnel": ["CONNECT evil.example:443 HTTP/1.1", "Host: evil.example:443", "Connection: close", "", ""],
    "a method that is none": ["G@T / HTTP/1.1", "Host: localhost", "", ""],
    "a space in the address": ["GET /a b HTTP/1.1", "Host: localhost", "", ""],
    "another protocol": ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    "HTTP/2 unasked": ["PRI * HTTP/2.0", "", "SM", "", ""],
    "HTTP/0.9": ["GET /login", ""],
  };

  test(
    "what can be read in two ways is refused once and the connection closed",
    async () => {
      const told = await Promise.all(
        Object.entries(AMBIGUOUS).map(async ([name, lines]) => [name, statuses(await send(...lines))] as const),
      );
      for (const [name, [status, ...more]] of told) {
        expect([name, [400, 431, 505].includes(status ?? 0), more]).toEqual([name, true, []]);
      }
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    },
    LIMIT_MS,
  );

  /** Bun may also close the connection where a second request came before the first was answered. */
  const expectBeginningOf = (all: number[], some: number[]) => expect(some).toEqual(all.slice(0, some.length));

  test(
    "a body that is refused, too long or unread is never taken for the next request",
    async () => {
      const next = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      const refusedBody = [
        "POST /login HTTP/1.1",
        "Host: localhost",
        `Content-Length: ${SMUGGLED.length}`,
        "",
        SMUGGLED + next,
      ];
      expectBeginningOf([403, 200], statuses(await send(...refusedBody)));
      const lying = ["POST /login HTTP/1.1", "Host: localhost", "Content-Length: 3", "", `abc${next}`];
      expectBeginningOf([403, 200], statuses(await send(...lying)));
    },
    LIMIT_MS,
  );

  test(
    "too much of anything is refused at once",
    async () => {
      const get = (path: string, ...headers: string[]) =>
        send(`GET ${path} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers, "", "");
      expect(statuses(await get(`/${"x".repeat(20_000)}`))).toEqual([431]);
      expect(statuses(await get("/", `X-A: ${"x".repeat(20_000)}`))).toEqual([431]);
      expect(statuses(await get("/", ...Array.from({ length: 300 }, (_, i) => `X-${i}: 1`)))).toEqual([431]);
      expect(statuses(await get("/login", `Cookie: ${"session=x; ".repeat(1000)}`))).toEqual([200]);
      expect(statuses(await send(...POST, "Content-Length: 5000000000", "", "abc"))).toEqual([413]);
      const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
      const endless = await send(...POST, "Transfer-Encoding: chunked", "", chunk.repeat(40));
      expect(statuses(endless)).toEqual([413]);
    },
    LIMIT_MS,
  );

  test(
    "an answer says nothing about the program that made it, and HEAD is GET without the body",
    async () => {
      for (const path of ["/healthz", "/readyz", "/login", "/nothing", "/"]) {
        const [get, head] = await Promise.all(
          ["GET", "HEAD"].map((method) =>
            send(`${method} ${path} HTTP/1.1`, "Host: localhost", "Connection: close", "", ""),
          ),
        );
        const [headersOfGet = "", body = ""] = get!.answers.split("\r\n\r\n");
        const [headersOfHead = "", nothing = ""] = head!.answers.split("\r\n\r\n");
        expect(nothing).toBe("");
        const names = (headers: string) =>
          [...headers.matchAll(/^([\w-]+):/gm)].map(([, name]) => name!.toLowerCase()).sort();
        // Bun leaves the date out where there is no body.
        expect(names(headersOfHead)).toEqual(names(headersOfGet).filter((name) => name !== "date"));
        expect(names(headersOfGet).filter((name) => /^(server|x-powered-by|via)$/.test(name))).toEqual([]);
        expect(headersOfGet).not.toMatch(/bun|hono|gatehouse/i);
        if (body !== "") expect(headersOfGet).toMatch(/^content-type: text\/(html|plain); ?charset=utf-8/im);
      }
    },
    LIMIT_MS,
  );

  test(
    "a probe that speaks HTTP/1.0 and names no host is answered",
    async () => {
      const probe = await send("GET /readyz HTTP/1.0", "", "");
      expect(probe.answers).toStartWith("HTTP/1.1 200");
      const form = await send("POST /login HTTP/1.0", "Origin: http://localhost", "Content-Length: 0", "", "");
      expect(form.answers).toStartWith("HTTP/1.1 403");
    },
    LIMIT_MS,
  );
});

describe("a form", () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await openApp();
    await t.addUser("ann");
  });
  afterAll(() => t.close());

  const post = (body: string, headers: Record<string, string> = FORM) =>
    t.browser(`198.51.100.${body.length % 250}`).send("/login", { method: "POST", body, headers });

  test("has at most a hundred fields, however they are sent", async () => {
    const login = `username=ann&password=${encodeURIComponent(PASSWORD)}`;
    expect((await post(`${login}${"&a=1".repeat(98)}`)).status).toBe(303);
    expect((await post(`${login}${"&a=1".repeat(99)}`)).status).toBe(413);
    expect((await post("&a".repeat(30_000))).status).toBe(413);
    const part = (i: number) => `--x\r\nContent-Disposition: form-data; name="f${i}"\r\n\r\n1\r\n`;
    const parts = `${Array.from({ length: 101 }, (_, i) => part(i)).join("")}--x--\r\n`;
    expect((await post(parts, { ...FORM, "Content-Type": "multipart/form-data; boundary=x" })).status).toBe(413);
  });

  test("has names that are names and nothing else", async () => {
    for (const name of [
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "a.b.c".repeat(500),
      "username[]",
      "[x]",
    ]) {
      const answer = await post(`${encodeURIComponent(name)}=x&username=ann&password=wrong`);
      expect([name, answer.status]).toEqual([name, 401]);
    }
    expect((await post("__proto__[username]=ann&__proto__[password]=x")).status).toBe(422);
    expect(({} as Record<string, unknown>).username).toBeUndefined();
  });
});

describe("forms of strangers", () => {
  test("are counted by address; who is signed in goes on, and so does everybody elsewhere", async () => {
    const t = await openApp();
    const ann = await t.addUser("ann");
    const office = "198.51.100.9";
    const insider = await t.signIn(ann, t.browser(office));
    for (let i = 0; i < AT_ONCE; i++) await t.browser(office).post("/logout");
    const refused = await t.browser(office).post("/login", { username: "ann", password: PASSWORD });
    expect([refused.status, refused.headers.get("Retry-After"), refused.headers.get("HX-Retarget")]).toEqual([
      429,
      "1",
      "#toasts",
    ]);
    for (const path of ["/login/code", "/reset", "/invite/x", "/setup/x", "/login/enrol", "/logout"])
      expect([path, (await t.browser(office).post(path)).status]).toEqual([path, 429]);
    expect((await t.browser(office).get("/login")).status).toBe(200);
    expect((await insider.post("/customise", { order: "" })).status).toBe(200);
    expect((await t.browser("198.51.100.10").post("/login", { username: "ann", password: PASSWORD })).status).toBe(204);
    t.advance(1000);
    expect((await t.browser(office).post("/login", { username: "ann", password: PASSWORD })).status).toBe(204);
    await t.close();
  });

  test("are so many at once, then so many a second, and trying meanwhile makes the wait no longer", () => {
    const budget = createBudget();
    const passed = (nowMs: number, tries: number) =>
      Array.from({ length: tries }, () => {
        try {
          budget.spend("a", nowMs);
          return 1;
        } catch (error) {
          expect(error).toBeInstanceOf(OverBudget);
          return 0;
        }
      }).reduce<number>((sum, one) => sum + one, 0);
    expect(passed(0, 2 * AT_ONCE)).toBe(AT_ONCE);
    expect(passed(999, AT_ONCE)).toBe(PER_SECOND - 1);
    expect(passed(60_000, AT_ONCE)).toBe(59 * PER_SECOND + 1);
    expect(passed(0, 1)).toBe(0);
    expect(passed(3_600_000, 2 * AT_ONCE)).toBe(AT_ONCE);
  });

  test("never make the memory grow beyond the addresses it may hold", () => {
    const budget = createBudget(1000);
    for (let i = 0; i < 5000; i++) budget.spend(String(i), 0);
    expect(budget.size).toBe(1000);
    expect(MAX_ADDRESSES).toBeLessThanOrEqual(100_000);
  });

  test("never pass faster than the rule, in whatever rhythm they come", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { minLength: 1, maxLength: 600 }), (pauses) => {
        const budget = createBudget();
        let nowMs = 0;
        let passed = 0;
        for (const pause of pauses) {
          nowMs += pause;
          try {
            budget.spend("a", nowMs);
            passed++;
          } catch {}
        }
        return passed <= AT_ONCE + (nowMs / 1000) * PER_SECOND;
      }),
      { numRuns: 50 },
    );
  });
});

test("nothing here signs in by WebAuthn: the day it does, its own attacks have to be answered", () => {
  const files = projectFiles().filter((file) => /^(src|views|static)\//.test(file) && /\.tsx?$/.test(file));
  expect(files.filter((file) => /navigator\.credentials|webauthn|PublicKeyCredential/i.test(read(file)))).toEqual([]);
});
