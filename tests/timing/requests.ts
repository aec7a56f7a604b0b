/*
 * Answers signed-in requests for a small page from the embedded database in DATA_DIR, many at a time and without a network,
 * and writes how much processor time one took, in microseconds. A program of its own, so that the test can take things out.
 */
import { pino } from "pino";
import { loadConfig } from "#src/config.ts";
import { openHouse } from "#src/house.ts";
import { tokenOf } from "../bench/support/tokens.ts";

const AT_ONCE = 64;
const WARM_UP = 6000;
const REQUESTS = 12_000;
const SESSIONS = Number(process.argv[2]);

const { app } = await openHouse(loadConfig(), pino({ level: "silent" }));
let asked = 0;

async function person(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const headers = {
      Host: "localhost:3000",
      Cookie: `session=${tokenOf(1 + ((asked++ * 7919) % SESSIONS))}`,
      "HX-Request": "true",
      "HX-Request-Type": "partial",
    };
    const request = new Request("http://localhost:3000/fragments/hello", { headers });
    const answer = await app.fetch(request, { peer: "127.0.0.1" });
    if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
    await answer.text();
    // As on a socket: the next request comes in a later turn of the event loop.
    await new Promise(setImmediate);
  }
}

const all = (requests: number) => Promise.all(Array.from({ length: AT_ONCE }, () => person(requests / AT_ONCE)));

await all(WARM_UP);
const before = process.cpuUsage();
await all(REQUESTS);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / REQUESTS);
process.exit(0);
