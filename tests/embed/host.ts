import { Hono } from "hono";
import { createGatehouse, type GatehouseOptions } from "#src/embed.ts";

/** Somebody else's app: its own pages, some of them guarded, and Gatehouse at /auth. */
export async function createHost(options: Omit<GatehouseOptions, "at">) {
  const gatehouse = await createGatehouse({ at: "/auth", ...options });
  const app = new Hono()
    .get("/", (c) => c.text("A shop. Everybody may look."))
    .get("/orders", gatehouse.requireUser, (c) => c.text(`Orders of ${c.var.visitor.user.username}`))
    .post("/orders", gatehouse.requireUser, (c) => c.text("Ordered", 201))
    .get("/prices", gatehouse.requireAdmin, (c) => c.text("Purchase prices"))
    .route("/auth", gatehouse.app);
  return { app, gatehouse };
}
