import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serverKey } from "#src/auth/keys.ts";
import { VARIABLES } from "#src/config.ts";
import { sqlAudit } from "#src/store/audit-log.ts";
import { insertServerKey } from "#src/store/server-keys.ts";
import { addPerson, type CommandHouse, commandHouse } from "./house.ts";

let house: CommandHouse;
beforeEach(async () => {
  house = await commandHouse();
});
afterEach(() => house.close());

const SECRET = "Kq7vN2xWp9LdRz4TmYb8HcJf6GsAe3Uo-CANARY-1";
type Report = {
  healthy: boolean;
  checks: { name: string; state: "ok" | "warn" | "fail"; text: string }[];
  variables: { name: string; source: string; value: string | null }[];
};

async function examine(
  extra: Record<string, string> = {},
): Promise<Report & { code: number; states: Record<string, string> }> {
  const { code, out } = await house.run(["doctor", "--json"], extra);
  const report = JSON.parse(out) as Report;
  return { ...report, code, states: Object.fromEntries(report.checks.map(({ name, state }) => [name, state])) };
}

test("a house in order: every check is fine, exit code 0", async () => {
  const db = await house.db();
  await addPerson(db, "ann", "admin");
  await insertServerKey(db, serverKey(SECRET).id, Date.now());
  mkdirSync(house.dataDir, { recursive: true, mode: 0o700 });
  const { code, healthy, states } = await examine({ APP_SECRET: SECRET });
  expect([code, healthy]).toEqual([0, true]);
  expect(Object.values(states).filter((state) => state !== "ok")).toEqual([]);
  expect(Object.keys(states)).toEqual(
    expect.arrayContaining(["variables", "database", "clock", "migrations", "keys", "admins"]),
  );
});

test("every variable is there with its source; secrets only whether they are set", async () => {
  mkdirSync(house.dataDir, { recursive: true });
  const file = join(house.dataDir, "password");
  writeFileSync(file, "FILE-CANARY\n");
  const given = { APP_SECRET: SECRET, APP_NAME: "Acme", DB_PASSWORD: "", DB_PASSWORD_FILE: file };
  const { variables } = await examine(given);
  expect(variables.map(({ name }) => name)).toEqual(Object.keys(VARIABLES));
  const of = (name: string) => variables.find((variable) => variable.name === name);
  expect(of("APP_NAME")).toEqual({ name: "APP_NAME", source: "environment", value: "Acme" });
  expect(of("APP_SECRET")).toEqual({ name: "APP_SECRET", source: "environment", value: "(set)" });
  expect(of("DB_PASSWORD")).toEqual({ name: "DB_PASSWORD", source: "file", value: "(set)" });
  expect(of("SESSION_TIMEOUT")).toEqual({ name: "SESSION_TIMEOUT", source: "default", value: "1800" });
  const { out, err } = await house.run(["doctor"], given);
  expect(out + err).not.toContain("CANARY");
});

describe("exit code 1 when", () => {
  test("a variable is wrong; its value is not shown", async () => {
    const { code, out } = await house.run(["doctor"], { PORT: "PORT-CANARY", APP_SECRET: "short-CANARY" });
    expect(code).toBe(1);
    expect(out).toContain("PORT must be a whole number");
    expect(out).not.toContain("CANARY");
  });

  test("the secret is not the database's", async () => {
    await insertServerKey(await house.db(), "00000000", Date.now());
    const { code, states } = await examine({ APP_SECRET: SECRET });
    expect([code, states.keys]).toEqual([1, "fail"]);
  });

  test("the secret file is gone", async () => {
    await insertServerKey(await house.db(), "00000000", Date.now());
    const { code, states } = await examine();
    expect([code, states.keys]).toEqual([1, "fail"]);
    expect(existsSync(join(house.dataDir, "secret"))).toBe(false);
  });

  test("others can read the secret file, or write into its folder", async () => {
    mkdirSync(house.dataDir, { recursive: true, mode: 0o700 });
    const file = join(house.dataDir, "secret");
    writeFileSync(file, SECRET, { mode: 0o600 });
    chmodSync(file, 0o644);
    expect(await examine()).toMatchObject({ code: 1, states: { "secret file": "fail", "data folder": "ok" } });
    chmodSync(file, 0o600);
    chmodSync(house.dataDir, 0o777);
    expect(await examine()).toMatchObject({ code: 1, states: { "secret file": "ok", "data folder": "fail" } });
  });

  test("the database has seen a migration that is not known here", async () => {
    const db = await house.db();
    await db.run("INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ('9999-later.sql', 'c', 1)");
    const { code, states, checks } = await examine();
    expect([code, states.database]).toEqual([1, "fail"]);
    expect(checks.at(-1)?.text).toContain("9999-later.sql");
  });

  test("the database is away", async () => {
    const away = { DB_HOST: "127.0.0.1", DB_PORT: "1", DB_USER: "u", DB_DATABASE: "d", DB_PASSWORD: "DB-CANARY" };
    const { code, out, err } = await house.run(["doctor", "--json"], away);
    expect([code, JSON.parse(out).checks.at(-1).name]).toEqual([1, "database"]);
    expect(out + err).not.toContain("CANARY");
  });

  test("history comes from the future: a clock is wrong", async () => {
    const db = await house.db();
    await db.batch([sqlAudit({ event: "session.ended", atMs: Date.now() + 3_600_000, origin: null })]);
    expect(await examine()).toMatchObject({ code: 1, states: { history: "fail", clock: "ok" } });
  });
});

describe("warns, with exit code 0, when", () => {
  const addresses: [string, Record<string, string>][] = [
    ["passwords cross the network in the clear", { PUBLIC_URL: "http://tools.example.org" }],
    ["a proxy is not named", { PUBLIC_URL: "https://tools.example.org" }],
    ["the address is of this machine, and others are let in", { PUBLIC_URL: "http://localhost:3000", HOST: "0.0.0.0" }],
  ];
  for (const [what, given] of addresses) {
    test(what, async () => {
      expect(await examine(given)).toMatchObject({ code: 0, states: { address: "warn" } });
    });
  }

  test("no admin can sign in", async () => {
    await addPerson(await house.db(), "bob");
    expect(await examine()).toMatchObject({ code: 0, states: { admins: "warn" } });
  });
});

test("looking changes nothing", async () => {
  expect((await house.run(["doctor"])).code).toBe(0);
  expect(existsSync(house.dataDir)).toBe(false);
  expect((await house.run(["user", "list"])).code).toBe(1);
});
