import { defineFragment } from "#src/fragment.ts";
import { Table } from "#views/kit/index.ts";

type Session = { username: string; ip: string; lastSeenAtMs: number };

const MOST = 500;

/** Sessions that are open at this moment, latest activity first. */
export default defineFragment({
  title: { en: "Who is signed in", de: "Wer angemeldet ist" },
  order: 20,
  size: "half",
  height: 3,
  can: (user) => user.role === "admin",
  refresh: "30s",
  render: async (context) => {
    const { db, nowMs, sessionIdleMs, say } = context;
    const sessions = await db.all<Session>(
      `SELECT u.username, s.ip, s.last_seen_at AS lastSeenAtMs FROM user_sessions s JOIN users u ON u.id = s.user_id
        WHERE s.expires_at > ? AND s.last_seen_at > ? ORDER BY s.last_seen_at DESC LIMIT ?`,
      [nowMs, nowMs - sessionIdleMs, MOST],
    );
    return (
      <Table
        context={context}
        title={say({ en: "Open sessions", de: "Offene Sitzungen" })}
        rows={sessions}
        pageSize={6}
        columns={[
          { key: "username", title: "Person", cell: ({ username }) => <span class="wrap">{username}</span> },
          {
            key: "ip",
            title: say({ en: "Address", de: "Adresse" }),
            // IPv6 may be longer than a phone is wide.
            cell: ({ ip }) => (ip.includes(":") ? <span class="wrap">{ip}</span> : ip),
          },
          {
            key: "lastSeenAtMs",
            title: say({ en: "Last seen", de: "Zuletzt gesehen" }),
            cell: (session) => say(ago(nowMs - session.lastSeenAtMs)),
          },
        ]}
      />
    );
  },
});

function ago(ms: number) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return { en: "just now", de: "gerade eben" };
  return { en: `${minutes} min ago`, de: `vor ${minutes} min` };
}
