import { randomBytes } from "node:crypto";
import { generateSync } from "otplib";
import { pino } from "pino";
import { type App, createApp, type Deps } from "#src/app.tsx";
import { loadAssets } from "#src/assets.ts";
import { createHashPool } from "#src/auth/hash-pool.ts";
import { keyring } from "#src/auth/keys.ts";
import { createPasswords } from "#src/auth/password.ts";
import { newRecoveryCodes, normalizeRecoveryCode, recoveryCodeHash } from "#src/auth/recovery-codes.ts";
import { mfaSecretLabel, seal } from "#src/auth/secret-box.ts";
import { hashToken, newToken } from "#src/auth/token.ts";
import { newTotpSecret } from "#src/auth/totp.ts";
import { type Config, loadConfig } from "#src/config.ts";
import type { Db } from "#src/db/db.ts";
import { discoverFragments } from "#src/discover.ts";
import { createMetrics } from "#src/metrics.ts";
import { sqlReplaceRecoveryCodes } from "#src/store/recovery-codes.ts";
import { sqlInsertTicket } from "#src/store/tickets.ts";
import { findUserByKey, type Role, sqlEnrolMfa, sqlInsertUser } from "#src/store/users.ts";
import { freshDb } from "./database.ts";

export const PASSWORD = "correct horse battery staple";
const ORIGIN = "http://localhost:3000";
/** Cheap on purpose; `MIN_ROUNDS` allows it to tests alone, the configuration starts at 10. */
const ROUNDS = 4;
/** 2026-01-15 10:00:00 UTC; the fake clock stands still until a test moves it. */
const START_MS = Date.UTC(2026, 0, 15, 10);

const pool = createHashPool();
const assets = await loadAssets();

/** A person at a browser: keeps cookies, sends what browsers send. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly app: App,
    readonly address = "203.0.113.7",
  ) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.send(path, { headers });
  }

  /** As htmx posts a form. */
  post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
    return this.plainPost(path, fields, { "HX-Request": "true", "HX-Request-Type": "partial", ...headers });
  }

  /** As a browser without JavaScript posts it. */
  plainPost(
    path: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.send(path, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { Origin: ORIGIN, ...headers },
    });
  }

  async send(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { Host: "localhost:3000", ...(cookie && { Cookie: cookie }), ...init.headers };
    const response = await this.app.fetch(new Request(ORIGIN + path, { ...init, headers }), { peer: this.address });
    await this.app.settled();
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return response;
  }

  private keep(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const [name = "", value = ""] = pair.split("=");
    if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

export type TestUser = { id: number; username: string; secret: string; recoveryCodes: string[] };
type AddUser = { role?: Role; authenticator?: boolean };

export type TestApp = {
  app: App;
  deps: Deps;
  db: Db;
  /** Moves the clock. */
  advance(ms: number): void;
  browser(address?: string): Browser;
  addUser(username: string, options?: AddUser): Promise<TestUser>;
  /** What the person's phone shows, `steps` steps of 30 seconds from now. */
  codeOf(user: TestUser, steps?: number): string;
  /** Signs in with password and the next unspent code. */
  signIn(user: TestUser, browser?: Browser): Promise<Browser>;
  /** A fresh setup address, as printed at start. */
  setupPath(): Promise<string>;
  /** Everything written to the log so far, as one text. */
  logged(): string;
  close(): Promise<void>;
};

/** The whole application on a fresh database, with a clock of its own and without a network. */
export async function openApp(overrides: Partial<Config> & { fragments?: Deps["fragments"] } = {}): Promise<TestApp> {
  const { fragments: given, ...changes } = overrides;
  const { db, close } = await freshDb();
  const config: Config = { ...loadConfig({}), bcryptRounds: ROUNDS, ...changes };
  let nowMs = START_MS;
  const lines: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const keys = keyring([randomBytes(48).toString("base64url")]);
  const passwords = createPasswords({ keys, rounds: config.bcryptRounds, pool });
  const fragments = given ?? (await discoverFragments(config.fragmentsDir));
  const deps: Deps = {
    config,
    db,
    clock: () => nowMs,
    log,
    keys,
    passwords,
    assets,
    fragments,
    metrics: createMetrics(pool, fragments.failures),
    ready: () => true,
  };
  const app = createApp(deps);

  const test: TestApp = {
    app,
    deps,
    db,
    advance: (ms) => {
      nowMs += ms;
    },
    browser: (address) => new Browser(app, address),
    addUser: (username, options) => addUser(deps, username, options),
    codeOf: ({ secret }, steps = 0) => generateSync({ secret, epoch: nowMs / 1000 + 30 * steps }),
    signIn: (user, browser = test.browser()) => signIn(test, user, browser),
    setupPath: () => setupPath(deps),
    logged: () => lines.join(""),
    close,
  };
  return test;
}

async function addUser(deps: Deps, username: string, { role = "user", authenticator = true }: AddUser = {}) {
  const { db, keys, passwords, clock } = deps;
  const passwordHash = await passwords.hash(PASSWORD);
  await db.batch([sqlInsertUser({ username, usernameKey: username, role, passwordHash, nowMs: clock() })]);
  const { id } = (await findUserByKey(db, username))!;
  const user: TestUser = { id, username, secret: newTotpSecret(), recoveryCodes: newRecoveryCodes() };
  const codeHashes = user.recoveryCodes.map((code) => recoveryCodeHash(keys.current, id, normalizeRecoveryCode(code)!));
  if (authenticator)
    await db.batch([
      sqlEnrolMfa(id, seal(keys, user.secret, mfaSecretLabel(id)), 0, clock()),
      ...sqlReplaceRecoveryCodes(id, codeHashes, clock()),
    ]);
  return user;
}

async function signIn(test: TestApp, user: TestUser, browser: Browser): Promise<Browser> {
  // The step before may be spent by an earlier sign-in at the same moment of the fake clock.
  test.advance(60_000);
  await browser.post("/login", { username: user.username, password: PASSWORD });
  const answer = await browser.post("/login/code", { code: test.codeOf(user) });
  if (answer.status !== 204) throw new Error(`sign-in of ${user.username} failed with ${answer.status}`);
  return browser;
}

async function setupPath({ db, clock }: Deps): Promise<string> {
  const token = newToken();
  const ticket = { ticketId: hashToken(token), purpose: "setup", userId: null } as const;
  await db.batch([sqlInsertTicket({ ...ticket, nowMs: clock(), expiresAtMs: clock() + 1_800_000 })]);
  return `/setup/${token}`;
}
