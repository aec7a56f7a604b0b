import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { hashToken } from "#src/auth/token.ts";
import type { Db } from "#src/db/db.ts";
import { findTicket } from "#src/store/tickets.ts";
import { cleanEnv } from "../support/environment.ts";
import { ROOT } from "../support/files.ts";
import { addPerson, auditOf, type CommandHouse, commandHouse } from "./house.ts";

let house: CommandHouse;
beforeEach(async () => {
  house = await commandHouse();
});
afterEach(() => house.close());

const BY = { by: "command line" };
const NOBODY = { actor_id: null, actor_name: null };
const count = async (db: Db, what: string) => (await db.one<{ n: number }>(`SELECT COUNT(*) AS n FROM ${what}`))!.n;
const ticketOf = (db: Db, address: string, purpose: "invite" | "reset") =>
  findTicket(db, hashToken(address.split("/").at(-1)!), purpose, Date.now());

describe("wrong usage ends with 2 and one line", () => {
  const cases: [string, string[], RegExp][] = [
    ["an unknown command", ["frobnicate"], /unknown command 'frobnicate'/],
    ["an unknown command of a group", ["user", "frobnicate"], /unknown command 'frobnicate'/],
    ["a missing name", ["user", "disable"], /missing required argument 'username'/],
    ["one argument too many", ["user", "disable", "ann", "bob"], /too many arguments/],
    ["an unknown option", ["doctor", "--fix"], /unknown option '--fix'/],
    ["a value that is not offered", ["user", "list", "--role", "owner"], /Allowed choices are admin, user/],
    ["a name that cannot be given", ["admin", "create", "a b"], /Use 3 to 64 characters/],
    ["nobody and everybody", ["sessions", "revoke"], /Name one person, or give --all/],
    ["somebody and everybody", ["sessions", "revoke", "ann", "--all"], /Name one person, or give --all/],
  ];
  for (const [what, args, message] of cases) {
    test(what, async () => {
      const { code, out, err } = await house.run(args);
      expect([code, out]).toEqual([2, ""]);
      expect(err).toMatch(message);
      expect(err.trimEnd().split("\n")).toHaveLength(1);
    });
  }

  test("also as JSON", async () => {
    const { code, out } = await house.run(["frobnicate", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(out).error).toContain("unknown command");
  });
});

test("a reader who has read enough, as head has, is no mistake", async () => {
  const command = [process.execPath, "--no-env-file", "src/cli.ts", "--help"];
  const child = Bun.spawn(command, { cwd: ROOT, env: cleanEnv(), stdout: "pipe", stderr: "pipe" });
  await child.stdout.cancel();
  expect(await new Response(child.stderr).text()).toBe("");
  expect(await child.exited).toBe(0);
});

test("every command has its help, with exit code 0", async () => {
  const { out, code } = await house.run([]);
  expect(code).toBe(0);
  const groups = { admin: ["create"], sessions: ["list", "revoke"], doctor: [], migrate: [] };
  const user = ["list", "disable", "enable", "unlock", "reset-link", "reset-authenticator"];
  for (const [group, commands] of Object.entries({ ...groups, user })) {
    expect(out).toContain(`\n  ${group}`);
    const help = await house.run([group, "--help"]);
    expect([group, help.code]).toEqual([group, 0]);
    for (const command of commands) expect(help.out).toContain(`\n  ${command}`);
  }
  const help = await house.run(["user", "disable", "--help"]);
  expect([help.code, help.out]).toEqual([0, expect.stringContaining("--json")]);
});

test("a command that needs a database says when there is none, and makes none", async () => {
  const { code, err, out } = await house.run(["user", "list"]);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/there is no database|lacks 0001-accounts\.sql/);
  expect((await house.run(["user", "list"])).code).toBe(1);
});

describe("admin create", () => {
  test("works before there is a table, and prints an invitation that opens", async () => {
    const { code, out } = await house.run(["admin", "create", "Ann"], { PUBLIC_URL: "https://tools.example.org" });
    expect(code).toBe(0);
    const address = /https:\/\/tools\.example\.org\/invite\/[\w-]{43}/.exec(out)![0];
    const db = await house.db();
    expect(await db.one("SELECT username, role, password_hash FROM users")).toEqual({
      ...{ username: "ann", role: "admin", password_hash: "" },
    });
    expect(await ticketOf(db, address, "invite")).toMatchObject({ purpose: "invite" });
    expect(await auditOf(db, "user.registered")).toEqual([
      { ...NOBODY, target_name: "ann", detail: { role: "admin", ...BY } },
    ]);
  });

  test("works later too, and sends a lost invitation anew", async () => {
    const db = await house.db();
    await addPerson(db, "ann", "admin");
    const { invitation: first } = await house.json<{ invitation: string }>(["admin", "create", "bob"]);
    const { invitation: second } = await house.json<{ invitation: string }>(["admin", "create", "bob"]);
    expect(await ticketOf(db, first, "invite")).toBeNull();
    expect(await ticketOf(db, second, "invite")).not.toBeNull();
    expect(await auditOf(db, "invitation.issued")).toHaveLength(1);
  });

  test("never touches somebody who has a password, or is no admin", async () => {
    const db = await house.db();
    await addPerson(db, "ann", "admin");
    await db.run("INSERT INTO users (username, username_key, role) VALUES ('bob', 'bob', 'user')");
    for (const name of ["ann", "ANN", "bob"]) {
      const { code, err } = await house.run(["admin", "create", name]);
      expect([code, err]).toEqual([1, `gatehouse: Somebody is registered as ${name.toLowerCase()} already.\n`]);
    }
    expect(await count(db, "tickets")).toBe(0);
  });
});

