import type { Browser as Chromium, Page } from "playwright-core";
import { hashToken, newToken } from "#src/auth/token.ts";
import { DatabaseUnavailable } from "#src/db/db.ts";
import { defineFragment } from "#src/fragment.ts";
import type { Purpose } from "#src/store/tickets.ts";
import { sqlInsertTicket } from "#src/store/tickets.ts";
import { sqlInsertSession } from "#src/store/user-sessions.ts";
import { openApp, PASSWORD, type TestApp, type TestUser } from "./app.ts";
import { Visit } from "./browser.ts";
import { LONG_NAME, seedPeople } from "./screens-people.ts";

const HOUR_MS = 3_600_000;

/** Tells apart those who are new each time. */
let named = 0;

/** How somebody looks at a page. */
export type Look = {
  colorScheme: "light" | "dark";
  width: number;
  height: number;
  /** What the browser asks for; default: English. */
  language?: string;
};

type House = TestApp & {
  url: string;
  users: Record<string, TestUser>;
  /** The cookies of those who are signed in. */
  sessions: Map<string, ReadonlyMap<string, string>>;
  stop(): Promise<void>;
};
type HouseName = "full" | "bare" | "broken" | "down" | "new";

export type Screen = {
  name: string;
  /** Default: the full one. */
  house?: HouseName;
  /** Cookies of whoever looks; default: a stranger's. */
  as?: (house: House) => Promise<ReadonlyMap<string, string>>;
  at: string | ((house: House) => Promise<string>);
  /** What is done there until it looks as its name says. */
  act?: (page: Page, house: House) => Promise<void>;
};

/** Every screen of the house, in every state that looks different. */
export const SCREENS: readonly Screen[] = [
  { name: "sign-in", at: "/login" },
  { name: "sign-in-refused", at: "/login", act: (page) => signIn(page, "nobody", "wrong horse") },
  { name: "sign-in-after-reset", at: "/login?notice=reset" },
  { name: "code", as: halfIn("bob"), at: "/login/code" },
  { name: "code-refused", as: halfIn("carol"), at: "/login/code", act: wrongCode },
  { name: "recovery-code", as: halfIn("bob"), at: "/login/code?use=recovery" },
  { name: "enrolment", as: halfIn("carol.berlin"), at: "/login/enrol" },
  { name: "recovery-codes", as: enrolled, at: "/login/enrol", act: save },
  { name: "reset", at: "/reset" },
  { name: "reset-with-errors", at: "/reset", act: resetWithErrors },
  { name: "reset-link", at: linkOf("reset", "bob") },
  { name: "reset-link-with-errors", at: linkOf("reset", "bob"), act: choosePassword },
  { name: "invitation", at: linkOf("invite", "ann.oslo") },
  { name: "setup", house: "new", at: (house) => house.setupPath() },

  { name: "dashboard", as: member("ann"), at: "/" },
  { name: "dashboard-of-a-user", as: member("bob"), at: "/" },
  { name: "dashboard-long-name", as: member(LONG_NAME), at: "/" },
  { name: "dashboard-empty", house: "bare", as: member("bob"), at: "/" },
  { name: "dashboard-empty-for-admins", house: "bare", as: member("ann"), at: "/" },
  { name: "dashboard-with-failures", house: "broken", as: member("ann"), at: "/" },
  { name: "panel", as: member("ann"), at: "/fragments/who-is-signed-in" },
  { name: "customise", as: member("ann"), at: "/customise" },

  { name: "account", as: member("bob"), at: "/account" },
  { name: "account-session-ended", as: signedInTwice, at: "/account", act: endOther },
  { name: "account-with-errors", as: member("bob"), at: "/account", act: passwordWithErrors },
  { name: "account-authenticator", as: replacing, at: "/account/authenticator" },
  { name: "confirm", as: stale, at: "/confirm?next=/account" },
  { name: "confirm-dialog", as: stale, at: "/admin/users", act: askedToConfirm },

  { name: "people", as: member("ann"), at: "/admin/users" },
  { name: "people-filtered", as: member("ann"), at: "/admin/users?status=disabled" },
  { name: "people-nobody", as: member("ann"), at: "/admin/users?q=zebra" },
  { name: "people-selected", as: member("ann"), at: "/admin/users", act: select },
  { name: "people-bulk-report", as: member("ann"), at: "/admin/users", act: bulk },
  { name: "people-menu", as: member("ann"), at: "/admin/users", act: menu },
  { name: "people-registered", as: member("ann"), at: "/admin/users", act: register },
  { name: "people-refused", as: member("ann"), at: "/admin/users", act: registerTaken },
  { name: "person", as: member("ann"), at: personOf("carol") },
  { name: "person-oneself", as: member("ann"), at: personOf("ann") },
  { name: "person-disabled", as: member("ann"), at: personOf("bob.berlin") },
  { name: "person-long-name", as: member("ann"), at: personOf(LONG_NAME) },
  { name: "import", as: member("ann"), at: "/admin/users/import" },
  { name: "import-checked", as: member("ann"), at: "/admin/users/import", act: checkImport },
  { name: "audit", as: member("ann"), at: "/admin/audit" },
  {
    name: "audit-details",
    as: member("ann"),
    at: "/admin/audit",
    act: (page) => page.locator(".audit-day summary").nth(1).click(),
  },
  { name: "audit-nothing", as: member("ann"), at: "/admin/audit?actor=zebra" },

  { name: "palette", as: member("ann"), at: "/account", act: openPalette },
  { name: "palette-nothing", as: member("ann"), at: "/account", act: searchInVain },
  { name: "keys", as: member("ann"), at: "/account", act: openKeys },

  { name: "problem-403", as: member("bob"), at: "/admin/users" },
  { name: "problem-404", as: member("bob"), at: "/nowhere" },
  { name: "problem-404-stranger", at: "/invite/gone" },
  { name: "problem-503", house: "down", as: member("ann"), at: "/" },
];

