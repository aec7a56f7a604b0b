import { defineFragment } from "#src/fragment.ts";

type Account = { createdAt: string; sessions: number; codesLeft: number };

/** What everybody may know about their own account. */
export default defineFragment({
  title: "My account",
  order: 50,
  size: "half",
  render: async ({ user, db, nowMs, sessionIdleMs }) => {
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
        <dt>Signed in as</dt>
        <dd>{user.username}</dd>
        <dt>Role</dt>
        <dd>{user.role}</dd>
        <dt>Registered</dt>
        <dd>{account?.createdAt.slice(0, 10)}</dd>
        <dt>Open sessions</dt>
        <dd>{account?.sessions}</dd>
        <dt>Recovery codes left</dt>
        <dd>{account?.codesLeft}</dd>
      </dl>
    );
  },
});
