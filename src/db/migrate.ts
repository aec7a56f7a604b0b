import { DatabaseUnavailable, UniqueViolation } from "./db.ts";
import { type Driver, type Log, type Session, StartError } from "./driver.ts";
import { type Applied, checkHistory, loadMigrations, type Migration, sha256 } from "./migrations.ts";
import { isConflict, serverErrno, translated } from "./mysql-errors.ts";

export type MigrateOptions = {
  readonly log: Log;
  readonly sleep: (ms: number) => Promise<void>;
  /** Folder with `mysql/` and `sqlite/`; default: the program's own `sql/`. */
  readonly folder?: string;
};

const CREATE_HISTORY = `CREATE TABLE IF NOT EXISTS schema_migrations (
  name VARCHAR(190) NOT NULL PRIMARY KEY,
  checksum CHAR(64) NOT NULL,
  applied_at BIGINT NULL
)`;

/**
 * Brings the database to the state this program needs. Several processes may do so at once: one works, the others wait.
 *
 * On SQLite everything is one transaction. On MySQL a schema statement commits by itself, so a migration's row in
 * schema_migrations is made before it starts and keeps a mark of how far it has come (see `Mark`): a migration that
 * was interrupted goes on where it stopped at the next start, and one the server refused goes on once its file is
 * corrected from the refused statement on.
 *
 * @throws StartError when history and files do not fit together, or the server refuses a statement.
 */
export async function migrate(driver: Driver, options: MigrateOptions): Promise<void> {
  const migrations = loadMigrations(driver.dialect, options.folder);
  await driver.exclusively(async (session) => {
    await session.run(CREATE_HISTORY);
    while (!(await step(session, migrations, driver.dialect === "sqlite", options)));
  });
}

/** Applies what is pending. @returns false when a neighbour on another node of a cluster was faster: look again. */
async function step(
  session: Session,
  migrations: readonly Migration[],
  atOnce: boolean,
  options: MigrateOptions,
): Promise<boolean> {
  const applied = await session.all<Applied>("SELECT name, checksum, applied_at FROM schema_migrations ORDER BY name");
  for (const migration of checkHistory(applied, migrations)) {
    const mark = applied.find((row) => row.name === migration.name)?.checksum ?? null;
    if (mark && !session.lockCoversAll && (await neighbourIsAtWork(session, migration.name, mark, options)))
      return false;
    const from = mark ? resumeAt(migration, mark) : NEW;
    if (!mark && !(await claim(session, migration, atOnce))) return false;
    await apply(session, migration, from);
    options.log.info({ migration: migration.name }, mark ? "migration finished" : "migration applied");
  }
  return true;
}

/**
 * How far a migration has come, kept in `checksum` while `applied_at` is null: `begun 3 <hash>` says that statements 0
 * to 2 are done and 3 may be, `refused 3 <hash>` that the server refused 3, which therefore did nothing. The hash is of
 * the statements already done, which must not change.
 */
type Mark = { readonly at: number; readonly maybeDone: boolean };
const NEW: Mark = { at: 0, maybeDone: false };

const markText = (kind: "begun" | "refused", migration: Migration, at: number): string =>
  `${kind} ${at} ${hashBefore(migration, at)}`;

const hashBefore = (migration: Migration, at: number): string =>
  sha256(migration.statements.slice(0, at).join(";\n")).slice(0, 48);

function resumeAt(migration: Migration, mark: string): Mark {
  const [kind, at = "", hash] = mark.split(" ");
  if (hash === hashBefore(migration, Number(at))) return { at: Number(at), maybeDone: kind === "begun" };
  throw new StartError(
    `migration ${migration.name} stopped half-way after ${at} statements, and those are not the ones in the file now. ` +
      "Put them back as they were, or restore a backup from before it",
  );
}

/** Makes the row that says this migration has begun. @returns false when another process made it first. */
async function claim(session: Session, migration: Migration, atOnce: boolean): Promise<boolean> {
  const insert = "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES (?, ?, NULL)";
  try {
    await session.run(insert, [migration.name, markText("begun", migration, 0)]);
    return true;
  } catch (error) {
    if (!atOnce && (translated(error) instanceof UniqueViolation || isConflict(error))) return false;
    throw error;
  }
}

async function apply(session: Session, migration: Migration, from: Mark): Promise<void> {
  for (const [at, sql] of migration.statements.entries()) {
    if (at < from.at) continue;
    const after = { sql: MOVE_MARK, params: [markText("begun", migration, at + 1), migration.name] };
    try {
      // What changes rows commits together with the mark behind it, so it is never done twice.
      if (!isSchema(sql)) await session.together([{ sql, params: [] }, after]);
      else await session.run(sql);
    } catch (error) {
      const wasDone = at === from.at && from.maybeDone && isSchema(sql) && ALREADY_DONE.has(serverErrno(error) ?? 0);
      if (!wasDone) throw await refusal(session, migration, at, error);
    }
    if (isSchema(sql)) await session.run(after.sql, after.params);
  }
  const finish = "UPDATE schema_migrations SET checksum = ?, applied_at = ? WHERE name = ?";
  await session.run(finish, [migration.checksum, Date.now(), migration.name]);
}

const MOVE_MARK = "UPDATE schema_migrations SET checksum = ? WHERE name = ?";

const isSchema = (sql: string): boolean => /^(CREATE|ALTER|DROP|RENAME|TRUNCATE)\b/i.test(sql);

/** The table 1050, column 1060, key 1061 or foreign key 1826 is there already; the table 1051, column or key 1091 is gone. */
const ALREADY_DONE = new Set([1050, 1051, 1060, 1061, 1091, 1826]);

/** Without an answer of the server it is unknown whether the statement ran: then the mark stays as it is. */
async function refusal(session: Session, migration: Migration, at: number, error: unknown): Promise<unknown> {
  const cause = translated(error);
  if (cause instanceof DatabaseUnavailable) return cause;
  if (serverErrno(error)) await session.run(MOVE_MARK, [markText("refused", migration, at), migration.name]);
  const message = `migration ${migration.name}, statement ${at + 1}, was refused: ${(error as Error).message}`;
  return new StartError(`${message}. Correct it there; the statements before it are kept on MySQL`, { cause });
}

/** Where the lock does not cover all nodes, a neighbour's mark moves; one that stands still was left by a dead process. */
async function neighbourIsAtWork(
  session: Session,
  name: string,
  mark: string,
  options: MigrateOptions,
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < STANDSTILL_MS; waitedMs += WATCH_MS) {
    options.log.info({ migration: name }, "migration begun by another process, waiting for it");
    await options.sleep(WATCH_MS);
    const sql = "SELECT checksum, applied_at FROM schema_migrations WHERE name = ?";
    const [now] = await session.all<Applied>(sql, [name]);
    if (now?.checksum !== mark) return true;
  }
  return false;
}

const WATCH_MS = 1_000;
const STANDSTILL_MS = 15_000;
