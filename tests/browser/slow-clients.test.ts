import { afterAll, beforeAll, expect, test } from "bun:test";
import { type RunningGatehouse, startGatehouse } from "#tests/support/server.ts";
import { type Exchange, exchange } from "#tests/support/wire.ts";

const LIMIT_MS = 60_000;
/** The server's own limits are 10 seconds for the header and 10 for the body, looked at every few seconds. */
const GONE_AFTER_MS = 25_000;
const FEW_MS = 2_000;

let server: RunningGatehouse;
beforeAll(async () => {
  server = await startGatehouse();
}, LIMIT_MS);
afterAll(() => server?.stop());

test(
  "whoever sends nothing, or a byte each second, is cut off, and everybody else is served meanwhile",
  async () => {
    const head = "POST /login HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n";
    const form = "Content-Type: application/x-www-form-urlencoded\r\n";
    const slow: Record<string, () => Promise<Exchange>> = {
      "no byte": () => exchange(server.url, ""),
      "half a line": () => exchange(server.url, "GET / HT"),
      "a header each second": () => exchange(server.url, "GET / HTTP/1.1\r\nHost: localhost\r\n", "X-A: b\r\n"),
      "a body that never comes": () => exchange(server.url, `${head}${form}Content-Length: 100\r\n\r\n`),
      "a byte of the body each second": () => exchange(server.url, `${head}${form}Content-Length: 100\r\n\r\n`, "a"),
      "a chunk each second": () =>
        exchange(server.url, `${head}${form}Transfer-Encoding: chunked\r\n\r\n`, "1\r\na\r\n"),
      "nothing after an answer": () => exchange(server.url, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    };
    const crowd = Object.entries(slow).flatMap(([name, start]) =>
      Array.from({ length: 50 }, () => start().then((end) => [name, end] as const)),
    );
    let waiting = true;
    const gone = Promise.all(crowd).finally(() => {
      waiting = false;
    });
    let slowest = 0;
    while (waiting) {
      const startedMs = performance.now();
      expect((await fetch(`${server.url}/login`)).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - startedMs);
      await Bun.sleep(200);
    }
    expect(slowest).toBeLessThan(FEW_MS);
    for (const [name, { openMs }] of await gone) expect([name, openMs < GONE_AFTER_MS]).toEqual([name, true]);
    expect(await server.output()).not.toContain('"level":50');
  },
  LIMIT_MS,
);
