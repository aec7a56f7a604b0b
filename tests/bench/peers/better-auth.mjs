/*
 * Better Auth as its documentation sets it up, on Bun's server: the session of every request is asked for by
 * `auth.api.getSession`, from the database, without its cookie cache (which would let a revoked session live on).
 */
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";

const { DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_DATABASE, SQLITE_FILE, PORT, PEER_SECRET } = process.env;

async function database() {
  if (SQLITE_FILE) {
    const { Database } = await import("bun:sqlite");
    const file = new Database(SQLITE_FILE, { create: true });
    for (const pragma of ["journal_mode = WAL", "synchronous = NORMAL"]) file.run(`PRAGMA ${pragma}`);
    return file;
  }
  const { createPool } = await import("mysql2/promise");
  const place = { host: DB_HOST, port: Number(DB_PORT), user: DB_USER, password: DB_PASSWORD, database: DB_DATABASE };
  return createPool({ ...place, connectionLimit: 16, timezone: "Z" });
}

const auth = betterAuth({
  database: await database(),
  secret: PEER_SECRET,
  baseURL: `http://127.0.0.1:${PORT}`,
  emailAndPassword: { enabled: true },
  session: { cookieCache: { enabled: false } },
  telemetry: { enabled: false },
  logger: { level: "error" },
});
const { runMigrations } = await getMigrations(auth.options);
await runMigrations();

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(PORT),
  development: false,
  async fetch(request) {
    if (new URL(request.url).pathname === "/healthz") return new Response("ok\n");
    const found = await auth.api.getSession({ headers: request.headers });
    if (found === null) return new Response("Sign in first.\n", { status: 401 });
    const html = `<dl><dt>Signed in as</dt><dd>${Bun.escapeHTML(found.user.name)}</dd><dt>Role</dt><dd>user</dd></dl>`;
    return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" } });
  },
});
