import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import mysql from "mysql2/promise";
import type { DatabaseTarget } from "#src/config.ts";
import { DatabaseUnavailable, type Db } from "#src/db/db.ts";
import { type MysqlOptions, openMysql } from "#src/db/mysql.ts";
import { openDatabase } from "#src/db/open.ts";
import { dialect, quiet } from "#tests/support/database.ts";
import { type OwnServer, startServer } from "#tests/support/mariadb.ts";
import { eventually, within } from "#tests/support/wait.ts";

/** Servers of these tests' own, which they freeze, kill and configure badly. */
if (dialect === "mysql") {
  const TIMEOUT_MS = 400;
  /** What a bounded call may take: waiting for a connection, then for the answer, on a busy machine. */
  const BOUND_MS = 2 * TIMEOUT_MS + 1_500;

  /** Everything our connections rely on is set differently here. */
  const HOSTILE = [
    ...["--sql-mode=", "--default-time-zone=+05:00", "--transaction-isolation=SERIALIZABLE"],
    ...["--character-set-server=latin1", "--collation-server=latin1_swedish_ci", "--autocommit=OFF"],
  ];

  let server: OwnServer;
  let options: MysqlOptions;
  let target: DatabaseTarget;
  let db: Db;

  beforeAll(async () => {
    server = await startServer({ args: HOSTILE });
    const { host, port, user, password } = server;
    const admin = await connectDirectly();
    await admin.query("CREATE DATABASE gatehouse");
    await admin.query("CREATE USER limited@'127.0.0.1'");
    await admin.query("GRANT ALL ON gatehouse.* TO limited@'127.0.0.1'");
    await admin.end();
    options = { host, port, user, password, database: "gatehouse", ssl: "off", pool: 2 };
    target = { kind: "mysql", ...options };
    db = openMysql({ ...options, acquireTimeoutMs: TIMEOUT_MS, queryTimeoutMs: TIMEOUT_MS });
    await (await openDatabase(target, { log: quiet, tries: 1 })).close();
  }, 60_000);
  const connectDirectly = (database?: string) => {
    const { host, port, user, password } = server;
    return mysql.createConnection({ host, port, user, password, ...(database ? { database } : {}) });
  };
  afterAll(async () => {
    await db?.close().catch(() => {});
    await server?.stop();
  });

  type Call = () => Promise<unknown>;
  const ask = () => db.one("SELECT name FROM locks WHERE name = 'admins'");
  const write = () => db.run("UPDATE locks SET version = version + 1 WHERE name = ?", ["admins"]);
  const writeBatch = () =>
    db.batch([{ sql: "UPDATE locks SET version = version + 1 WHERE name = ?", params: ["admins"] }]);
  const version = async () =>
    (await db.one<{ version: number }>("SELECT version FROM locks WHERE name = 'admins'"))!.version;

  describe("our own settings", () => {
    test("hold on every connection, whatever the server's are", async () => {
      const sql = `SELECT @@sql_mode AS mode, @@time_zone AS zone, @@autocommit AS auto, @@character_set_client AS client,
        @@collation_connection AS collation, SLEEP(0.02) AS pause`;
      const rows = await Promise.all([db.one<Settings>(sql), db.one<Settings>(sql)]);
      for (const row of rows) {
        expect(row).toMatchObject({ zone: "+00:00", auto: 1, client: "utf8mb4", collation: "utf8mb4_bin" });
        for (const mode of ["STRICT_TRANS_TABLES", "ONLY_FULL_GROUP_BY", "NO_ZERO_DATE"])
          expect(row!.mode).toContain(mode);
      }
    });
    type Settings = { mode: string };

    test("isolation is READ COMMITTED: a repeated read in a transaction sees what others committed", async () => {
      const row = await db.one<{ Value: string }>(
        "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')",
      );
      expect(row!.Value).toBe("READ-COMMITTED");
    });

    test("over-long text is refused", async () => {
      await expect(db.run("INSERT INTO locks (name, version) VALUES (?, 1)", ["x".repeat(33)])).rejects.toThrow(
        "too long",
      );
    });
  });

  describe("a statement that takes too long", () => {
    test("ends with DatabaseUnavailable within the bound, and the pool goes on", async () => {
      const slow = Array.from({ length: 4 }, () => db.all("SELECT SLEEP(30) AS x"));
      const ends = await within(2 * BOUND_MS, Promise.allSettled(slow));
      for (const end of ends) expect((end as PromiseRejectedResult).reason).toBeInstanceOf(DatabaseUnavailable);
      expect(await eventually(ask)).toEqual({ name: "admins" });
    }, 20_000);

    test("a row another transaction holds: DatabaseUnavailable, and nothing was written", async () => {
      const before = await eventually(version);
      const holder = await connectDirectly("gatehouse");
      await holder.query("START TRANSACTION");
      await holder.query("UPDATE locks SET version = version WHERE name = 'admins'");
      await expect(within(BOUND_MS, writeBatch())).rejects.toBeInstanceOf(DatabaseUnavailable);
      await holder.query("COMMIT");
      await holder.end();
      expect(await eventually(version)).toBe(before);
      await writeBatch();
      expect(await version()).toBe(before + 1);
    }, 20_000);
  });

  describe("a pool that is used up", () => {
    test("refuses callers beyond the queue at once, and serves all others", async () => {
      const many = Array.from({ length: 200 }, ask);
      const ends = await Promise.allSettled(many);
      const refused = ends.filter((end) => end.status === "rejected");
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBeLessThan(200 - 60);
      for (const end of refused) expect(end.reason).toBeInstanceOf(DatabaseUnavailable);
      expect(await ask()).toEqual({ name: "admins" });
    });
  });

  describe("a frozen server", () => {
    test("gives DatabaseUnavailable within the bound, on used and on new connections; then it recovers", async () => {
      await eventually(ask);
      const other = openMysql({ ...options, acquireTimeoutMs: TIMEOUT_MS, queryTimeoutMs: TIMEOUT_MS });
      await other.one("SELECT name FROM locks WHERE name = 'admins'");
      server.signal("SIGSTOP");
      try {
        for (const call of [
          ask,
          write,
          writeBatch,
          ask,
          () => db.all("SELECT 'never prepared before' AS x"),
        ] as Call[]) {
          await expect(within(BOUND_MS, call())).rejects.toBeInstanceOf(DatabaseUnavailable);
        }
        const crowd = await within(BOUND_MS, Promise.allSettled(Array.from({ length: 20 }, ask)));
        for (const end of crowd) expect((end as PromiseRejectedResult).reason).toBeInstanceOf(DatabaseUnavailable);
        await within(BOUND_MS, other.close());
      } finally {
        server.signal("SIGCONT");
      }
      expect(await eventually(ask)).toEqual({ name: "admins" });
      expect(await eventually(writeBatch)).toBe(true);
    }, 60_000);
  });

  describe("a server that was killed", () => {
    test("gives DatabaseUnavailable while it is away and works again once it is back, with our settings", async () => {
      const busy = Promise.allSettled(Array.from({ length: 10 }, () => db.all("SELECT SLEEP(0.2) AS x")));
      await server.kill();
      for (const end of await busy) {
        if (end.status === "rejected") expect(end.reason).toBeInstanceOf(DatabaseUnavailable);
      }
      for (const call of [ask, write, writeBatch] as Call[]) {
        await expect(within(BOUND_MS, call())).rejects.toBeInstanceOf(DatabaseUnavailable);
      }
      await server.start();
      expect(await eventually(ask)).toEqual({ name: "admins" });
      await expect(db.run("INSERT INTO locks (name, version) VALUES (?, 1)", ["x".repeat(33)])).rejects.toThrow(
        "too long",
      );
    }, 60_000);
  });

  describe("a server that became read-only", () => {
    test("gives DatabaseUnavailable, and the next call takes a new connection: it may lead to another server", async () => {
      const admin = await connectDirectly();
      const limited = openMysql({ ...options, user: "limited", pool: 1 });
      const connectionId = () => limited.one("SELECT CONNECTION_ID() AS id");
      const before = await connectionId();
      await admin.query("SET GLOBAL read_only = 1");
      const refused = limited.run("UPDATE locks SET version = version WHERE name = ?", ["admins"]);
      await expect(refused).rejects.toBeInstanceOf(DatabaseUnavailable);
      expect(await connectionId()).not.toEqual(before);
      await admin.query("SET GLOBAL read_only = 0");
      expect(await limited.run("UPDATE locks SET version = version WHERE name = ?", ["admins"])).toBe(1);
      await limited.close();
      await admin.end();
    });
  });

  describe("a connection the server closed while it was idle", () => {
    /** Ends all connections but its own, in a process this one waits for: so it cannot notice before its next call. */
    const KILL_OTHERS = `
      const connection = await require("mysql2/promise").createConnection(JSON.parse(process.argv[1]));
      const [rows] = await connection.query("SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = 'gatehouse'");
      for (const { id } of rows) await connection.query("KILL " + id);
      await connection.end();`;

    test.each(["a read", "a write", "a batch"])(
      "does not fail %s",
      async (name) => {
        const wary = openMysql({ ...options, trustedIdleMs: 0 });
        const update = { sql: "UPDATE locks SET version = version + 1 WHERE name = ?", params: ["admins"] };
        const calls: Record<string, Call> = {
          "a read": () => wary.one("SELECT name FROM locks WHERE name = 'admins'"),
          "a write": () => wary.run(update.sql, update.params),
          "a batch": () => wary.batch([update]),
        };
        await Promise.all([calls[name]!(), calls[name]!()]);
        const { host, port, user, password } = server;
        const killer = [process.execPath, "-e", KILL_OTHERS, JSON.stringify({ host, port, user, password })];
        expect(Bun.spawnSync(killer, { cwd: import.meta.dir }).exitCode).toBe(0);
        await calls[name]!();
        await wary.close();
      },
      20_000,
    );
  });
}
