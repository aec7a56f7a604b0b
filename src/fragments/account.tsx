import { defineFragment } from "#src/fragment.ts";

type Account = { createdAt: string; sessions: number; codesLeft: number };

/** What everybody may know about their own account. */
export default defineFragment({
  title: { en: "Sessions and codes", de: "Sitzungen und Codes" },
  order: 50,
  size: "half",
  height: 2,
  render: async ({ user, db, nowMs, sessionIdleMs, say, language }) => {
    const account = await db.one<Account>(
      `SELECT u.created_at AS createdAt,
              (SELECT COUNT(*) FROM user_sessions s
                WHERE s.user_id = u.id AND s.expires_at > ? AND s.last_seen_at > ?) AS sessions,
              (SELECT COUNT(*) FROM recovery_codes r WHERE r.user_id = u.id AND r.used_at IS NULL) AS codesLeft
         FROM users u WHERE u.id = ?`,
      [nowMs, nowMs - sessionIdleMs, user.id],
    );
    return (
      <dl class="facts">
        <dt>{say({ en: "Signed in as", de: "Angemeldet als" })}</dt>
        <dd>{user.username}</dd>
        <dt>{say({ en: "Role", de: "Rolle" })}</dt>
        <dd>{user.role === "admin" ? "Admin" : say({ en: "User", de: "Benutzer" })}</dd>
        <dt>{say({ en: "Registered", de: "Registriert" })}</dt>
        <dd>{account && language.day.format(Date.parse(account.createdAt.slice(0, 10)))}</dd>
        <dt>{say({ en: "Open sessions", de: "Offene Sitzungen" })}</dt>
        <dd>{account?.sessions}</dd>
        <dt>{say({ en: "Recovery codes left", de: "Übrige Codes" })}</dt>
        <dd>{account?.codesLeft}</dd>
      </dl>
    );
  },
});
