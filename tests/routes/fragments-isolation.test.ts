import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Browser, openApp, type TestApp, type TestUser } from "../support/app.ts";
import { PARTIAL, writeFragments } from "../support/fragments.ts";

/*
 * Whatever one fragment does, its neighbours and the page live on.
 * `while (true) {}` is not here: what hogs the thread stops every program of one thread.
 */
const CANARY = "canary-7f3a";
const HOSTILE = {
  throws: `export default defineFragment({ title: "Hostile", render: () => { throw new Error("${CANARY}"); } });`,
  rejects: `export default defineFragment({ title: "Hostile", render: async () => { throw new Error("${CANARY}"); } });`,
  "throws-a-text": `export default defineFragment({ title: "Hostile", render: () => { throw "${CANARY}"; } });`,
  "throws-nothing": `export default defineFragment({ title: "Hostile", render: () => { throw undefined; } });`,
  "never-resolves": `export default defineFragment({ title: "Hostile", timeLimit: "1s", render: () => new Promise(() => {}) });`,
  "renders-for-ever": `export default defineFragment({ title: "Hostile", timeLimit: "1s", render: async () => {
    for (;;) await Bun.sleep(1); } });`,
  "child-never-resolves": `const Child = () => new Promise(() => {});
    export default defineFragment({ title: "Hostile", timeLimit: "1s", render: () => <div><Child /></div> });`,
  "child-throws": `const Child = async () => { await null; throw new Error("${CANARY}"); };
    export default defineFragment({ title: "Hostile", render: () => <div><Child /></div> });`,
  "huge-output": `export default defineFragment({ title: "Hostile", render: () => "x".repeat(2_000_000) });`,
  "bad-sql": `export default defineFragment({ title: "Hostile", render: ({ db }) => db.all("SELECT ${CANARY}") });`,
  "on-error-throws": `export default defineFragment({ title: "Hostile", render: () => { throw new Error("x"); },
    onError: () => { throw new Error("${CANARY}"); } });`,
  "live-throws": `export default defineFragment({ title: "Hostile", live: () => { throw new Error("${CANARY}"); } });`,
};
const HARMLESS = {
  fine: `export default defineFragment({ title: "Fine", render: () => <p>all is well</p> });`,
  "renders-null": `export default defineFragment({ title: "Null", render: () => null });`,
  "renders-nothing": `export default defineFragment({ title: "Nothing", render: () => undefined as never });`,
  "says-sorry": `export default defineFragment({ title: "Sorry", render: () => { throw new Error("${CANARY}"); },
    onError: (_, { user }) => <em>Sorry, {user.username}.</em> });`,
  "twin.ts": `export default defineFragment({ title: "Twin", render: () => null });`,
  inspects: `export default defineFragment({ title: "Inspects", render: (context) => {
    const frozen = [context, context.user, context.db].every(Object.isFrozen);
    return <pre>{JSON.stringify({ frozen, user: context.user, has: Object.keys(context).sort(), db: Object.keys(context.db).sort() })}</pre>;
  } });`,
};
const FAULTY = {
  "throws-at-import": `throw new Error("no database driver");`,
  "does-not-parse": `export default defineFragment({ title: `,
  "exports-nothing": `export const title = "x";`,
  "no-title": `export default defineFragment({ render: () => null } as never);`,
  "waits-for-ever": `await new Promise(() => {});`,
  "Bad Name.tsx": `export default defineFragment({ title: "x", render: () => null });`,
  "twin.tsx": `export default defineFragment({ title: "Second of its name", render: () => null });`,
};

let t: TestApp;
let ann: Browser;
let admin: Browser;
let people: { ann: TestUser; bob: TestUser };

beforeAll(async () => {
  const { discoverFragments } = await import("#src/discover.ts");
  const folder = await writeFragments({ ...HOSTILE, ...HARMLESS, ...FAULTY });
  t = await openApp({ fragments: await discoverFragments(folder, 300) });
  people = { ann: await t.addUser("ann"), bob: await t.addUser("bob", { role: "admin" }) };
  ann = await t.signIn(people.ann);
  admin = await t.signIn(people.bob);
});
afterAll(() => t.close());

