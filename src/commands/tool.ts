import type { Command } from "commander";
import { type Config, loadConfig } from "../config.ts";
import type { Db } from "../db/db.ts";
import { openExisting, pendingMigrations } from "../db/open.ts";

/** A file of commands: adds them to the program, which gives each of them `--help`, `--json` and its exit code. */
export type Group = (program: Command) => void;

/** What was asked for was understood and could not be done. One sentence for the operator; exit code 1. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** What was typed makes no sense; exit code 2. */
export class WrongUsage extends Error {
  override readonly name = "WrongUsage";
}

/** What commands have to say goes to the answer; the log of the database stays out of it. */
export const QUIET = { info() {}, warn() {} };

export type House = { readonly db: Db; readonly config: Config; readonly nowMs: number };

/**
 * Opens the configured database for one command, as it is, beside a server that may be running.
 *
 * @throws Refused when tables are missing: bringing them up to date is for the server and `migrate`, on purpose.
 */
export async function withHouse<T>(work: (house: House) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const db = await openExisting(config.database);
  try {
    const pending = await pendingMigrations(db);
    if (pending.length > 0)
      throw new Refused(`The database lacks ${pending.join(", ")}: run "npm run gatehouse -- migrate" first.`);
    return await work({ db, config, nowMs: Date.now() });
  } finally {
    await db.close();
  }
}

/** Writes the answer: an object for programs when `--json` was given, else the text for people. */
export function answer(command: Command, result: Readonly<Record<string, unknown>>, text: string): void {
  process.stdout.write(command.optsWithGlobals().json ? `${JSON.stringify(result)}\n` : `${text}\n`);
}

/** Columns as wide as their widest cell; the last one as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]!.length))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** "2026-01-15 10:00 UTC". */
export const when = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Whole address of a page, to hand to somebody. */
export function addressOf({ publicOrigin, port }: Config, path: string): string {
  return `${publicOrigin ?? `http://localhost:${port}`}${path}`;
}
