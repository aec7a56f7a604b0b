import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { defineFragment, part } from "#src/fragment.ts";
import { type Browser, openApp, type TestApp, type TestUser } from "../support/app.ts";
import { fragmentsOf, signedIn } from "../support/fragments.ts";
import { within } from "../support/wait.ts";

/** How many runs of `ticking` have begun and not ended. */
let running = 0;

const all = {
  ticking: defineFragment({
    title: "Ticking",
    live: async function* ({ every, user }) {
      running++;
      try {
        let i = 0;
        for await (const _ of every("60s")) yield <p>{`tick ${i++} for ${user.username}`}</p>;
      } finally {
        running--;
      }
    },
  }),
  admins: defineFragment({
    title: "For admins",
    can: (user) => user.role === "admin",
    live: async function* ({ signal }) {
      yield "secret figures";
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  }),
  broken: defineFragment({
    title: "Broken",
    live: async function* () {
      yield "begins well";
      throw new Error("canary-11");
    },
  }),
  stuck: defineFragment({
    title: "Stuck",
    live: async function* () {
      yield "before";
      await new Promise(() => {});
    },
  }),
  hasty: defineFragment({
    title: "Hasty",
    live: async function* () {
      for (let i = 0; ; i++) yield `number ${i}`;
    },
  }),
  partial: defineFragment({
    title: "Partial",
    live: async function* () {
      yield part("one-line", <b>only this</b>);
    },
  }),
};

let t: TestApp;
let bob: TestUser;
let browser: Browser;

beforeEach(async () => {
  running = 0;
  t = await openApp({ fragments: fragmentsOf(all) });
  bob = await t.addUser("bob");
  browser = await signedIn(t, bob);
});
afterEach(() => t.close());

/** An open stream: what came so far, and its end. */
async function connect(visitor: Browser, path: string) {
  const answer = await visitor.get(path);
  const decoder = new TextDecoder();
  const reader = answer.body!.getReader();
  let text = "";
  let notify = () => {};
  const ended = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return notify();
      text += decoder.decode(value, { stream: true });
      notify();
    }
  })();
  const until = async (wanted: string) => {
    while (!text.includes(wanted)) await within(3000, new Promise<void>((resolve) => (notify = resolve)));
  };
  return { status: answer.status, answer, until, ended, text: () => text, leave: () => reader.cancel() };
}

const untilRunning = async (count: number) => {
  for (const end = performance.now() + 3000; running !== count && performance.now() < end; ) await Bun.sleep(5);
  expect(running).toBe(count);
};

describe("the stream of a page", () => {
  test("carries the views of all its fragments, each addressed to its card", async () => {
    const stream = await connect(browser, "/live?of=ticking&of=stuck");
    expect(stream.answer.headers.get("Content-Type")).toBe("text/event-stream");
    await stream.until('<hx-partial hx-target="#fragment-ticking" hx-swap="innerMorph"><p>tick 0 for bob</p>');
    await stream.until('<hx-partial hx-target="#fragment-stuck"');
    await stream.leave();
  });

  test("may change a part of a card", async () => {
    const stream = await connect(browser, "/live?of=partial");
    await stream.until('<hx-partial hx-target="#one-line" hx-swap="innerMorph"><b>only this</b>');
    await stream.leave();
  });

  test("shows a failure in the one card that failed, without its reason", async () => {
    const stream = await connect(browser, "/live?of=broken&of=ticking");
    await stream.until("Broken could not be shown");
    await stream.until("tick 0");
    expect(stream.text()).not.toContain("canary");
    expect(t.logged()).toContain("canary-11");
    expect(t.deps.fragments.failures.get("broken")).toBe(1);
    await stream.leave();
  });

  test("is not flooded by one that never waits: ten views a second, and everybody else is answered", async () => {
    const startedMs = performance.now();
    const stream = await connect(browser, "/live?of=hasty");
    for (let i = 0; i < 50; i++) expect((await within(1000, browser.get("/fragments/ticking"))).status).toBe(200);
    await stream.until("number 2");
    const views = stream.text().split("number ").length - 1;
    expect(views).toBeLessThanOrEqual((performance.now() - startedMs) / 100 + 1);
    await stream.leave();
  });

  test("is not there for what is no fragment, or for none", async () => {
    expect((await browser.get("/live?of=nothing")).status).toBe(404);
    expect((await browser.get("/live")).status).toBe(404);
  });

  test("also is the content where a fragment has no other", async () => {
    expect(await (await browser.get("/fragments/ticking")).text()).toContain("tick 0 for bob");
    await untilRunning(0);
  });
});

