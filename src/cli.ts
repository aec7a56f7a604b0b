import { Command, CommanderError } from "commander";
import { adminCommands } from "./commands/admin.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { fragmentCommands } from "./commands/fragment.ts";
import { keyCommands } from "./commands/key.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { sessionsCommands } from "./commands/sessions.ts";
import { type Group, WrongUsage } from "./commands/tool.ts";
import { userCommands } from "./commands/user.ts";

/** What can be typed first. `tool.ts` and `people.ts` beside them are what they share. */
const GROUPS: readonly Group[] = [
  adminCommands, //
  userCommands,
  sessionsCommands,
  doctorCommand,
  keyCommands,
  migrateCommand,
  fragmentCommands,
];

const EXIT = { ok: 0, failed: 1, wrongUsage: 2 } as const;

/** What was typed is answered by commander in its own words: "error: unknown command …". */
function newProgram(): Command {
  const program = new Command("gatehouse")
    .usage("<command>")
    .description("The operator's commands. They work while the server runs.")
    .option("--json", "answer with one JSON object")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  for (const add of GROUPS) add(program);
  return program;
}

async function run(args: readonly string[]): Promise<number> {
  const program = newProgram();
  if (args.length === 0) {
    program.outputHelp();
    return EXIT.ok;
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const usage = error instanceof CommanderError || error instanceof WrongUsage;
    report(error, args.includes("--json"));
    return usage ? EXIT.wrongUsage : EXIT.failed;
  }
}

/** One line, never a stack: it is read by an operator, perhaps in a mail from cron. */
function report(error: unknown, json: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  const line = message
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, "; ")
    .trim();
  if (line === "(outputHelp)") return;
  process.stderr.write(`gatehouse: ${line}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: line })}\n`);
}

// Whoever reads along may have read enough, as `head` has: what was to be done is done all the same.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
process.exitCode = await run(process.argv.slice(2));
