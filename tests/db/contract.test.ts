import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { type SqlValue, UniqueViolation } from "#src/db/db.ts";
import { dialect, type FreshDb, freshDb } from "#tests/support/database.ts";

/** What both adapters promise. The run on SQLite and the run on MySQL must both pass, unchanged. */
let fresh: FreshDb;
beforeEach(async () => {
  fresh = await freshDb();
});
afterEach(() => fresh.close());

const INSERT_USER = "INSERT INTO users (username, username_key) VALUES (?, ?)";
const INSERT_LOCK = "INSERT INTO locks (name, version) VALUES (?, ?)";
const addUser = (name: string) => fresh.db.run(INSERT_USER, [name, name.toLowerCase()]);

describe(`values (${dialect})`, () => {
  const LARGEST = Number.MAX_SAFE_INTEGER;

  test.each<[string, SqlValue]>([
    ["text", "Zoë 😀 \\ ' \" % _ \n"],
    ["empty text", ""],
    ["text with NUL", "a\0b"],
    ["the largest number", LARGEST],
    ["the smallest number", -LARGEST],
    ["zero", 0],
    ["null", null],
  ])("%s comes back as it went in", async (_name, value) => {
    expect(await fresh.db.one("SELECT ? AS value", [value])).toEqual({ value });
  });

  test("bytes come back as a plain Uint8Array", async () => {
    await fresh.db.run("CREATE TABLE bodies (body BLOB)");
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    await fresh.db.run("INSERT INTO bodies (body) VALUES (?)", [body.subarray(0, 200)]);
    await fresh.db.run("INSERT INTO bodies (body) VALUES (?)", [new Uint8Array()]);
    const rows = await fresh.db.all<{ body: Uint8Array }>("SELECT body FROM bodies ORDER BY body");
    expect(rows).toEqual([{ body: new Uint8Array() }, { body: body.slice(0, 200) }]);
    expect(rows[1]!.body.constructor).toBe(Uint8Array);
  });

  test("stored text is UTF-8, NUL included; half a surrogate pair becomes the replacement character", async () => {
    await fresh.db.run(
      "INSERT INTO tickets (ticket_id, purpose, created_at, expires_at, payload) VALUES (?, ?, ?, ?, ?)",
      [...["t", "login", 1, 2], "é\0😀\ud800"],
    );
    const row = await fresh.db.one("SELECT payload, HEX(payload) AS bytes FROM tickets");
    expect(row).toEqual({ payload: "é\0😀\ufffd", bytes: "C3A900F09F9880EFBFBD" });
  });

  test("counts, sums and averages are numbers, times of users are text", async () => {
    await fresh.db.batch([
      { sql: INSERT_LOCK, params: ["a", LARGEST] },
      { sql: INSERT_LOCK, params: ["b", -2] },
    ]);
    await addUser("ann");
    const sql =
      "SELECT COUNT(*) AS n, SUM(version) AS total, MAX(version) AS top, AVG(version) AS mean FROM locks WHERE name = ?";
    expect(await fresh.db.one(sql, ["b"])).toEqual({ n: 1, total: -2, top: -2, mean: -2 });
    const user = await fresh.db.one<{ created_at: string }>("SELECT created_at FROM users");
    expect(user!.created_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(Math.abs(Date.parse(`${user!.created_at.replace(" ", "T")}Z`) - Date.now())).toBeLessThan(60_000);
  });

  test("a number a JavaScript number cannot hold is refused, not rounded", async () => {
    await fresh.db.run("INSERT INTO locks (name, version) VALUES ('big', 9007199254740993)");
    await expect(fresh.db.all("SELECT version FROM locks")).rejects.toBeInstanceOf(RangeError);
    await expect(fresh.db.all("SELECT SUM(version) AS total FROM locks")).rejects.toBeInstanceOf(RangeError);
  });

  test("`one` answers null without a row", async () => {
    expect(await fresh.db.one("SELECT id FROM users WHERE id = ?", [1])).toBeNull();
  });

  test("a number written to a text column keeps all its digits", async () => {
    const sql = "INSERT INTO audit_log (at, event, detail) VALUES (?, ?, ?)";
    await fresh.db.run(sql, [1, "e", 1234567890123456]);
    expect(await fresh.db.one("SELECT detail FROM audit_log")).toEqual({ detail: "1234567890123456" });
  });

  test("LIMIT takes a parameter", async () => {
    await addUser("ann");
    await addUser("bob");
    const sql = "SELECT username FROM users ORDER BY username LIMIT ?";
    expect(await fresh.db.all(sql, [1])).toEqual([{ username: "ann" }]);
  });
});

describe(`parameters (${dialect})`, () => {
  const foreign = [
    undefined,
    true,
    false,
    Number.NaN,
    Infinity,
    1.5,
    2 ** 53,
    1n,
    [1],
    ["a", "b"],
    {},
    { a: 1 },
    new Date(),
  ];

  test.each(foreign.map((value) => [String(value), value]))("%s is refused", async (_name, value) => {
    const params = [value as SqlValue, "x"];
    await expect(fresh.db.all("SELECT ? AS a, ? AS b", params)).rejects.toBeInstanceOf(TypeError);
    await expect(fresh.db.run(INSERT_USER, params)).rejects.toBeInstanceOf(TypeError);
    await expect(fresh.db.batch([{ sql: INSERT_USER, params }])).rejects.toBeInstanceOf(TypeError);
    expect(await fresh.db.all("SELECT id FROM users")).toEqual([]);
  });

  test("a foreign value late in a batch refuses all of it", async () => {
    const late = { sql: INSERT_USER, params: ["b", undefined as unknown as SqlValue] };
    await expect(fresh.db.batch([{ sql: INSERT_USER, params: ["a", "a"] }, late])).rejects.toBeInstanceOf(TypeError);
    expect(await fresh.db.all("SELECT id FROM users")).toEqual([]);
  });

  test("too few are refused, and so is a second statement", async () => {
    await expect(fresh.db.all("SELECT ? AS a, ? AS b", ["x"])).rejects.toThrow();
    await expect(fresh.db.all("SELECT ? AS a")).rejects.toThrow();
    await expect(fresh.db.run("DELETE FROM users; DELETE FROM locks")).rejects.toThrow();
    expect(await fresh.db.all("SELECT name FROM locks WHERE name = ?", ["admins"])).toEqual([{ name: "admins" }]);
  });
});

describe(`changes (${dialect})`, () => {
  test("count the rows matched, also when their values stay the same", async () => {
    expect(await addUser("ann")).toBe(1);
    expect(await addUser("bob")).toBe(1);
    expect(await fresh.db.run("UPDATE users SET role = ? WHERE role = ?", ["user", "user"])).toBe(2);
    expect(await fresh.db.run("UPDATE users SET role = ? WHERE id = ?", ["user", 99])).toBe(0);
    expect(await fresh.db.run("DELETE FROM users WHERE username <> ?", [""])).toBe(2);
  });

  test("do not count rows a foreign key takes along", async () => {
    await addUser("ann");
    const user = await fresh.db.one<{ id: number }>("SELECT id FROM users");
    const insert = "INSERT INTO recovery_codes (user_id, code_hash, created_at) VALUES (?, ?, ?)";
    for (const code of ["a", "b"]) await fresh.db.run(insert, [user!.id, code, 1]);
    expect(await fresh.db.run("DELETE FROM users WHERE id = ?", [user!.id])).toBe(1);
    expect(await fresh.db.all("SELECT code_hash FROM recovery_codes")).toEqual([]);
  });

  test("of INSERT … SELECT … WHERE NOT EXISTS: 1 the first time, 0 the second", async () => {
    const sql = "INSERT INTO locks (name, version) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM locks WHERE name = ?)";
    expect(await fresh.db.run(sql, ["new", 1, "new"])).toBe(1);
    expect(await fresh.db.run(sql, ["new", 1, "new"])).toBe(0);
  });
});

describe(`strictness (${dialect})`, () => {
  const INSERT_TICKET =
    "INSERT INTO tickets (ticket_id, purpose, user_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?)";

  test.each<[string, string, SqlValue[]]>([
    ["text that is too long", INSERT_USER, ["a".repeat(256), "a"]],
    ["an unknown role", "INSERT INTO users (username, username_key, role) VALUES (?, ?, ?)", ["a", "a", "root"]],
    ["a role in capitals", "INSERT INTO users (username, username_key, role) VALUES (?, ?, ?)", ["a", "a", "ADMIN"]],
    ["an unknown purpose", INSERT_TICKET, ["t", "other", null, 1, 2]],
    ["null where there must be a value", INSERT_USER, ["a", null]],
    ["a missing value", "INSERT INTO users (username) VALUES (?)", ["a"]],
    ["text where a number belongs", INSERT_LOCK, ["a", "not a number"]],
    ["a child without its parent", INSERT_TICKET, ["t", "login", 99, 1, 2]],
    [
      "a time that is none",
      "INSERT INTO users (username, username_key, created_at) VALUES (?, ?, ?)",
      ["a", "a", "2026-02-31 00:00:00"],
    ],
  ])("%s is refused", async (_name, sql, params) => {
    await expect(fresh.db.run(sql, params)).rejects.toThrow();
    expect(await fresh.db.all("SELECT id FROM users")).toEqual([]);
  });

  test("the longest text fits, counted in characters", async () => {
    const longest = "😀".repeat(255);
    await fresh.db.run(INSERT_USER, [longest, "a"]);
    expect(await fresh.db.one("SELECT username FROM users")).toEqual({ username: longest });
  });

  test("a duplicate key is a UniqueViolation, any other refusal is not", async () => {
    await addUser("ann");
    await expect(addUser("ann")).rejects.toBeInstanceOf(UniqueViolation);
    await expect(fresh.db.run(INSERT_LOCK, ["admins", 1])).rejects.toBeInstanceOf(UniqueViolation);
    await expect(fresh.db.run(INSERT_LOCK, ["a", null])).rejects.not.toBeInstanceOf(UniqueViolation);
  });
});

describe(`comparison of text (${dialect})`, () => {
  test("is by bytes: case, accents and composed forms differ", async () => {
    for (const name of ["ann", "Ann", "änn", "a\u0308nn"]) await fresh.db.run(INSERT_USER, [name, name]);
    const found = await fresh.db.all("SELECT username FROM users WHERE username_key = ?", ["ann"]);
    expect(found).toEqual([{ username: "ann" }]);
    const sorted = await fresh.db.all<{ username: string }>("SELECT username FROM users ORDER BY username_key");
    expect(sorted.map((row) => row.username)).toEqual(["Ann", "ann", "a\u0308nn", "änn"]);
  });

  test("LIKE keeps capitals apart", async () => {
    await addUser("Ann");
    const sql = "SELECT username FROM users WHERE username LIKE ? ESCAPE '!'";
    expect(await fresh.db.all(sql, ["A%"])).toHaveLength(1);
    expect(await fresh.db.all(sql, ["a%"])).toEqual([]);
    expect(await fresh.db.all(sql, ["A!%"])).toEqual([]);
  });

  test("the one known difference: MySQL ignores spaces at the end, so names are trimmed before they get here", async () => {
    await addUser("ann");
    const found = await fresh.db.all("SELECT id FROM users WHERE username_key = ?", ["ann "]);
    expect(found).toHaveLength(dialect === "mysql" ? 1 : 0);
  });
});
