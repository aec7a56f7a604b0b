import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { DatabaseTarget } from "#src/config.ts";
import type { Session } from "#src/db/driver.ts";
import { migrate } from "#src/db/migrate.ts";
import { openMysql } from "#src/db/mysql.ts";
import { pendingMigrations } from "#src/db/open.ts";
import { dialect, quiet } from "#tests/support/database.ts";
import { migrationSandbox, OPENER, type Sandbox } from "#tests/support/migrations.ts";

/** Only MySQL can stop half-way: there a schema statement commits by itself. */
if (dialect === "mysql") {
  let box: Sandbox;
  beforeEach(async () => {
    box = await migrationSandbox();
  });
  afterEach(() => box.remove());

  const CREATE_A = "CREATE TABLE a (x INTEGER)";
  const three = () =>
    box.migration("0001-first.sql", CREATE_A, "INSERT INTO a (x) VALUES (1)", "CREATE TABLE b (x INTEGER)");

  /** Lets the migration come as far as it can before `at`, then makes the database look as if the process had died there. */
  async function interruptBefore(at: number, alsoRan: string[] = []) {
    const all = [CREATE_A, "INSERT INTO a (x) VALUES (1)", "CREATE TABLE b (x INTEGER)"];
    box.migration("0001-first.sql", ...all.slice(0, at), "refuse this");
    await box.openingError();
    const { db, close } = bare();
    await db.run("UPDATE schema_migrations SET checksum = REPLACE(checksum, 'refused', 'begun')");
    for (const sql of alsoRan) await db.run(sql);
    await close();
    three();
  }

  /** The same database without migrations. */
  function bare() {
    const db = openMysql(box.target as Extract<DatabaseTarget, { kind: "mysql" }>);
    return { db, close: () => db.close() };
  }

  describe("a migration that was interrupted (mysql)", () => {
    const outcome = () =>
      box.withDb((db) => db.all("SELECT (SELECT COUNT(*) FROM a) AS a, (SELECT COUNT(*) FROM b) AS b"));

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
      box.migration(
        "0001-first.sql",
        "CREATE TABLE a (y INTEGER)",
        "INSERT INTO a (y) VALUES (1)",
        "CREATE TABLE b (x INTEGER)",
      );
      expect((await box.openingError()).message).toContain("0001-first.sql stopped half-way after 2 statements");
    });

    test("is pending until it is finished", async () => {
      await interruptBefore(2);
      const { db, close } = bare();
      expect(await pendingMigrations(db, box.folder)).toEqual(["0001-first.sql"]);
      await close();
    });

    test("by killing the process goes on at the next start", async () => {
      box.migration(
        "0001-first.sql",
        CREATE_A,
        "CREATE TABLE b AS SELECT SLEEP(1) AS x",
        "INSERT INTO a (x) VALUES (1)",
      );
      const child = Bun.spawn([process.execPath, OPENER, JSON.stringify(box.target), box.folder]);
      const { db, close } = bare();
      const begun = "SELECT checksum FROM schema_migrations WHERE checksum LIKE 'begun 1 %'";
      for (const end = Date.now() + 10_000; Date.now() < end; await Bun.sleep(5)) {
        if (await db.one(begun).catch(() => null)) break;
      }
      child.kill("SIGKILL");
      await close();
      expect(await box.withDb((again) => again.all("SELECT x FROM a"))).toEqual([{ x: 1 }]);
      expect(await box.withDb((again) => again.one("SELECT COUNT(*) AS n FROM b"))).toEqual({ n: 1 });
    }, 30_000);
  });

  /** On Galera GET_LOCK covers one node, so the row in schema_migrations has to do. Here: sessions without any lock. */
  describe("several nodes of a cluster (mysql)", () => {
    function nodeWithoutLock() {
      const db = openMysql(box.target as Extract<DatabaseTarget, { kind: "mysql" }>);
      const session: Session = {
        lockCoversAll: false,
        all: db.all,
        run: async (sql, params) => void (await db.run(sql, params)),
        together: async (statements) => void (await db.batch(statements)),
      };
      const start = (sleep: (ms: number) => Promise<void>) =>
        migrate({ ...db, exclusively: (work) => work(session) }, { log: quiet, folder: box.folder, sleep });
      return { db, start };
    }

    test("start at once: each migration is applied once, the others wait for it", async () => {
      box.migration("0001-first.sql", "CREATE TABLE a (x INTEGER)", "INSERT INTO a (x) VALUES (1)");
      box.migration("0002-second.sql", "CREATE TABLE b AS SELECT SLEEP(0.1) AS x", "INSERT INTO a (x) VALUES (2)");
      const nodes = Array.from({ length: 4 }, nodeWithoutLock);
      await Promise.all(nodes.map((node) => node.start(() => Bun.sleep(50))));
      expect(await nodes[0]!.db.all("SELECT x FROM a ORDER BY x")).toEqual([{ x: 1 }, { x: 2 }]);
      expect(await pendingMigrations(nodes[0]!.db, box.folder)).toEqual([]);
      await Promise.all(nodes.map((node) => node.db.close()));
    });

    test("a migration whose mark stands still for 15 seconds was left by a dead process and is finished", async () => {
      await interruptBefore(2);
      const node = nodeWithoutLock();
      let waitedMs = 0;
      await node.start(async (ms) => {
        waitedMs += ms;
      });
      expect(waitedMs).toBe(15_000);
      expect(await pendingMigrations(node.db, box.folder)).toEqual([]);
      await node.db.close();
    });
  });
}
