import { join } from "node:path";
import { type Answer, type Bench, PRODUCT_ENV, type Row } from "../support/bench.ts";
import { makeDatabase } from "../support/mariadb.ts";
import { BENCH, startProgram } from "../support/programs.ts";
import { openSessionFor, seedMariaDb } from "../support/seed.ts";
import { figure } from "../support/stats.ts";
import { tokenOf } from "../support/tokens.ts";
import { bytesOf, filesOf } from "../support/wire.ts";

/** What a browser has to fetch, answers with their headers counted as they cross the wire. */
export async function bytes(bench: Bench): Promise<Answer> {
  const db = await makeDatabase(bench.server, "bytes", true);
  await seedMariaDb(db, { people: 1, sessions: 1 });
  await openSessionFor(db, 2, 1);
  const env = {
    ...PRODUCT_ENV,
    ...db.env,
    FRAGMENTS_DIR: join(BENCH, "fragments"),
    DATA_DIR: join(bench.folder, "bytes"),
  };
  const { url } = await startProgram(["bun", "src/main.ts"], env, join(bench.folder, "bytes.log"));
  const page = await bytesOf(url, "/login");
  const files = await Promise.all(filesOf(page.body).map((path) => bytesOf(url, path)));
  const kept = files.filter(({ head }) => /^cache-control:.*immutable/im.test(head));
  const whole = page.bytes + files.reduce((sum, file) => sum + file.bytes, 0);
  const fragment = await bytesOf(url, "/fragments/hello", {
    Cookie: `session=${tokenOf(2)}`,
    "HX-Request-Type": "partial",
  });
  const question = "What the browser fetches, answers with headers";
  const row = (name: string, value: number, unit: string, atMost: number): Row => ({
    question,
    name,
    figure: figure([value]),
    unit,
    goal: { atMost },
  });
  return {
    rows: [
      row("first visit of the sign-in page", whole / 1024, "KiB", 25),
      row("first visit, requests", 1 + files.length, "", 3),
      row("second visit, requests", 1 + files.length - kept.length, "", 1),
      row("a small fragment", fragment.bytes / 1024, "KiB", 2),
    ],
  };
}