describe("user", () => {
  test("list shows everybody, without a secret", async () => {
    const db = await house.db();
    await addPerson(db, "ann", "admin");
    await addPerson(db, "bob");
    await db.run("UPDATE users SET disabled_at = 1 WHERE username = 'bob'");
    const { users } = await house.json<{ users: { username: string; status: string }[] }>(["user", "list"]);
    expect(users.map(({ username, status }) => [username, status])).toEqual([
      ["ann", "active"],
      ["bob", "disabled"],
    ]);
    const text = (await house.run(["user", "list", "--status", "disabled"])).out;
    expect(text).toContain("bob");
    expect(text).not.toContain("ann");
    expect(JSON.stringify(users) + text).not.toContain("CANARY");
  });

  test("disable ends sessions and half sign-ins; enable lets back in", async () => {
    const db = await house.db();
    await addPerson(db, "ann", "admin");
    const bob = await addPerson(db, "bob");
    const { code, out } = await house.run(["user", "disable", "BOB", "--reason", "left"]);
    expect([code, out]).toEqual([0, "bob is disabled.\n"]);
    expect(await count(db, `user_sessions WHERE user_id = ${bob}`)).toBe(0);
    expect(await count(db, "users WHERE disabled_at IS NOT NULL AND disabled_reason = 'left'")).toBe(1);
    expect(await auditOf(db, "user.disabled")).toEqual([
      { ...NOBODY, target_name: "bob", detail: { reason: "left", until: null, ...BY } },
    ]);
    expect((await house.run(["user", "enable", "bob"])).code).toBe(0);
    expect(await count(db, "users WHERE disabled_at IS NOT NULL")).toBe(0);
    expect((await house.run(["user", "enable", "bob"])).err).toBe("gatehouse: bob is not disabled.\n");
  });

  test("disable never takes the last admin who can sign in, and the attempt is written down", async () => {
    const db = await house.db();
    await addPerson(db, "ann", "admin");
    await addPerson(db, "bob", "admin");
    const both = await Promise.all(["ann", "bob"].map((name) => house.run(["user", "disable", name])));
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(await count(db, "users WHERE disabled_at IS NULL")).toBe(1);
    expect(await count(db, "user_sessions")).toBe(1);
    const [refused] = await auditOf(db, "user.act_refused");
    expect(refused?.detail).toMatchObject({ act: "user.disabled", ...BY });
  });

  test("unlock lifts every wait", async () => {
    const db = await house.db();
    const ann = await addPerson(db, "ann");
    const sql =
      "INSERT INTO attempts (attempt_key, user_id, failures, blocked_until, forget_at) VALUES (?, ?, 9, ?, ?)";
    await db.run(sql, ["k", ann, Date.now() + 900_000, Date.now() + 999_000]);
    expect((await house.json<{ users: { status: string }[] }>(["user", "list"])).users[0]?.status).toBe("locked");
    expect((await house.run(["user", "unlock", "ann"])).code).toBe(0);
    expect(await count(db, "attempts")).toBe(0);
    expect(await auditOf(db, "user.unlocked")).toHaveLength(1);
  });

  test("reset-link prints a link that opens; the one before is worth nothing", async () => {
    const db = await house.db();
    await addPerson(db, "ann");
    const first = await house.json<{ link: string }>(["user", "reset-link", "ann"], { PORT: "3210" });
    expect(first.link).toStartWith("http://localhost:3210/reset/");
    const second = await house.json<{ link: string }>(["user", "reset-link", "ann"]);
    expect(await ticketOf(db, first.link, "reset")).toBeNull();
    expect(await ticketOf(db, second.link, "reset")).not.toBeNull();
    const written = JSON.stringify(await db.all("SELECT * FROM audit_log"));
    expect(written).not.toContain(second.link.split("/").at(-1)!);
  });

  test("reset-link is for people who are enabled and have a password", async () => {
    const db = await house.db();
    await addPerson(db, "ann");
    await db.run("INSERT INTO users (username, username_key, role) VALUES ('bob', 'bob', 'user')");
    await db.run("UPDATE users SET disabled_at = 1 WHERE username = 'ann'");
    expect((await house.run(["user", "reset-link", "ann"])).err).toContain("ann is disabled");
    expect((await house.run(["user", "reset-link", "bob"])).err).toContain("bob has not chosen a password yet");
    expect(await count(db, "tickets")).toBe(0);
  });

  test("reset-authenticator takes it away with its codes and sessions", async () => {
    const db = await house.db();
    const ann = await addPerson(db, "ann");
    await db.run("INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES (?, 'h', 1)", [ann]);
    expect((await house.run(["user", "reset-authenticator", "ann"])).code).toBe(0);
    expect(await count(db, "users WHERE mfa_secret IS NULL")).toBe(1);
    expect((await count(db, "recovery_codes")) + (await count(db, "user_sessions"))).toBe(0);
    expect(await auditOf(db, "authenticator.reset")).toHaveLength(1);
    expect((await house.run(["user", "reset-authenticator", "ann"])).err).toContain("ann has no authenticator");
  });

  test("nobody of that name is one line and exit code 1", async () => {
    await house.db();
    for (const name of ["nobody", "a\u202eb", "'; DROP TABLE users; --"]) {
      const { code, err } = await house.run(["user", "unlock", name]);
      expect([code, err.trimEnd().split("\n").length]).toEqual([1, 1]);
      expect(err).toStartWith("gatehouse: Nobody is called ");
    }
  });
});

