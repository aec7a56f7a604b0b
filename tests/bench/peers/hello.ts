/** The ceiling: Bun's server with a fixed answer. */
const BODY = "<dl><dt>Signed in as</dt><dd>user1</dd><dt>Role</dt><dd>user</dd></dl>";

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.env.PORT),
  development: false,
  fetch: () => new Response(BODY, { headers: { "Content-Type": "text/html; charset=utf-8" } }),
});
