import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { hashToken, newToken } from "#src/auth/token.ts";
import { sqlEndSession, sqlUndoEnd } from "#src/store/ended-sessions.ts";
import { sqlInsertTicket } from "#src/store/tickets.ts";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";

const NEW_PASSWORD = "seven purple giraffes dancing";
const NEW = { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD };

let t: TestApp;
let ann: TestUser;
beforeEach(async () => {
  t = await openApp();
  ann = await t.addUser("ann");
});
afterEach(() => t.close());

const isOpen = async (browser: Browser) => (await browser.get("/account")).status === 200;
const disable = () => t.db.run("UPDATE users SET disabled_at = ? WHERE id = ?", [t.deps.clock(), ann.id]);

async function halfSignedIn(username = "ann", browser = t.browser()): Promise<Browser> {
  await browser.post("/login", { username, password: PASSWORD });
  return browser;
}

async function ticketFor(user: TestUser, purpose: "invite" | "reset" | "enrol"): Promise<string> {
  const token = newToken();
  const nowMs = t.deps.clock();
  const entry = { ticketId: hashToken(token), purpose, userId: user.id, nowMs, expiresAtMs: nowMs + 600_000 };
  await t.db.batch([sqlInsertTicket(entry)]);
  return token;
}

describe("a token", () => {
  test("opens only what it was made for: neither ticket nor link is a session, and no session a ticket", async () => {
    const browser = await t.signIn(ann);
    const half = await halfSignedIn();
    const tokens = {
      session: browser.cookies.get("session")!,
      login: half.cookies.get("ticket")!,
      enrol: await ticketFor(ann, "enrol"),
      invite: await ticketFor(ann, "invite"),
      reset: await ticketFor(ann, "reset"),
    };
    for (const [purpose, token] of Object.entries(tokens)) {
      const thief = t.browser();
      thief.cookies.set("session", token);
      thief.cookies.set("ticket", token);
      expect([purpose, await isOpen(thief)]).toEqual([purpose, purpose === "session"]);
      expect([purpose, (await thief.get("/login/code")).status]).toEqual([purpose, purpose === "login" ? 200 : 303]);
      expect([purpose, (await thief.get("/login/enrol")).status]).toEqual([purpose, 303]);
      expect([purpose, (await thief.get(`/invite/${token}`)).status]).toEqual([
        purpose,
        purpose === "invite" ? 200 : 404,
      ]);
      expect([purpose, (await thief.get(`/reset/${token}`)).status]).toEqual([
        purpose,
        purpose === "reset" ? 200 : 404,
      ]);
      expect([purpose, (await thief.get(`/setup/${token}`)).status]).toEqual([purpose, 404]);
    }
  });

  test("is never given by a GET", async () => {
    const admin = await t.signIn(await t.addUser("carol", { role: "admin" }));
    const paths = t.app.routes.filter(({ method }) => method === "GET").map(({ path }) => path.replace(/:\w+/g, "1"));
    for (const path of paths) {
      for (const browser of [t.browser(), await halfSignedIn(), admin]) {
        const answer = await browser.get(path.replace("*", "x"), { Cookie: "session=planted; ticket=planted" });
        await answer.body?.cancel();
        expect([path, answer.headers.getSetCookie()]).toEqual([path, []]);
      }
    }
  });
});

