import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createConnection } from "mysql2/promise";
import type { DatabaseTarget } from "#src/config.ts";
import { openDatabase, StartError } from "#src/db/open.ts";
import { dialect, quiet } from "#tests/support/database.ts";
import { freePort, type OwnServer, startServer } from "#tests/support/mariadb.ts";

if (dialect === "mysql") {
  let server: OwnServer;
  let target: Extract<DatabaseTarget, { kind: "mysql" }>;

  beforeAll(async () => {
    server = await startServer();
    const { host, port, user, password } = server;
    const admin = await createConnection({ host, port, user, password });
    await admin.query("CREATE DATABASE gatehouse");
    await admin.query("CREATE USER limited@'127.0.0.1' IDENTIFIED BY 'right'");
    await admin.query("GRANT ALL ON gatehouse.* TO limited@'127.0.0.1'");
    await admin.end();
    target = { kind: "mysql", host, port, user, password, database: "gatehouse", ssl: "off", pool: 2 };
  }, 60_000);
  afterAll(() => server?.stop());

  describe("opening", () => {
    test("a server that is down is tried again with growing waits, one line each, and then used", async () => {
      await server.kill();
      const lines: string[] = [];
      const waits: number[] = [];
      const sleep = async (ms: number) => {
        waits.push(ms);
        if (waits.length === 6) await server.start();
      };
      const log = { info() {}, warn: (_: object, line: string) => void lines.push(line) };
      const opened = await openDatabase(target, { log, sleep });
      expect(await opened.one("SELECT name FROM locks WHERE name = 'admins'")).toEqual({ name: "admins" });
      await opened.close();
      expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
      expect(lines).toHaveLength(6);
      for (const line of lines) expect(line).toMatch(/^database 127\.0\.0\.1:\d+\/gatehouse: .*; next try in \d+ s$/);
    }, 60_000);

    const limited = () => ({ ...target, user: "limited", password: "right" });

    test("the right password works", async () => {
      await (await openDatabase(limited(), { log: quiet, tries: 1 })).close();
    });

    test.each<[string, object, RegExp]>([
      ["a wrong password", { password: "wrong-secret" }, /refused: Access denied for user 'limited'/],
      [
        "an unknown database",
        { user: "root", password: "", database: "nowhere" },
        /refused: Unknown database 'nowhere'/,
      ],
      ["a database this user may not use", { database: "mysql" }, /refused: Access denied/],
      ["a server without TLS when it is asked for", { ssl: "on" }, /TLS was refused/],
      ["a CA file that is not there", { ssl: "/nowhere/ca.pem" }, /cannot be read: \/nowhere\/ca\.pem/],
    ])("%s stops the start at once with one clear line", async (_name, change, message) => {
      const sleep = () => Promise.reject(new Error("must not wait"));
      const error = await openDatabase({ ...limited(), ...change }, { log: quiet, sleep }).catch((reason) => reason);
      expect(error).toBeInstanceOf(StartError);
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain("\n");
      expect(error.message).not.toContain("wrong-secret");
    });

    test("a port nobody listens on gives up after the tries it may make", async () => {
      const nobody = { ...limited(), port: await freePort() };
      const error = await openDatabase(nobody, { log: quiet, sleep: async () => {}, tries: 3 }).catch(
        (reason) => reason,
      );
      expect(error).toBeInstanceOf(StartError);
      expect(error.message).toContain("(3 tries)");
    });
  });
}
