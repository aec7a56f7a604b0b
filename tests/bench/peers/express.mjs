/*
 * express-session with a store, as the documentation of both sets them up. Runs on Bun and on Node. A session that is not
 * changed is not saved, but touched: that is the store's own way to keep it alive.
 */
import express from "express";
import session from "express-session";

const { DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_DATABASE, SQLITE_FILE, PORT, PEER_SECRET } = process.env;

async function store() {
  if (SQLITE_FILE) {
    const { Database } = await import("bun:sqlite");
    const { default: sqliteStore } = await import("better-sqlite3-session-store");
    const client = new Database(SQLITE_FILE, { create: true, strict: true });
    for (const pragma of ["journal_mode = WAL", "synchronous = NORMAL"]) client.run(`PRAGMA ${pragma}`);
    return new (sqliteStore(session))({ client });
  }
  const { default: mysqlStore } = await import("express-mysql-session");
  const place = { host: DB_HOST, port: Number(DB_PORT), user: DB_USER, password: DB_PASSWORD, database: DB_DATABASE };
  const made = new (mysqlStore(session))({ ...place, connectionLimit: 16 });
  await made.onReady();
  return made;
}

const escaped = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const app = express();
app.disable("x-powered-by");
app.get("/healthz", (_, response) => response.send("ok\n"));
app.use(session({ store: await store(), secret: PEER_SECRET, resave: false, saveUninitialized: false }));
app.get("/", (request, response) => {
  const { username } = request.session;
  if (username === undefined) return response.status(401).send("Sign in first.\n");
  response.set("Cache-Control", "no-store");
  response.send(`<dl><dt>Signed in as</dt><dd>${escaped(username)}</dd><dt>Role</dt><dd>user</dd></dl>`);
});
app.listen(Number(PORT), "127.0.0.1");