describe("every other session ends when", () => {
  /** What puts an end to them; answers the browser that goes on, if there is one. */
  const EVENTS: Record<string, () => Promise<Browser | null>> = {
    "the password is changed": async () => {
      const own = await t.signIn(ann);
      expect((await own.post("/account/password", { current_password: PASSWORD, ...NEW })).status).toBe(204);
      return own;
    },
    "the password is reset": async () => {
      t.advance(60_000);
      const fields = { username: "ann", code: t.codeOf(ann), recovery_code: ann.recoveryCodes[0]!, ...NEW };
      expect((await t.browser().post("/reset", fields)).status).toBe(204);
      return null;
    },
    "a reset link is used": async () => {
      expect((await t.browser().post(`/reset/${await ticketFor(ann, "reset")}`, NEW)).status).toBe(204);
      return null;
    },
    "the recovery codes are replaced": async () => {
      const own = await t.signIn(ann);
      expect((await own.post("/account/codes")).status).toBe(204);
      return own;
    },
    "an admin resets the authenticator": () => byAdmin("authenticator"),
    "an admin changes the role": () => byAdmin("role", { role: "admin" }),
    "an admin disables the person": () => byAdmin("disable", { reason: "left" }),
    "an admin ends them": () => byAdmin("sessions"),
    "the person is deleted": () => byAdmin("delete", { confirm_name: "ann" }),
  };

  async function byAdmin(act: string, fields: Record<string, string> = {}): Promise<null> {
    const admin = await t.signIn(await t.addUser("carol", { role: "admin" }));
    expect((await admin.post(`/admin/users/${ann.id}/${act}`, fields)).status).toBeLessThan(300);
    return null;
  }

  /** A session that may still be brought back. @returns does that, as whoever ended it. */
  async function endOneAsAnn() {
    const sql = "SELECT session_id AS id FROM user_sessions WHERE user_id = ? ORDER BY created_at DESC LIMIT 1";
    const { id } = (await t.db.one<{ id: string }>(sql, [ann.id]))!;
    const nowMs = t.deps.clock();
    await t.db.batch([sqlEndSession(ann.id, id, ann.id, nowMs)]);
    return () => t.db.batch([sqlUndoEnd(ann.id, id, ann.id, nowMs + 1)]);
  }

  test.each(Object.keys(EVENTS))("%s", async (event) => {
    const three = [await t.signIn(ann), await t.signIn(ann), await t.signIn(ann)];
    const undo = await endOneAsAnn();
    const bystander = await t.signIn(await t.addUser("bob"));
    const own = await EVENTS[event]!();
    expect(await Promise.all(three.map(isOpen))).toEqual([false, false, false]);
    expect(await isOpen(bystander)).toBe(true);
    if (own !== null) expect(await isOpen(own)).toBe(true);
    // By the rows themselves, and not only by what is looked up with them.
    const left = await t.db.one("SELECT COUNT(*) AS n FROM user_sessions WHERE user_id = ?", [ann.id]);
    expect(left).toEqual({ n: own === null ? 0 : 1 });
    // Nor does what was ended a moment before come back past it.
    await undo();
    expect(await Promise.all(three.map(isOpen))).toEqual([false, false, false]);
  });
});

describe("a disabled person", () => {
  test("gets no further with anything that was begun or issued before", async () => {
    const half = await halfSignedIn();
    const other = await halfSignedIn();
    const [invite, reset, enrol] = [
      await ticketFor(ann, "invite"),
      await ticketFor(ann, "reset"),
      await ticketFor(ann, "enrol"),
    ];
    await disable();
    expect((await half.post("/login/code", { code: t.codeOf(ann) })).status).toBe(401);
    expect((await other.post("/login/code", { recovery_code: ann.recoveryCodes[0]! })).status).toBe(401);
    expect((await t.browser().get(`/invite/${invite}`)).status).toBe(404);
    expect((await t.browser().post(`/invite/${invite}`, NEW)).status).toBe(404);
    expect((await t.browser().get(`/reset/${reset}`)).status).toBe(404);
    expect((await t.browser().post(`/reset/${reset}`, NEW)).status).toBe(404);
    const enrolling = t.browser();
    enrolling.cookies.set("ticket", enrol);
    expect((await enrolling.get("/login/enrol")).status).toBe(303);
    const fields = { username: "ann", code: t.codeOf(ann), recovery_code: ann.recoveryCodes[1]!, ...NEW };
    expect((await t.browser().post("/reset", fields)).status).toBe(401);
    expect(await t.db.one("SELECT COUNT(*) AS n FROM user_sessions")).toEqual({ n: 0 });
  });

  test("loses a session at the very next request, also one that only polls", async () => {
    const browser = await t.signIn(ann);
    const poll = { "X-Polling": "1", "HX-Request": "true", "HX-Request-Type": "partial" };
    expect((await browser.get("/fragments/account", poll)).status).toBe(200);
    await disable();
    const answer = await browser.get("/fragments/account", poll);
    expect([answer.status, await answer.text()]).toEqual([401, ""]);
  });
});

