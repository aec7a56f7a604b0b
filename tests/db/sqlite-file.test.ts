import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseUnavailable } from "#src/db/db.ts";
import { openDatabase, StartError } from "#src/db/open.ts";
import { dialect, quiet } from "#tests/support/database.ts";

if (dialect === "sqlite") {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gatehouse-file-"));
    file = join(folder, "data", "gatehouse.db");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = () => openDatabase({ kind: "sqlite", file }, { log: quiet, tries: 1 });
  const rights = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const INSERT = "INSERT INTO locks (name, version) VALUES (?, 0)";

  describe("the embedded database", () => {
    test("makes its folder and files readable for nobody else", async () => {
      const db = await open();
      await db.run(INSERT, ["a"]);
      expect(rights(join(folder, "data"))).toBe("700");
      for (const part of ["", "-wal", "-shm"]) expect(rights(file + part)).toBe("600");
      await db.close();
    });

    test("keeps what was written", async () => {
      const first = await open();
      await first.run(INSERT, ["kept"]);
      await first.close();
      const second = await open();
      expect(await second.one("SELECT name FROM locks WHERE name = ?", ["kept"])).toEqual({ name: "kept" });
      await second.close();
    });

    test("has write-ahead logging, foreign keys and an untrusted schema", async () => {
      const db = await open();
      expect(await db.one("PRAGMA journal_mode")).toEqual({ journal_mode: "wal" });
      expect(await db.one("PRAGMA foreign_keys")).toEqual({ foreign_keys: 1 });
      expect(await db.one("PRAGMA synchronous")).toEqual({ synchronous: 1 });
      expect(await db.one("PRAGMA trusted_schema")).toEqual({ trusted_schema: 0 });
      await db.close();
    });

    test("held by another process: DatabaseUnavailable, nothing written, and it works afterwards", async () => {
      const db = await open();
      const other = new Database(file);
      other.run("BEGIN IMMEDIATE");
      await expect(db.batch([{ sql: INSERT, params: ["a"] }])).rejects.toBeInstanceOf(DatabaseUnavailable);
      expect(await db.one("SELECT name FROM locks WHERE name = ?", ["a"])).toBeNull();
      other.run("ROLLBACK");
      expect(await db.batch([{ sql: INSERT, params: ["a"] }])).toBe(true);
      other.close();
      await db.close();
    }, 15_000);

    test("a file that is no database stops the start with one clear line", async () => {
      writeFileSync(
        join(folder, "other.txt"),
        "this is not a database, it only is long enough to look like one\n".repeat(100),
      );
      file = join(folder, "other.txt");
      const error = await open().catch((reason) => reason);
      expect(error).toBeInstanceOf(StartError);
      expect(error.message).toContain("other.txt: ");
      expect(error.message).not.toContain("\n");
    });
  });
}