/** Started servers with people in them, for as many lookers as wanted. */
export type Screens = { look(browser: Chromium, look: Look): Promise<Looker>; close(): Promise<void> };

/** One window with one look; brings its page to a screen. */
export type Looker = { readonly visit: Visit; show(screen: Screen): Promise<Page>; end(): Promise<void> };

export async function openScreens(): Promise<Screens> {
  const houses: Record<HouseName, House> = {
    full: await open(),
    bare: await open({ fragments: { usable: [], faulty: [], find: () => null, failures: new Map() } }),
    broken: await open({ fragments: FAILING }),
    down: await open(),
    new: await open({}, false),
  };
  await seedPeople(houses.full, houses.full.users);
  const away = async () => {
    throw new DatabaseUnavailable("away");
  };
  Object.assign(houses.down.db, { all: away, one: away });
  return {
    look: (browser, look) => startLooking(browser, houses, look),
    close: async () => {
      for (const house of Object.values(houses)) await house.stop();
    },
  };
}

async function startLooking(browser: Chromium, houses: Record<HouseName, House>, look: Look): Promise<Looker> {
  const { colorScheme, width, height, language = "en" } = look;
  const visit = await Visit.begin(browser, {
    ...{ colorScheme, viewport: { width, height }, reducedMotion: "reduce" },
    extraHTTPHeaders: { "Accept-Language": language },
  });
  const { context, page } = visit;
  const show = async ({ house: name = "full", as, at, act }: Screen) => {
    const house = houses[name];
    const cookies = [...((await as?.(house)) ?? [])].map(([name, value]) => ({ name, value, url: house.url }));
    await context.clearCookies();
    await context.addCookies(cookies);
    await page.setViewportSize({ width, height });
    await page.goto(house.url + (typeof at === "string" ? at : await at(house)));
    await page.waitForFunction(() => document.querySelector(".skeleton") === null);
    await act?.(page, house);
    await page.evaluate(untilStill);
    return page;
  };
  return { visit, show, end: () => visit.end() };
}

/** Until every answer has arrived, and the focus with it. */
async function untilStill(): Promise<void> {
  const frame = () => new Promise(requestAnimationFrame);
  do await frame();
  while (document.querySelector("[aria-busy=true]"));
  await frame();
}

const BROKEN = { title: "Orders", size: "half", render: () => fail() } as const;
const FAILING = fragments({
  orders: defineFragment(BROKEN),
  stock: defineFragment({ title: "Stock", size: "half", render: () => "All shelves are full." }),
});

function fail(): never {
  throw new Error("the warehouse is closed");
}

