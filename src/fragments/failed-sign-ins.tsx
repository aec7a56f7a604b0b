import { defineFragment } from "#src/fragment.ts";
import { BarChart } from "#views/kit/index.ts";

const DAY_MS = 86_400_000;
const DAYS = 14;

/** Refused passwords and codes: a hand that slipped, or somebody who is trying. */
export default defineFragment({
  title: { en: "Failed sign-ins", de: "Fehlgeschlagene Anmeldungen" },
  order: 30,
  size: "half",
  height: 3,
  can: (user) => user.role === "admin",
  refresh: "60s",
  render: async ({ db, nowMs, language, say }) => {
    const today = nowMs - (nowMs % DAY_MS);
    const days = Array.from({ length: DAYS }, (_, i) => today - (DAYS - 1 - i) * DAY_MS);
    const rows = await db.all<{ day: number; event: string; times: number }>(
      `SELECT at - at % 86400000 AS day, event, COUNT(*) AS times FROM audit_log
        WHERE event IN ('sign_in.password_refused', 'sign_in.code_refused') AND at >= ? GROUP BY day, event`,
      [today - (DAYS - 1) * DAY_MS],
    );
    const perDay = (event: string) =>
      days.map((day) => rows.find((row) => row.day === day && row.event === event)?.times ?? 0);
    return (
      <BarChart
        title={say({ en: "Failed sign-ins per day", de: "Fehlgeschlagene Anmeldungen pro Tag" })}
        labels={days.map((day) => language.dayShort.format(day))}
        series={{
          [say({ en: "Password", de: "Passwort" })]: perDay("sign_in.password_refused"),
          Code: perDay("sign_in.code_refused"),
        }}
      />
    );
  },
});
