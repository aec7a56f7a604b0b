import { existsSync } from "node:fs";
import { type Config, loadConfig } from "../config.ts";
import { loadMigrations } from "../db/migrations.ts";
import { openDatabase, openExisting, pendingMigrations } from "../db/open.ts";
import { answer, type Group, QUIET } from "./tool.ts";

export const migrateCommand: Group = (program) => {
  program
    .command("migrate")
    .description("bring the tables up to date, as every start of the server does")
    .action(async (_, command) => {
      const { database } = loadConfig();
      const applied = await pendingIn(database);
      await (await openDatabase(database, { log: QUIET, tries: 1 })).close();
      const text = applied.length === 0 ? "The tables are up to date." : `Applied ${applied.join(", ")}.`;
      answer(command, { applied }, text);
    });
};

async function pendingIn(target: Config["database"]): Promise<string[]> {
  if (target.kind === "sqlite" && !existsSync(target.file)) return loadMigrations("sqlite").map(({ name }) => name);
  const db = await openExisting(target);
  try {
    return await pendingMigrations(db);
  } finally {
    await db.close();
  }
}
