import { hashToken, newToken } from "#src/auth/token.ts";
import { type AuditEvent, sqlAudit } from "#src/store/audit-log.ts";
import { sqlInsertSession } from "#src/store/user-sessions.ts";
import { sqlInsertUser } from "#src/store/users.ts";
import type { TestApp, TestUser } from "./app.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The longest a name may be, without a place to break it. */
export const LONG_NAME = "carol".repeat(13).slice(0, 64);
/** As an adopted database may hold it; new names are Latin. */
const RIGHT_TO_LEFT = "كارول.بوب";
const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1";
const LAPTOP = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/141.0 Safari/537.36";

/** A small team and a month of its history. */
export async function seedPeople(app: TestApp, users: Record<string, TestUser>): Promise<void> {
  const nowMs = app.deps.clock();
  for (const name of ["carol", LONG_NAME, RIGHT_TO_LEFT, "bob.berlin"]) users[name] = await app.addUser(name);
  users["carol.berlin"] = await app.addUser("carol.berlin", { authenticator: false });
  await app.db.batch([
    sqlInsertUser({
      username: "ann.oslo",
      usernameKey: "ann.oslo",
      role: "user",
      passwordHash: "",
      nowMs: nowMs - DAY_MS,
    }),
  ]);
  const invited = await app.db.one<{ id: number }>("SELECT id FROM users WHERE username_key = 'ann.oslo'");
  users["ann.oslo"] = { ...users["carol.berlin"], id: invited?.id ?? 0, username: "ann.oslo" };
  const seen = "UPDATE users SET signed_in_at = ? WHERE id = ?";
  for (const [i, { id }] of Object.values(users).entries())
    await app.db.run(seen, [id === invited?.id ? 0 : nowMs - i * 7 * 3_600_000 - 4 * MINUTE_MS, id]);
  await app.db.run("UPDATE users SET disabled_at = ?, disabled_reason = ? WHERE id = ?", [
    nowMs - 3 * DAY_MS,
    "On parental leave",
    users["bob.berlin"]?.id ?? 0,
  ]);
  await app.db.run(
    "INSERT INTO attempts (attempt_key, user_id, failures, blocked_until, forget_at) VALUES (?, ?, 5, ?, ?)",
    ["sample", users[RIGHT_TO_LEFT]?.id ?? 0, nowMs + 15 * MINUTE_MS, nowMs + DAY_MS],
  );
  await seedSessions(app, users, nowMs);
  await seedHistory(app, users, nowMs);
}

async function seedSessions({ db }: TestApp, users: Record<string, TestUser>, nowMs: number): Promise<void> {
  const open = [
    ["bob", "198.51.100.24", PHONE, 2],
    ["carol", "198.51.100.61", LAPTOP, 6],
    ["bob", "203.0.113.18", LAPTOP, 11],
    [RIGHT_TO_LEFT, "2001:db8::8a2e:370:7334", LAPTOP, 17],
  ] as const;
  for (const [name, ip, userAgent, minutes] of open) {
    const atMs = nowMs - minutes * MINUTE_MS;
    const userId = users[name]?.id ?? 0;
    const session = {
      sessionId: hashToken(newToken()),
      userId,
      nowMs: atMs,
      expiresAtMs: nowMs + DAY_MS,
      ip,
      userAgent,
    };
    await db.batch([sqlInsertSession(session)]);
  }
}

async function seedHistory({ db }: TestApp, users: Record<string, TestUser>, nowMs: number): Promise<void> {
  const people = ["ann", "bob", "carol", LONG_NAME, "carol.berlin"].flatMap((name) => users[name] ?? []);
  const note = (event: AuditEvent, daysAgo: number, who: number, more: object = {}) => {
    const origin = {
      ip: `198.51.100.${20 + (who % 5)}`,
      userAgent: who % 2 ? LAPTOP : PHONE,
      requestId: `r${daysAgo}-${who}`,
    };
    const atMs = nowMs - daysAgo * DAY_MS - ((who * 47) % 500) * MINUTE_MS;
    return sqlAudit({ event, atMs, origin, actor: people[who % people.length]!, ...more });
  };
  const days = Array.from({ length: 30 }, (_, day) => day);
  // Quiet at weekends, a little more every week.
  const signIns = (day: number) =>
    [3, 4].includes(day % 7) ? 1 + (day % 2) : 12 - Math.floor(day / 4) + ((day * 5) % 4);
  await db.batch(
    days.flatMap((day) => Array.from({ length: signIns(day) }, (_, i) => note("session.started", day, i + 1))),
  );
  const failed = days
    .slice(0, 14)
    .flatMap((day) => [
      ...Array.from({ length: (day * 3) % 5 }, (_, i) => note("sign_in.password_refused", day, i + 2)),
      ...Array.from({ length: (day * 2) % 3 }, (_, i) => note("sign_in.code_refused", day, i + 3)),
    ]);
  await db.batch(failed);
  await db.batch([
    note("user.disabled", 3, 0, { target: users["bob.berlin"], detail: { reason: "On parental leave" } }),
    note("user.role_changed", 1, 0, { target: users.carol, detail: { from: "user", to: "admin" } }),
    note("user.registered", 1, 0, { target: users["ann.oslo"], detail: { role: "user" } }),
  ]);
}
