import { defineFragment } from "#src/fragment.ts";
import { Table } from "#views/kit/index.ts";

type Session = { username: string; ip: string; lastSeenAtMs: number };

const MOST = 500;

/** Sessions that are open at this moment, latest activity first. */
export default defineFragment({
  title: "Who is signed in",
  order: 20,
  size: "half",
  can: (user) => user.role === "admin",
  refresh: "30s",
  render: async (context) => {
    const { db, nowMs, sessionIdleMs } = context;
    const sessions = await db.all<Session>(
      `SELECT u.username, s.ip, s.last_seen_at AS lastSeenAtMs FROM user_sessions s JOIN users u ON u.id = s.user_id
        WHERE s.expires_at > ? AND s.last_seen_at > ? ORDER BY s.last_seen_at DESC LIMIT ?`,
      [nowMs, nowMs - sessionIdleMs, MOST],
    );
    return (
      <Table
        context={context}
        title="Open sessions"
        rows={sessions}
        pageSize={6}
        columns={[
          { key: "username", title: "Person", cell: ({ username }) => <span class="wrap">{username}</span> },
          { key: "ip", title: "Address", cell: ({ ip }) => <span class="wrap">{ip}</span> },
          { key: "lastSeenAtMs", title: "Last seen", cell: (session) => ago(nowMs - session.lastSeenAtMs) },
        ]}
      />
    );
  },
});

function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 1 ? "just now" : `${minutes} min ago`;
}
