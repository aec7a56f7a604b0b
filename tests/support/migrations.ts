import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseTarget } from "#src/config.ts";
import type { Db } from "#src/db/db.ts";
import { openDatabase } from "#src/db/open.ts";
import { dialect, freshTarget, quiet } from "./database.ts";

/** Program that opens a database as a process of its own: arguments are the target as JSON and the SQL folder. */
export const OPENER = join(import.meta.dir, "open-database.ts");

export type Sandbox = {
  readonly target: DatabaseTarget;
  /** Holds this sandbox's migrations instead of the program's. */
  readonly folder: string;
  /** Writes one migration file. */
  migration(name: string, ...statements: string[]): void;
  open(): Promise<Db>;
  withDb<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** Opens, which must fail. */
  openingError(): Promise<Error>;
  remove(): Promise<void>;
};

/** An empty database, and an empty folder of migrations for it. */
export async function migrationSandbox(): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-sql-"));
  mkdirSync(join(folder, dialect));
  const { target, remove } = await freshTarget({ shared: true });
  const open = () => openDatabase(target, { log: quiet, folder, tries: 1 });
  return {
    target,
    folder,
    migration: (name, ...statements) =>
      writeFileSync(join(folder, dialect, name), statements.map((statement) => `${statement};\n`).join("")),
    open,
    withDb: async (work) => {
      const db = await open();
      return work(db).finally(() => db.close());
    },
    openingError: () =>
      open().then(
        () => Promise.reject(new Error("opening should have failed")),
        (reason) => reason,
      ),
    remove: async () => {
      rmSync(folder, { recursive: true, force: true });
      await remove();
    },
  };
}