describe("sessions", () => {
  test("list shows who is signed in, and from where; revoke ends them", async () => {
    const db = await house.db();
    for (const name of ["ann", "bob", "carol"]) await addPerson(db, name);
    const { sessions } = await house.json<{ sessions: { username: string; ip: string }[] }>([
      "sessions",
      "list",
      "bob",
    ]);
    expect(sessions.map(({ username, ip }) => [username, ip])).toEqual([["bob", "203.0.113.7"]]);
    expect(await house.json<{ sessions: unknown[] }>(["sessions", "list"])).toMatchObject({ sessions: { length: 3 } });
    expect((await house.run(["sessions", "revoke", "bob"])).out).toBe("Every session of bob is ended.\n");
    expect(await count(db, "user_sessions")).toBe(2);
    expect((await house.run(["sessions", "revoke", "--all"])).code).toBe(0);
    expect(await count(db, "user_sessions")).toBe(0);
    expect((await auditOf(db, "user.sessions_ended")).map(({ target_name, detail }) => [target_name, detail])).toEqual([
      ["bob", BY],
      [null as never, { everybody: true, ...BY }],
    ]);
    expect((await house.run(["sessions", "list"])).out).toBe("Nobody is signed in.\n");
  });

  test("never shows what a cookie could be made of", async () => {
    const db = await house.db();
    await addPerson(db, "ann");
    const { id } = (await db.one<{ id: string }>("SELECT session_id AS id FROM user_sessions"))!;
    const shown = (await house.run(["sessions", "list", "--json"])).out + (await house.run(["sessions", "list"])).out;
    expect(shown).not.toContain(id.slice(0, 12));
  });
});

test("migrate makes the tables, and says so once", async () => {
  const { applied } = await house.json<{ applied: string[] }>(["migrate"]);
  expect(applied[0]).toBe("0001-accounts.sql");
  expect((await house.run(["migrate"])).out).toBe("The tables are up to date.\n");
  expect((await house.run(["user", "list"])).out).toBe("Nobody.\n");
});

test("a database of another version is left alone until somebody asks for it", async () => {
  const db = await house.db();
  await addPerson(db, "ann");
  await db.run("DELETE FROM schema_migrations");
  const { code, err } = await house.run(["user", "disable", "ann"]);
  expect(code).toBe(1);
  expect(err).toMatch(
    /^gatehouse: The database lacks 0001-accounts\.sql.*: run "npm run gatehouse -- migrate" first\.\n$/,
  );
  expect(await count(db, "users WHERE disabled_at IS NOT NULL")).toBe(0);
});

test("while the server runs, what a command did is there at once", async () => {
  const port = freePort();
  const server = Bun.spawn([process.execPath, "--no-env-file", "src/main.ts"], {
    ...{ cwd: ROOT, stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    env: cleanEnv({ ...house.env, PORT: port, BCRYPT_ROUNDS: "10" }),
  });
  try {
    await until(async () => (await fetch(`http://localhost:${port}/readyz`)).ok);
    const given = { PORT: port };
    const { invitation } = await house.json<{ invitation: string }>(["admin", "create", "ann"], given);
    expect((await fetch(invitation)).status).toBe(200);
    expect((await fetch(invitation.replace(/.$/, "_"))).status).toBe(404);
    expect(await house.json(["doctor"], given)).toMatchObject({ healthy: true });
  } finally {
    server.kill("SIGTERM");
    await server.exited;
  }
});

function freePort(): string {
  const server = Bun.serve({ port: 0, fetch: () => new Response() });
  const { port } = server;
  server.stop(true);
  return String(port);
}

async function until(check: () => Promise<boolean>): Promise<void> {
  for (const giveUpAtMs = Date.now() + 15_000; !(await check().catch(() => false)); await Bun.sleep(20))
    if (Date.now() > giveUpAtMs) throw new Error("the server did not get ready");
}
