import { Database } from "bun:sqlite";

/** A server with the holes the programs look for: one that finds none here proves nothing elsewhere. */
export function startDecoy(): { url: string; stop(): void } {
  const database = new Database(":memory:");
  database.run("CREATE TABLE items (id INTEGER, name TEXT)");
  database.run("INSERT INTO items VALUES (1, 'one'), (2, 'two')");
  const html = (body: string, status = 200) =>
    new Response(`<!DOCTYPE html><html><body>${body}</body></html>`, {
      status,
      headers: { "Content-Type": "text/html" },
    });
  const answers: Record<string, (asked: URLSearchParams) => Response> = {
    "/": () => html('<a href="/items?id=1">item</a> <a href="/hello?name=ann">hello</a>'),
    "/items": (asked) => {
      const rows = database.query(`SELECT name FROM items WHERE id = ${asked.get("id")}`).all();
      return html(rows.map((row) => (row as { name: string }).name).join(", "));
    },
    "/hello": (asked) => html(`Hello ${asked.get("name")}`),
    "/backup.sql": () => new Response("INSERT INTO users"),
  };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    development: false,
    fetch: ({ url }) => {
      const { pathname, searchParams } = new URL(url);
      return answers[pathname]?.(searchParams) ?? html("Not found", 404);
    },
    error: (error) => html(`SQLite error: ${error.message}`, 500),
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => void server.stop(true) };
}
