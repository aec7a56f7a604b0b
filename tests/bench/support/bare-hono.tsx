import { Hono } from "hono";

/** What this stack does at its best: the same small piece of HTML from Hono and JSX, for nobody in particular, and nothing else. */
const Hello = ({ user }: { user: { username: string; role: string } }) => (
  <dl class="facts">
    <dt>Signed in as</dt>
    <dd>{user.username}</dd>
    <dt>Role</dt>
    <dd>{user.role}</dd>
  </dl>
);

const app = new Hono()
  .get("/healthz", (c) => c.text("ok\n"))
  .get("/", (c) => c.html(<Hello user={{ username: "ann", role: "user" }} />));

Bun.serve({ hostname: "127.0.0.1", port: Number(process.env.PORT), development: false, fetch: app.fetch });
