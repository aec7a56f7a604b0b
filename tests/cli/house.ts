import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newToken } from "#src/auth/token.ts";
import type { DatabaseTarget } from "#src/config.ts";
import type { Db } from "#src/db/db.ts";
import { openDatabase } from "#src/db/open.ts";
import { sqlInsertSession } from "#src/store/user-sessions.ts";
import { findUserByKey, type Role, sqlEnrolMfa, sqlInsertUser } from "#src/store/users.ts";
import { freshTarget, quiet } from "../support/database.ts";
import { cleanEnv } from "../support/environment.ts";
import { ROOT } from "../support/files.ts";

export type Ran = { code: number; out: string; err: string };

/** A place where the commands run: a data folder and a database of their own, and what a test does to them meanwhile. */
export type CommandHouse = {
  readonly dataDir: string;
  readonly env: Record<string, string>;
  /** `bun src/cli.ts …` in a process of its own; `extra` variables on top. */
  run(args: readonly string[], extra?: Record<string, string>): Promise<Ran>;
  /** The same with `--json`, parsed. */
  json<T = Record<string, unknown>>(args: readonly string[], extra?: Record<string, string>): Promise<T>;
  /** Opens the database, making its tables; closed with the house. */
  db(): Promise<Db>;
  close(): Promise<void>;
};

export async function commandHouse(): Promise<CommandHouse> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-cli-"));
  const dataDir = join(folder, "data");
  const { target, remove } = await freshTarget({ shared: true });
  const place: DatabaseTarget =
    target.kind === "mysql" ? target : { kind: "sqlite", file: join(dataDir, "gatehouse.db") };
  const env = { DATA_DIR: dataDir, ...(place.kind === "mysql" ? mysqlEnv(place) : {}) };
  const opened: Db[] = [];

  const run = async (args: readonly string[], extra: Record<string, string> = {}) => {
    const child = Bun.spawn([process.execPath, "--no-env-file", "src/cli.ts", ...args], {
      ...{ cwd: ROOT, env: cleanEnv({ ...env, ...extra }), stdin: "ignore", stdout: "pipe", stderr: "pipe" },
    });
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    return { code: await child.exited, out, err };
  };
  return {
    dataDir,
    env,
    run,
    json: async (args, extra) => JSON.parse((await run([...args, "--json"], extra)).out),
    db: async () => {
      const db = await openDatabase(place, { log: quiet, tries: 1 });
      opened.push(db);
      return db;
    },
    close: async () => {
      for (const db of opened) await db.close();
      await remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mysqlEnv({ host, port, user, password, database }: Extract<DatabaseTarget, { kind: "mysql" }>) {
  return { DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password, DB_DATABASE: database };
}

/** Somebody with a password, an authenticator and one open session. */
export async function addPerson(db: Db, username: string, role: Role = "user"): Promise<number> {
  const nowMs = Date.now();
  await db.batch([sqlInsertUser({ username, usernameKey: username, role, passwordHash: "PASSWORD-CANARY", nowMs })]);
  const { id } = (await findUserByKey(db, username))!;
  const session = { sessionId: newToken(), userId: id, nowMs, expiresAtMs: nowMs + 3_600_000 };
  await db.batch([
    sqlEnrolMfa(id, "SECRET-CANARY", 0, nowMs),
    sqlInsertSession({ ...session, ip: "203.0.113.7", userAgent: "Browser/1" }),
  ]);
  return id;
}

export async function auditOf(db: Db, event: string) {
  const rows = await db.all<{
    actor_id: number | null;
    actor_name: string | null;
    target_name: string;
    detail: string;
  }>("SELECT actor_id, actor_name, target_name, detail FROM audit_log WHERE event = ? ORDER BY id", [event]);
  return rows.map(({ detail, ...row }) => ({ ...row, detail: JSON.parse(detail) }));
}