function fragments(all: Record<string, ReturnType<typeof defineFragment>>) {
  return {
    usable: Object.entries(all).map(([name, fragment]) => ({ name, fragment })),
    faulty: [{ file: "src/fragments/invoices.tsx", fault: "its default export is no fragment" }],
    find: (name: string) => all[name] ?? null,
    failures: new Map(),
  };
}

async function open(overrides: Parameters<typeof openApp>[0] = {}, inhabited = true): Promise<House> {
  const app = await openApp(overrides);
  const server = Bun.serve({
    hostname: "localhost",
    port: 0,
    fetch: (request, server) =>
      app.app.fetch(request, { peer: "203.0.113.7", keepOpen: () => server.timeout(request, 0) }),
  });
  const users: Record<string, TestUser> = {};
  if (inhabited) {
    users.ann = await app.addUser("ann", { role: "admin" });
    users.bob = await app.addUser("bob");
  }
  const stop = async () => {
    await server.stop(true);
    await app.close();
  };
  return { ...app, url: `http://localhost:${server.port}`, users, sessions: new Map(), stop };
}

function userOf(house: House, name: string): TestUser {
  const user = house.users[name];
  if (user === undefined) throw new Error(`nobody is called ${name}`);
  return user;
}

/** One session for each person who is signed in somewhere. */
function member(name: string) {
  return async (house: House) => {
    const known = house.sessions.get(name);
    if (known) return known;
    // No two at the same moment: lists have them in one order only.
    house.advance(1000);
    const session = await newSession(house, userOf(house, name).id);
    house.sessions.set(name, session);
    return session;
  };
}

async function newSession({ db, deps }: House, userId: number): Promise<Map<string, string>> {
  const token = newToken();
  const nowMs = deps.clock();
  const origin = {
    ip: "203.0.113.7",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
  };
  const session = { sessionId: hashToken(token), userId, nowMs, expiresAtMs: nowMs + 12 * HOUR_MS, ...origin };
  await db.batch([sqlInsertSession(session)]);
  return new Map([["session", token]]);
}

/** Signed in so long ago that sensitive acts ask for the password. */
async function stale(house: House): Promise<Map<string, string>> {
  const cookies = await newSession(house, userOf(house, "ann").id);
  const id = hashToken(cookies.get("session") ?? "");
  await house.db.run("UPDATE user_sessions SET confirmed_at = 0 WHERE session_id = ?", [id]);
  return cookies;
}

/** Past the password, before the code. */
function halfIn(name: string) {
  return async (house: House) => {
    const browser = house.browser("203.0.113.20");
    await browser.post("/login", { username: userOf(house, name).username, password: PASSWORD });
    return browser.cookies;
  };
}

/** Somebody new each time: the authenticator is set up once. */
async function enrolled(house: House): Promise<Map<string, string>> {
  const name = `carol.new${++named}`;
  house.users[name] = await house.addUser(name, { authenticator: false });
  const browser = house.browser("203.0.113.21");
  await browser.post("/login", { username: name, password: PASSWORD });
  const page = await (await browser.get("/login/enrol")).text();
  const secret = (/data-testid="totp-key".*?<\/code>/s.exec(page)?.[0] ?? "").replace(/^[^>]*>|<[^>]*>|\s/g, "");
  const code = house.codeOf({ ...house.users[name], secret });
  browser.cookies.set("enrolment-code", code);
  return browser.cookies;
}

/** Somebody new each time, who is signed in elsewhere too. */
async function signedInTwice(house: House): Promise<Map<string, string>> {
  const name = `bob.new${++named}`;
  const { id } = await house.addUser(name);
  await newSession(house, id);
  return newSession(house, id);
}

/** Gone again before anybody counts; the page stands. */
async function endOther(page: Page, house: House): Promise<void> {
  await page.locator(`.list-row form[action$="/end"] button`).click();
  await page.locator(".toast .undo").waitFor();
  const value = (await page.context().cookies()).find(({ name }) => name === "session")?.value ?? "";
  const own = "SELECT user_id FROM user_sessions WHERE session_id = ?";
  await house.db.run(`DELETE FROM users WHERE id = (${own})`, [hashToken(value)]);
}

async function save(page: Page): Promise<void> {
  const cookies = await page.context().cookies();
  const code = cookies.find(({ name }) => name === "enrolment-code")?.value ?? "";
  await page.locator("#code").fill(code);
  await page.locator("#enrol [type=submit]").click();
  await page.getByTestId("recovery-codes").waitFor();
}

