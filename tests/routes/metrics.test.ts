import { afterEach, beforeEach, expect, test } from "bun:test";
import { openApp, type TestApp } from "../support/app.ts";

let t: TestApp;
beforeEach(async () => {
  t = await openApp();
});
afterEach(() => t.close());

test("a Prometheus on the same machine and an admin may read the figures, nobody else learns of them", async () => {
  const user = await t.signIn(await t.addUser("bob"));
  const admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
  expect((await t.browser("127.0.0.1").get("/metrics")).status).toBe(200);
  expect((await admin.get("/metrics")).status).toBe(200);
  expect((await user.get("/metrics")).status).toBe(404);
  expect((await t.browser().get("/metrics")).status).toBe(404);
  expect((await t.browser("127.0.0.1").get("/metrics", { "X-Forwarded-For": "203.0.113.7" })).status).toBe(404);
});

test("requests are counted by route, never by address", async () => {
  await t.browser().get("/setup/canary-token");
  await t.browser().post("/login", { username: "canary", password: "canary" });
  const text = await (await t.browser("127.0.0.1").get("/metrics")).text();
  expect(text).toContain('gatehouse_http_requests_total{method="GET",route="/setup/:token",status="404"} 1');
  expect(text).toContain('gatehouse_http_requests_total{method="POST",route="/login",status="401"} 1');
  expect(text).toContain("gatehouse_hashing_waiting 0");
  t.deps.fragments.failures.set("disk", 2);
  expect(await t.deps.metrics.text()).toContain('gatehouse_fragment_failures{fragment="disk"} 2');
  expect(text).not.toContain("canary");
});