describe("a stranger who guesses names", () => {
  /** Everything a stranger can see of an answer, but for the name they typed, the number and the time. */
  async function seen(answer: Response, username: string): Promise<string> {
    const headers = [...answer.headers].filter(([name]) => name !== "date").sort();
    const all = JSON.stringify([answer.status, headers, await answer.text()]);
    return all.replaceAll(username, "NAME").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
  }

  const ATTEMPTS: Record<string, (browser: Browser, username: string) => Promise<Response>> = {
    "a wrong password": (browser, username) => browser.post("/login", { username, password: "wrong" }),
    "a wrong password without scripts": (browser, username) =>
      browser.plainPost("/login", { username, password: "wrong" }),
    "wrong codes at the reset": (browser, username) =>
      browser.post("/reset", { username, code: "000000", recovery_code: "00000-00000-00000", ...NEW }),
    "a right name and an easy new password": (browser, username) =>
      browser.post("/reset", { username, code: "000000", new_password: "password", confirm_password: "password" }),
  };

  test.each(Object.keys(ATTEMPTS))(
    "learns nothing from %s: status, headers, cookies and text are the same",
    async (what) => {
      await t.addUser("nomfa", { authenticator: false });
      await t.addUser("gone1");
      await t.db.run("UPDATE users SET disabled_at = 1 WHERE username = 'gone1'");
      const names = ["annex", "ann", "nomfa", "gone1"];
      const answers = await Promise.all(
        names.map(async (name, i) => {
          const browser = t.browser(`198.51.100.${i + 1}`);
          const first = await seen(await ATTEMPTS[what]!(browser, name), name);
          for (let n = 0; n < 5; n++) await ATTEMPTS[what]!(browser, name);
          return [first, await seen(await ATTEMPTS[what]!(browser, name), name)];
        }),
      );
      for (const answer of answers) expect(answer).toEqual(answers[0]!);
    },
  );

  test("learns nothing from addresses of people, panels and links that are or are not there", async () => {
    const real = await ticketFor(ann, "reset");
    t.advance(700_000);
    for (const [there, not] of [
      [`/admin/users/${ann.id}`, "/admin/users/999"],
      ["/fragments/account", "/fragments/nothing"],
      [`/reset/${real}`, `/reset/${newToken()}`],
    ]) {
      const [a, b] = [await t.browser().get(there!), await t.browser().get(not!)];
      expect(await seen(a, encodeURIComponent(there!))).toBe(await seen(b, encodeURIComponent(not!)));
    }
  });
});

describe("a stolen address", () => {
  const guess = (headers: Record<string, string>, peer = "203.0.113.9") =>
    t.browser(peer).post("/login", { username: "ann", password: "wrong" }, headers);

  test("in X-Forwarded-For, Forwarded or X-Real-IP buys no new guesses", async () => {
    for (let i = 0; i < 5; i++) {
      const ip = `198.51.100.${i}`;
      await guess({
        "X-Forwarded-For": `${ip}, 10.0.0.1`,
        Forwarded: `for=${ip}`,
        "X-Real-IP": ip,
        "CF-Connecting-IP": ip,
      });
    }
    expect((await guess({ "X-Forwarded-For": "192.0.2.77", "X-Real-IP": "192.0.2.77" })).status).toBe(429);
  });

  test("through a trusted proxy is what that proxy saw, whatever stands to the left of it", async () => {
    await t.close();
    t = await openApp({ trustedProxies: ["10.0.0.0/8"] });
    ann = await t.addUser("ann");
    for (let i = 0; i < 5; i++) await guess({ "X-Forwarded-For": `192.0.2.${i}, 198.51.100.7` }, "10.0.0.1");
    expect((await guess({ "X-Forwarded-For": "1.2.3.4, 198.51.100.7" }, "10.0.0.1")).status).toBe(429);
    expect((await guess({ "X-Forwarded-For": "1.2.3.4, 198.51.100.8" }, "10.0.0.1")).status).toBe(401);
  });
});

describe("a proxy that nobody declared", () => {
  const NOTICE = "Everybody seems to come from 172.16.0.9";

  test("is told to admins who come through it, and to nobody else", async () => {
    const through = { "X-Forwarded-For": "198.51.100.1" };
    const admin = await t.signIn(await t.addUser("carol", { role: "admin" }), t.browser("172.16.0.9"));
    const user = await t.signIn(ann, t.browser("172.16.0.9"));
    expect(await (await admin.get("/", through)).text()).toContain(NOTICE);
    expect(await (await admin.get("/")).text()).not.toContain("Everybody seems");
    expect(await (await user.get("/", through)).text()).not.toContain("Everybody seems");
  });

  test("is no news once it is trusted", async () => {
    await t.close();
    t = await openApp({ trustedProxies: ["172.16.0.0/12"] });
    const admin = await t.signIn(await t.addUser("carol", { role: "admin" }), t.browser("172.16.0.9"));
    expect(await (await admin.get("/", { "X-Forwarded-For": "198.51.100.1" })).text()).not.toContain("Everybody seems");
  });
});
