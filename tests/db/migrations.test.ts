import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pendingMigrations, StartError } from "#src/db/open.ts";
import { dialect } from "#tests/support/database.ts";
import { migrationSandbox, OPENER, type Sandbox } from "#tests/support/migrations.ts";

let box: Sandbox;
beforeEach(async () => {
  box = await migrationSandbox();
});
afterEach(() => box.remove());

async function startError(): Promise<string> {
  const error = await box.openingError();
  expect(error).toBeInstanceOf(StartError);
  expect(error.message).not.toContain("\n");
  return error.message;
}

describe(`migrations (${dialect})`, () => {
  test("are applied in order, once, and recorded", async () => {
    box.migration(
      "0001-first.sql",
      "-- a comment; with a semicolon\nCREATE TABLE a (x INTEGER)",
      "INSERT INTO a (x) VALUES (1)",
    );
    box.migration("0002-second.sql", "UPDATE a SET x = x + 1");
    await box.withDb((db) => db.one("SELECT x FROM a"));
    await box.withDb(async (db) => {
      expect(await db.all("SELECT x FROM a")).toEqual([{ x: 2 }]);
      const rows = await db.all<{ name: string; checksum: string; applied_at: number }>(
        "SELECT * FROM schema_migrations ORDER BY name",
      );
      expect(rows.map((row) => row.name)).toEqual(["0001-first.sql", "0002-second.sql"]);
      for (const row of rows) expect(row.checksum).toMatch(/^[0-9a-f]{64}$/);
      for (const row of rows) expect(Math.abs(row.applied_at - Date.now())).toBeLessThan(60_000);
    });
  });

  test("a new one is pending until the next start", async () => {
    box.migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    await box.withDb(async (db) => {
      expect(await pendingMigrations(db, box.folder)).toEqual([]);
      box.migration("0002-second.sql", "CREATE TABLE b (x INTEGER)");
      expect(await pendingMigrations(db, box.folder)).toEqual(["0002-second.sql"]);
    });
    await box.withDb(async (db) => expect(await pendingMigrations(db, box.folder)).toEqual([]));
  });

  test("line ends of Windows do not change the checksum, any other change stops the start", async () => {
    box.migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    await box.withDb(async () => {});
    writeFileSync(join(box.folder, dialect, "0001-first.sql"), "CREATE TABLE a (x INTEGER);\r\n");
    await box.withDb(async () => {});
    box.migration("0001-first.sql", "CREATE TABLE a (x INTEGER, y INTEGER)");
    expect(await startError()).toContain("0001-first.sql was changed after it was applied");
  });

  test("one this program does not know stops the start", async () => {
    box.migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    box.migration("0002-newer.sql", "CREATE TABLE b (x INTEGER)");
    await box.withDb(async () => {});
    rmSync(join(box.folder, dialect, "0002-newer.sql"));
    expect(await startError()).toContain("0002-newer.sql, which this program does not know");
  });

  test("a gap between the files stops the start", async () => {
    box.migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    box.migration("0003-third.sql", "CREATE TABLE c (x INTEGER)");
    expect(await startError()).toContain("expected 0002-….sql, found 0003-third.sql");
  });

  test("a gap in the database stops the start", async () => {
    for (const name of ["0001-a", "0002-b", "0003-c"])
      box.migration(`${name}.sql`, `CREATE TABLE t${name.slice(5)} (x INTEGER)`);
    await box.withDb((db) => db.run("DELETE FROM schema_migrations WHERE name = ?", ["0002-b.sql"]));
    expect(await startError()).toContain("0002-b.sql was left out");
  });

  test("one the server refuses stops the start, names the statement, and goes on once it is corrected", async () => {
    const [first, second] = ["CREATE TABLE a (x INTEGER)", "INSERT INTO a (x) VALUES (1)"];
    box.migration("0001-first.sql", first, second, "INSERT INTO nowhere (x) VALUES (1)");
    for (let start = 0; start < 2; start++)
      expect(await startError()).toContain("0001-first.sql, statement 3, was refused");
    box.migration("0001-first.sql", first, second, "INSERT INTO a (x) VALUES (2)");
    await box.withDb(async (db) => {
      expect(await db.all("SELECT x FROM a ORDER BY x")).toEqual([{ x: 1 }, { x: 2 }]);
      expect(await pendingMigrations(db, box.folder)).toEqual([]);
    });
    await box.withDb(async () => {});
  });

  test("never takes over a table that was there before", async () => {
    box.migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    await box.withDb((db) => db.run("CREATE TABLE b (other INTEGER)"));
    box.migration("0002-second.sql", "CREATE TABLE b (x INTEGER)");
    for (let start = 0; start < 3; start++)
      expect(await startError()).toContain("0002-second.sql, statement 1, was refused");
  });

  test("four processes may start at once on an empty database", async () => {
    const processes = Array.from({ length: 4 }, () =>
      Bun.spawn([process.execPath, OPENER, JSON.stringify(box.target)], { stdout: "pipe", stderr: "pipe" }),
    );
    const ends = processes.map(async (child) => [
      await child.exited,
      await new Response(child.stdout).text(),
      await new Response(child.stderr).text(),
    ]);
    expect(await Promise.all(ends)).toEqual(processes.map(() => [0, "[]\n", ""]));
  }, 30_000);
});
