import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseTarget } from "#src/config.ts";
import type { Db } from "#src/db/db.ts";
import { openDatabase, pendingMigrations, StartError } from "#src/db/open.ts";
import { dialect, freshTarget, quiet } from "#tests/support/database.ts";

const OPENER = join(import.meta.dir, "../support/open-database.ts");
let folder: string;
let target: DatabaseTarget;
let remove: () => Promise<void>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-sql-"));
  mkdirSync(join(folder, dialect));
  ({ target, remove } = await freshTarget({ shared: true }));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await remove();
});

const migration = (name: string, ...statements: string[]) =>
  writeFileSync(join(folder, dialect, name), statements.map((statement) => `${statement};\n`).join(""));
const open = () => openDatabase(target, { log: quiet, folder, tries: 1, sleep: async () => {} });

async function withDb<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const db = await open();
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

async function startError(): Promise<string> {
  const error = await open().then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(StartError);
  expect(error.message).not.toContain("\n");
  return error.message;
}

describe(`migrations (${dialect})`, () => {
  test("are applied in order, once, and recorded", async () => {
    migration(
      "0001-first.sql",
      "-- a comment; with a semicolon\nCREATE TABLE a (x INTEGER)",
      "INSERT INTO a (x) VALUES (1)",
    );
    migration("0002-second.sql", "UPDATE a SET x = x + 1");
    await withDb((db) => db.one("SELECT x FROM a"));
    await withDb(async (db) => {
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
    migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    await withDb(async (db) => {
      expect(await pendingMigrations(db, folder)).toEqual([]);
      migration("0002-second.sql", "CREATE TABLE b (x INTEGER)");
      expect(await pendingMigrations(db, folder)).toEqual(["0002-second.sql"]);
    });
    await withDb(async (db) => expect(await pendingMigrations(db, folder)).toEqual([]));
  });

  test("line ends of Windows do not change the checksum, any other change stops the start", async () => {
    migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    await withDb(async () => {});
    writeFileSync(join(folder, dialect, "0001-first.sql"), "CREATE TABLE a (x INTEGER);\r\n");
    await withDb(async () => {});
    migration("0001-first.sql", "CREATE TABLE a (x INTEGER, y INTEGER)");
    expect(await startError()).toContain("0001-first.sql was changed after it was applied");
  });

  test("one this program does not know stops the start", async () => {
    migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    migration("0002-newer.sql", "CREATE TABLE b (x INTEGER)");
    await withDb(async () => {});
    rmSync(join(folder, dialect, "0002-newer.sql"));
    expect(await startError()).toContain("0002-newer.sql, which this program does not know");
  });

  test("a gap between the files stops the start", async () => {
    migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    migration("0003-third.sql", "CREATE TABLE c (x INTEGER)");
    expect(await startError()).toContain("expected 0002-….sql, found 0003-third.sql");
  });

  test("a gap in the database stops the start", async () => {
    for (const name of ["0001-a", "0002-b", "0003-c"])
      migration(`${name}.sql`, `CREATE TABLE t${name.slice(5)} (x INTEGER)`);
    await withDb((db) => db.run("DELETE FROM schema_migrations WHERE name = ?", ["0002-b.sql"]));
    expect(await startError()).toContain("0002-b.sql was left out");
  });

  test("one the server refuses stops the start, names the statement, and goes on once it is corrected", async () => {
    const [first, second] = ["CREATE TABLE a (x INTEGER)", "INSERT INTO a (x) VALUES (1)"];
    migration("0001-first.sql", first, second, "INSERT INTO nowhere (x) VALUES (1)");
    for (let start = 0; start < 2; start++)
      expect(await startError()).toContain("0001-first.sql, statement 3, was refused");
    migration("0001-first.sql", first, second, "INSERT INTO a (x) VALUES (2)");
    await withDb(async (db) => {
      expect(await db.all("SELECT x FROM a ORDER BY x")).toEqual([{ x: 1 }, { x: 2 }]);
      expect(await pendingMigrations(db, folder)).toEqual([]);
    });
    await withDb(async () => {});
  });

  test("never takes over a table that was there before", async () => {
    migration("0001-first.sql", "CREATE TABLE a (x INTEGER)");
    await withDb((db) => db.run("CREATE TABLE b (other INTEGER)"));
    migration("0002-second.sql", "CREATE TABLE b (x INTEGER)");
    for (let start = 0; start < 3; start++)
      expect(await startError()).toContain("0002-second.sql, statement 1, was refused");
  });

  test("four processes may start at once on an empty database", async () => {
    const processes = Array.from({ length: 4 }, () =>
      Bun.spawn([process.execPath, OPENER, JSON.stringify(target)], { stdout: "pipe", stderr: "pipe" }),
    );
    const ends = processes.map(async (child) => [
      await child.exited,
      await new Response(child.stdout).text(),
      await new Response(child.stderr).text(),
    ]);
    expect(await Promise.all(ends)).toEqual(processes.map(() => [0, "[]\n", ""]));
  }, 30_000);
});

/** Only MySQL can stop half-way: there a schema statement commits by itself. */
if (dialect === "mysql") {
  describe("a migration that was interrupted (mysql)", () => {
    const CREATE_A = "CREATE TABLE a (x INTEGER)";
    const three = () =>
      migration("0001-first.sql", CREATE_A, "INSERT INTO a (x) VALUES (1)", "CREATE TABLE b (x INTEGER)");

    /** Lets the migration come as far as it can before `at`, then makes the database look as if the process had died there. */
    async function interruptBefore(at: number, alsoRan: string[] = []) {
      const all = [CREATE_A, "INSERT INTO a (x) VALUES (1)", "CREATE TABLE b (x INTEGER)"];
      migration("0001-first.sql", ...all.slice(0, at), "refuse this");
      await startError();
      const { db, close } = await bare();
      await db.run("UPDATE schema_migrations SET checksum = REPLACE(checksum, 'refused', 'begun')");
      for (const sql of alsoRan) await db.run(sql);
      await close();
      three();
    }

    /** The same database without migrations of its own. */
    async function bare() {
      const { openMysql } = await import("#src/db/mysql.ts");
      const db = openMysql(target as Extract<DatabaseTarget, { kind: "mysql" }>);
      return { db, close: () => db.close() };
    }

    const outcome = () => withDb((db) => db.all("SELECT (SELECT COUNT(*) FROM a) AS a, (SELECT COUNT(*) FROM b) AS b"));

    test.each([0, 1, 2])("before statement %d goes on from there", async (at) => {
      await interruptBefore(at);
      expect(await outcome()).toEqual([{ a: 1, b: 0 }]);
    });

    test("after a schema statement, before that was noted, does not run it twice", async () => {
      await interruptBefore(2, ["CREATE TABLE b (x INTEGER)"]);
      expect(await outcome()).toEqual([{ a: 1, b: 0 }]);
    });

    test("does not go on when what was done is not in the file any more", async () => {
      await interruptBefore(2);
      migration(
        "0001-first.sql",
        "CREATE TABLE a (y INTEGER)",
        "INSERT INTO a (y) VALUES (1)",
        "CREATE TABLE b (x INTEGER)",
      );
      expect(await startError()).toContain("0001-first.sql stopped half-way after 2 statements");
    });

    test("is pending until it is finished", async () => {
      await interruptBefore(2);
      const { db, close } = await bare();
      expect(await pendingMigrations(db, folder)).toEqual(["0001-first.sql"]);
      await close();
    });

    test("by killing the process goes on at the next start", async () => {
      migration("0001-first.sql", CREATE_A, "CREATE TABLE b AS SELECT SLEEP(1) AS x", "INSERT INTO a (x) VALUES (1)");
      const child = Bun.spawn([process.execPath, OPENER, JSON.stringify(target), folder]);
      const { db, close } = await bare();
      const begun = "SELECT checksum FROM schema_migrations WHERE checksum LIKE 'begun 1 %'";
      for (const end = Date.now() + 10_000; Date.now() < end; await Bun.sleep(5)) {
        if (await db.one(begun).catch(() => null)) break;
      }
      child.kill("SIGKILL");
      await close();
      expect(await withDb((again) => again.all("SELECT x FROM a"))).toEqual([{ x: 1 }]);
      expect(await withDb((again) => again.one("SELECT COUNT(*) AS n FROM b"))).toEqual({ n: 1 });
    }, 30_000);
  });
}
