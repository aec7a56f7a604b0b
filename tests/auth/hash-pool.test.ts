import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { createHashPool, HashingBusy, type HashPool, type HashPoolOptions } from "#src/auth/hash-pool.ts";

const pools: HashPool[] = [];

function openPool(options?: HashPoolOptions): HashPool {
  const pool = createHashPool(options);
  pools.push(pool);
  return pool;
}

/** A worker that does as its job's text says: break, end, or answer with the text. */
function workerWith(program: string): URL {
  return new URL(URL.createObjectURL(new Blob([program], { type: "text/javascript" })));
}

const obedient = workerWith(`
  self.addEventListener("message", ({ data }) => {
    if (data.text === "throw") throw new Error("out of order");
    if (data.text === "exit") process.exit(3);
    if (data.text !== "hang") self.postMessage({ ok: true, value: data.text });
  });
`);

afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

test("hashes and compares, and other bcrypt programs agree", async () => {
  const pool = openPool({ size: 1 });
  const hash = await pool.hash("correct horse", 4);
  expect(hash).toStartWith("$2b$04$");
  expect(await pool.compare("correct horse", hash)).toBe(true);
  expect(await pool.compare("wrong horse", hash)).toBe(false);
  expect(await Bun.password.verify("correct horse", hash)).toBe(true);
});

test("no thread starts before the first work, and no more than asked for", async () => {
  const pool = openPool({ size: 2 });
  expect(pool.stats()).toEqual({ busy: 0, waiting: 0, workers: 0 });
  const jobs = Array.from({ length: 5 }, (_, index) => pool.hash(`password ${index}`, 4));
  expect(pool.stats()).toEqual({ busy: 2, waiting: 3, workers: 2 });
  expect(new Set(await Promise.all(jobs)).size).toBe(5);
  expect(pool.stats()).toEqual({ busy: 0, waiting: 0, workers: 2 });
});

test("a free thread is used again before another one starts", async () => {
  const pool = openPool({ size: 4 });
  for (let round = 0; round < 3; round++) await pool.hash("password", 4);
  expect(pool.stats().workers).toBe(1);
});

test("beyond the queue's limit it refuses at once and says when to come back", async () => {
  const pool = openPool({ size: 1, queueLimit: 2, script: obedient });
  const jobs = ["a", "b", "c"].map((text) => pool.hash(text, 4));
  const refused = await pool.hash("d", 4).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(HashingBusy);
  expect((refused as HashingBusy).retryAfterSeconds).toBeGreaterThan(0);
  expect(await Promise.all(jobs)).toEqual(["a", "b", "c"]);
  expect(await pool.hash("e", 4)).toBe("e");
});

test.each([
  ["throw", "out of order"],
  ["exit", "it ended"],
])("a thread that breaks (%s) fails its own job only and is replaced", async (how, reason) => {
  const pool = openPool({ size: 1, script: obedient });
  const jobs = [pool.hash(how, 4), pool.hash("next in line", 4)];
  const [broken, next] = await Promise.allSettled(jobs);
  expect(broken).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining(reason) } });
  expect(next).toEqual({ status: "fulfilled", value: "next in line" });
  expect(pool.stats()).toEqual({ busy: 0, waiting: 0, workers: 1 });
});

test("what bcrypt does not know is an error, and the thread goes on", async () => {
  const pool = openPool({ size: 1 });
  const unknown = `$2x$04$${"a".repeat(53)}`;
  expect(pool.compare("password", unknown)).rejects.toThrow("bcrypt: ");
  expect(await pool.compare("password", "garbage")).toBe(false);
  expect(pool.stats().workers).toBe(1);
});

test("closing fails what runs, what waits and what comes", async () => {
  const pool = openPool({ size: 1, script: obedient });
  const jobs = [pool.hash("hang", 4), pool.hash("waits", 4)];
  pool.close();
  const ends = await Promise.allSettled([...jobs, pool.hash("late", 4)]);
  expect(ends.map((end) => end.status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(pool.stats()).toEqual({ busy: 0, waiting: 0, workers: 0 });
});

test("the main thread goes on while passwords are hashed", async () => {
  const pool = openPool({ size: 2 });
  await pool.hash("threads are running", 4);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await Promise.all([pool.hash("one", 11), pool.hash("two", 11)]);
  clearInterval(timer);
  // About 200 ms of hashing. On the main thread bcryptjs gives way every 100 ms, which leaves 2 to 4 turns.
  expect(turns).toBeGreaterThan(30);
});

test.skipIf(process.platform !== "linux")(
  "hashing threads yield to the main thread, which keeps its own priority",
  async () => {
    const pool = openPool({ size: 1 });
    await pool.hash("thread is running", 4);
    const nice = readdirSync("/proc/self/task").map((id) => [id, niceOf(id)] as const);
    expect(nice.filter(([, value]) => value === 19).length).toBeGreaterThan(0);
    expect(nice.find(([id]) => Number(id) === process.pid)![1]).toBe(0);
  },
);

/** Field 19 of proc_pid_stat(5); the name in parentheses may contain spaces. */
function niceOf(threadId: string): number | null {
  try {
    const stat = readFileSync(`/proc/self/task/${threadId}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
  } catch {
    return null; // The thread ended between listing and reading.
  }
}

test("a command ends after its hash, not before it and not because somebody closed the pool", async () => {
  const program = `
    import { createHashPool } from "${new URL("../../src/auth/hash-pool.ts", import.meta.url).href}";
    createHashPool().hash("password", 4).then((hash) => console.log(hash));
  `;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", timeout: 5_000 });
  expect(await new Response(child.stdout).text()).toStartWith("$2b$04$");
  expect(await child.exited).toBe(0);
});