describe("a fragment that fails", () => {
  for (const name of Object.keys(HOSTILE)) {
    test.concurrent(`${name}: a box with request number and Retry in its own card, logged and counted, no detail shown`, async () => {
      const before = t.deps.fragments.failures.get(name) ?? 0;
      const answer = await ann.get(`/fragments/${name}`, PARTIAL);
      const box = await answer.text();
      expect(answer.status).toBe(500);
      expect(box).toContain("Hostile could not be shown");
      expect(box).toMatch(new RegExp(`href="/fragments/${name}"[^>]*>\\s*Retry`));
      expect(box).not.toContain(CANARY);
      const requestId = /<code>([\w-]+)<\/code>/.exec(box)?.[1] ?? "none";
      const lines = t
        .logged()
        .split("\n")
        .filter((line) => line.includes(requestId));
      expect(lines.some((line) => line.includes("fragment failed") && line.includes(`"fragment":"${name}"`))).toBe(
        true,
      );
      expect(t.deps.fragments.failures.get(name)).toBe(before + 1);
    });
  }

  test("leaves its neighbours and the dashboard as they are", async () => {
    expect((await ann.get("/")).status).toBe(200);
    expect(await (await ann.get("/fragments/fine", PARTIAL)).text()).toContain("<p>all is well</p>");
  });

  test("is a whole page with a way on when opened directly", async () => {
    const page = await (await ann.get("/fragments/throws")).text();
    expect(page).toContain("<!DOCTYPE html>");
    expect(page).toContain("Retry");
  });

  test("goes on asking at its interval, so that it comes back by itself", async () => {
    const folder = await writeFragments({
      flaky: `export default defineFragment({ title: "Flaky", refresh: "5s", render: () => { throw new Error("x"); } });`,
    });
    const t = await openApp({ fragmentsDir: folder });
    const ann = await t.signIn(await t.addUser("ann"));
    const box = await (await ann.get("/fragments/flaky", PARTIAL)).text();
    expect(box).toContain('hx-trigger="every 5s"');
    await t.close();
  });

  test("stands in the audit log once an hour, however often it fails", async () => {
    const rows = async () =>
      (await t.db.all("SELECT id FROM audit_log WHERE event = 'fragment.failed' AND detail LIKE '%\"throws\"%'"))
        .length;
    await ann.get("/fragments/throws", PARTIAL);
    await ann.get("/fragments/throws", PARTIAL);
    expect(await rows()).toBe(1);
    t.advance(60 * 60_000);
    ann = await t.signIn(people.ann);
    admin = await t.signIn(people.bob);
    await ann.get("/fragments/throws", PARTIAL);
    expect(await rows()).toBe(2);
  });
});

describe("a fragment", () => {
  test("may render nothing", async () => {
    for (const name of ["renders-null", "renders-nothing"])
      expect((await ann.get(`/fragments/${name}`, PARTIAL)).status).toBe(200);
  });

  test("may say for itself what people read when it fails", async () => {
    const box = await (await ann.get("/fragments/says-sorry", PARTIAL)).text();
    expect(box).toContain("<em>Sorry, ann.</em>");
    expect(box).toContain("Retry");
    expect(box).not.toContain(CANARY);
  });

  test("is told who asks, and nothing that opens a door", async () => {
    const html = await (await ann.get("/fragments/inspects?a=1", PARTIAL)).text();
    const seen = JSON.parse(/<pre>(.*)<\/pre>/.exec(html)![1]!.replaceAll("&quot;", '"'));
    expect(seen).toEqual({
      frozen: true,
      user: { id: expect.any(Number), username: "ann", role: "user" },
      has: "clock db every href id language log nowMs params query say sessionIdleMs signal user".split(" "),
      db: ["all", "batch", "dialect", "one", "run"],
    });
  });
});

describe("a file that cannot be used", () => {
  test("is left out with its reason, and the others are there", () => {
    const faults = Object.fromEntries(t.deps.fragments.faulty.map(({ file, fault }) => [file, fault]));
    expect(Object.keys(faults).sort()).toEqual(
      Object.keys(FAULTY)
        .map((name) => (name.includes(".") ? name : `${name}.tsx`))
        .sort(),
    );
    expect(faults["throws-at-import.tsx"]).toBe("no database driver");
    expect(faults["no-title.tsx"]).toContain("title");
    expect(faults["exports-nothing.tsx"]).toContain("defineFragment");
    expect(faults["waits-for-ever.tsx"]).toContain("took longer than 300 ms");
    expect(t.deps.fragments.find("throws")).not.toBeNull();
  });

  test("is shown to admins by name and reason, and to nobody else", async () => {
    const told = "throws-at-import.tsx is left out:</strong> no database driver";
    expect(await (await admin.get("/")).text()).toContain(told);
    expect(await (await ann.get("/")).text()).not.toContain("throws-at-import");
  });
});