describe("a stream ends within two seconds", () => {
  const ends: Record<string, (person: TestUser, browser: Browser) => Promise<unknown>> = {
    "of signing out": (_, browser) => browser.post("/logout"),
    "of the session being revoked": ({ id }) => t.db.run("DELETE FROM user_sessions WHERE user_id = ?", [id]),
    "of the person being disabled": ({ id }) => t.db.run("UPDATE users SET disabled_at = 1 WHERE id = ?", [id]),
    "of the person being deleted": ({ id }) => t.db.run("DELETE FROM users WHERE id = ?", [id]),
    "of another role": ({ id }) => t.db.run("UPDATE users SET role = 'admin' WHERE id = ?", [id]),
  };

  test(Object.keys(ends).join(", "), async () => {
    const open = Object.entries(ends).map(async ([what, act], i) => {
      const person = await t.addUser(`person${i}`);
      const visitor = await signedIn(t, person);
      const stream = await connect(visitor, "/live?of=ticking");
      await stream.until("tick 0");
      return { what, stream, act: () => act(person, visitor) };
    });
    const ended = (await Promise.all(open)).map(async ({ what, stream, act }) => {
      await act();
      await within(2000, stream.ended).catch((error) => Promise.reject(new Error(`${what}: ${error}`)));
    });
    await Promise.all(ended);
    await untilRunning(0);
  });

  test("of the session running out", async () => {
    const stream = await connect(browser, "/live?of=ticking");
    await stream.until("tick 0");
    t.advance(t.deps.config.sessionIdleMs);
    await within(2000, stream.ended);
    await untilRunning(0);
  });

  test("of the database being away: what cannot be verified is not shown", async () => {
    const stream = await connect(browser, "/live?of=ticking");
    await stream.until("tick 0");
    t.deps.db.all = () => Promise.reject(new Error("away"));
    await within(2000, stream.ended);
  });

  test("of losing the right to one of its fragments", async () => {
    await t.db.run("UPDATE users SET role = 'admin' WHERE id = ?", [bob.id]);
    const stream = await connect(browser, "/live?of=admins");
    await stream.until("secret figures");
    await t.db.run("UPDATE users SET role = 'user' WHERE id = ?", [bob.id]);
    await within(2000, stream.ended);
    expect((await browser.get("/live?of=admins")).status).toBe(403);
  });
});

describe("streams leave nothing behind", () => {
  test("five at once for a session, and room again for each that ends", async () => {
    const streams = await Promise.all(Array.from({ length: 5 }, () => connect(browser, "/live?of=ticking")));
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await browser.get("/live?of=ticking")).status).toBe(429);
    expect((await (await signedIn(t, bob)).get("/live?of=stuck")).status).toBe(200);
    await streams[0]?.leave();
    await untilRunning(4);
    const next = await connect(browser, "/live?of=ticking");
    expect(next.status).toBe(200);
    for (const stream of [...streams, next]) await stream.leave();
    await untilRunning(0);
  });

  test("after a thousand connections none is running and the next is let in", async () => {
    for (let i = 0; i < 250; i++) {
      const streams = await Promise.all(Array.from({ length: 4 }, () => browser.get("/live?of=ticking&of=stuck")));
      for (const { status, body } of streams) {
        expect(status).toBe(200);
        await body?.cancel();
      }
    }
    await untilRunning(0);
    const stream = await connect(browser, "/live?of=ticking");
    await stream.until("tick 0");
    await stream.leave();
  }, 30_000);

  test("two hundred are open in one process, all get their views, and the rest is answered", async () => {
    const browsers = await Promise.all(Array.from({ length: 40 }, () => signedIn(t, bob)));
    const streams = await Promise.all(
      browsers.flatMap((one) => Array.from({ length: 5 }, () => connect(one, "/live?of=ticking"))),
    );
    await Promise.all(streams.map((stream) => stream.until("tick 0")));
    expect(running).toBe(200);
    expect((await within(1000, browser.get("/"))).status).toBe(200);
    await t.db.run("DELETE FROM user_sessions");
    await within(4000, Promise.all(streams.map((stream) => stream.ended)));
    await untilRunning(0);
  }, 30_000);
});
