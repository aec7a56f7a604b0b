import { expect, test } from "bun:test";
import mysql from "mysql2/promise";
import type { DatabaseTarget } from "#src/config.ts";
import { openDatabase, openExisting } from "#src/db/open.ts";
import { sqlAudit } from "#src/store/audit-log.ts";
import { exportAudit } from "#src/store/audit-pages.ts";
import { purgeAudit } from "#src/store/purge.ts";
import { dialect, freshTarget, quiet } from "#tests/support/database.ts";
import { read } from "#tests/support/files.ts";

const DAY_MS = 86_400_000;
const PASSWORD = "grants-test-1";

/** The statements README gives an operator, for a user of that name. */
function grantsOfReadme(database: string, user: string): string[] {
  const block = /```sql\n([\s\S]*?)```/.exec(read("README.md"))?.[1] ?? "";
  const statements = block.split(";").map((statement) => statement.trim());
  return statements
    .filter(Boolean)
    .map((text) => text.replaceAll("gatehouse.", `${database}.`).replace("'gatehouse'@", `'${user}'@`));
}

/** SQLite knows no users. */
const onMysql = (name: string, run: () => Promise<void>) => {
  if (dialect === "mysql") test(name, run);
};

onMysql("with the grants README names, the server starts and purges, and nobody can rewrite history", async () => {
  const { target, remove } = await freshTarget();
  const { host, port, user, password, database } = target as Extract<DatabaseTarget, { kind: "mysql" }>;
  await (await openDatabase(target, { log: quiet, tries: 1 })).close();
  const root = await mysql.createConnection({ host, port, user, password });
  const name = `grants_${crypto.randomUUID().slice(0, 8)}`;
  try {
    await root.query(`CREATE USER '${name}'@'%' IDENTIFIED BY '${PASSWORD}'`);
    const statements = grantsOfReadme(database, name);
    expect(statements.length).toBeGreaterThan(3);
    for (const statement of statements) await root.query(statement);

    const own = { ...target, user: name, password: PASSWORD } as DatabaseTarget;
    await (await openDatabase(own, { log: quiet, tries: 1 })).close();
    const db = await openExisting(own);
    await db.batch([sqlAudit({ event: "session.ended", atMs: 1, origin: null })]);
    await expect(db.run("UPDATE audit_log SET actor_name = 'bob'")).rejects.toThrow(/denied/);
    await expect(db.run("TRUNCATE TABLE audit_log")).rejects.toThrow(/denied/);
    await expect(db.run("DROP TABLE audit_log")).rejects.toThrow(/denied/);
    expect(await purgeAudit(db, 400 * DAY_MS, 365)).toBe(1);
    for await (const rows of exportAudit(db, ALL)) expect(rows.map(({ event }) => event)).toEqual(["audit.purged"]);
    await db.close();
  } finally {
    await root.query(`DROP USER IF EXISTS '${name}'@'%'`);
    await root.end();
    await remove();
  }
});

const ALL = { topic: null, event: null, actorName: null, targetName: null, ip: null, fromMs: null, beforeMs: null };

test("README names every table in its grants", () => {
  const tables = [...read("sql/mysql/0001-accounts.sql").matchAll(/^CREATE TABLE (\w+)/gm)].map(([, table]) => table!);
  const block = grantsOfReadme("gatehouse", "gatehouse").join(";\n");
  expect(tables.filter((table) => !block.includes(`gatehouse.${table} `))).toEqual([]);
});