async function replacing(house: House): Promise<Map<string, string>> {
  const browser = house.browser();
  for (const [name, value] of await newSession(house, userOf(house, "bob").id)) browser.cookies.set(name, value);
  await browser.post("/account/authenticator");
  return browser.cookies;
}

function linkOf(purpose: Purpose, name: string) {
  return async ({ db, deps, users }: House) => {
    const token = newToken();
    const nowMs = deps.clock();
    const ticket = {
      ticketId: hashToken(token),
      purpose,
      userId: users[name]!.id,
      nowMs,
      expiresAtMs: nowMs + HOUR_MS,
    };
    await db.batch([sqlInsertTicket(ticket)]);
    return `/${purpose}/${token}`;
  };
}

function personOf(name: string) {
  return async (house: House) => `/admin/users/${userOf(house, name).id}`;
}

async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.locator("#username").fill(name);
  await page.locator("#password").fill(password);
  await page.locator("#login [type=submit]").click();
  await page.getByRole("alert").first().waitFor();
}

async function wrongCode(page: Page, house: House): Promise<void> {
  await page.locator("#code").fill("000000");
  await page.locator("#login-code [type=submit]").click();
  await page.locator(".field-error").first().waitFor();
  await house.db.run("DELETE FROM attempts WHERE user_id = ?", [userOf(house, "carol").id]);
}

async function resetWithErrors(page: Page): Promise<void> {
  await page.locator("#username").fill("bob");
  await page.locator("#code").fill("123456");
  await page.locator("#recovery_code").fill("aaaa-bbbb-cccc");
  await choosePassword(page);
}

async function choosePassword(page: Page): Promise<void> {
  await page.locator("#new_password").fill("password");
  await page.locator("#confirm_password").fill("passwort");
  await page.locator("form#reset [type=submit]").click();
  await page.locator(".field-error").first().waitFor();
}

async function passwordWithErrors(page: Page): Promise<void> {
  await page.locator("#current_password").fill(PASSWORD);
  await page.locator("#new_password").fill("password");
  await page.locator("#confirm_password").fill("passwort");
  await page.locator("#change-password [type=submit]").click();
  await page.locator(".field-error").first().waitFor();
}

async function askedToConfirm(page: Page): Promise<void> {
  await page.locator("#register #username").fill("bob.paris");
  await page.locator("#register [type=submit]").click();
  await page.getByRole("dialog").waitFor();
}

async function select(page: Page, house: House, names = ["bob", "carol"]): Promise<void> {
  for (const name of names) await page.locator(`#person-${userOf(house, name).id} [name=id]`).check();
}

async function bulk(page: Page, house: House): Promise<void> {
  await select(page, house, ["bob", "carol", "ann"]);
  await page.locator("#act").selectOption("user");
  await page.locator("#bulk [type=submit]").click();
  await page.locator("#bulk-title").waitFor();
}

async function menu(page: Page, house: House): Promise<void> {
  await page.locator(`#menu-button-${userOf(house, "carol").id}`).click();
  await page.locator(".menu-list:popover-open").waitFor();
}

async function register(page: Page, house: House): Promise<void> {
  const name = `ann.new${++named}`;
  await page.locator("#register #username").fill(name);
  await page.locator("#register [type=submit]").click();
  await page.getByTestId("one-time-link").waitFor();
  await house.db.run("DELETE FROM users WHERE username_key = ?", [name]);
}

async function registerTaken(page: Page): Promise<void> {
  await page.locator("#register #username").fill("bob");
  await page.locator("#register [type=submit]").click();
  await page.locator(".field-error").first().waitFor();
}

async function checkImport(page: Page): Promise<void> {
  await page
    .locator("textarea")
    .fill("ann.rome,user\nbob.rome,admin\nbob,user\nno spaces please,user\ncarol.rome,boss\n");
  await page.locator("#import-check [type=submit]").click();
  await page.locator("#import [role=status]").waitFor();
}

async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.locator("#palette-list [href='/admin/audit']").waitFor();
}

async function searchInVain(page: Page): Promise<void> {
  await openPalette(page);
  await page.keyboard.type("zebra");
  await page.locator("#palette-list [role=status]").waitFor();
}

async function openKeys(page: Page): Promise<void> {
  await page.keyboard.press("?");
  await page.locator("#shortcuts[open]").waitFor();
}
