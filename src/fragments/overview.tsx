import { defineFragment } from "#src/fragment.ts";
import { LineChart, Metric, Metrics } from "#views/kit/index.ts";

/** Everybody's own sign-ins; for admins those of all, and how many people there are. */
export default defineFragment({
  title: { en: "Overview", de: "Überblick" },
  order: 10,
  size: "full",
  height: 4,
  refresh: "60s",
  render: async ({ user, db, nowMs, sessionIdleMs, language, say }) => {
    const today = nowMs - (nowMs % 86_400_000);
    const days = Array.from({ length: 30 }, (_, i) => today - (29 - i) * 86_400_000);
    const rows = await db.all<{ day: number; signIns: number }>(
      `SELECT at - at % 86400000 AS day, COUNT(*) AS signIns FROM audit_log
        WHERE event = 'session.started' AND at >= ? AND (actor_id = ? OR ? = 'admin') GROUP BY day`,
      [today - 29 * 86_400_000, user.id, user.role],
    );
    const signIns = days.map((day) => rows.find((row) => row.day === day)?.signIns ?? 0);
    const totals = await db.one<{ people: number; sessions: number }>(
      `SELECT (SELECT COUNT(*) FROM users) AS people, COUNT(*) AS sessions FROM user_sessions
        WHERE expires_at > ? AND last_seen_at > ? AND (user_id = ? OR ? = 'admin')`,
      [nowMs, nowMs - sessionIdleMs, user.id, user.role],
    );
    const people = say({ en: "People", de: "Personen" });
    const title = say({ en: "Sign-ins per day", de: "Anmeldungen pro Tag" });
    const series = { [say({ en: "Sign-ins", de: "Anmeldungen" })]: signIns };
    return (
      <div class="stack">
        <Metrics>
          {user.role === "admin" ? <Metric label={people} value={totals?.people ?? 0} /> : null}
          <Metric label={say({ en: "Open sessions", de: "Offene Sitzungen" })} value={totals?.sessions ?? 0} />
          <Metric label={say({ en: "Sign-ins today", de: "Heute angemeldet" })} value={signIns.at(-1) ?? 0} />
          <Metric label={say({ en: "Last 30 days", de: "Letzte 30 Tage" })} value={signIns.reduce((a, b) => a + b)} />
        </Metrics>
        <LineChart heading title={title} labels={days.map((day) => language.dayShort.format(day))} series={series} />
      </div>
    );
  },
});
