import { defineFragment } from "#src/fragment.ts";

type Session = { username: string; ip: string; lastSeenAtMs: number };

const SHOWN = 10;

/** Sessions that are open at this moment, latest activity first. */
export default defineFragment({
  title: "Who is signed in",
  order: 20,
  size: "half",
  can: (user) => user.role === "admin",
  refresh: "30s",
  render: async ({ db, nowMs, sessionIdleMs }) => {
    const open = [nowMs, nowMs - sessionIdleMs];
    const totals = await db.one<{ sessions: number; people: number; users: number }>(
      `SELECT COUNT(*) AS sessions, COUNT(DISTINCT user_id) AS people, (SELECT COUNT(*) FROM users) AS users
         FROM user_sessions WHERE expires_at > ? AND last_seen_at > ?`,
      open,
    );
    const sessions = await db.all<Session>(
      `SELECT u.username, s.ip, s.last_seen_at AS lastSeenAtMs FROM user_sessions s JOIN users u ON u.id = s.user_id
        WHERE s.expires_at > ? AND s.last_seen_at > ? ORDER BY s.last_seen_at DESC LIMIT ?`,
      [...open, SHOWN],
    );
    return (
      <>
        <p>
          <strong>{totals?.people}</strong> of {totals?.users} people, <strong>{totals?.sessions}</strong> sessions
        </p>
        <table>
          <thead>
            <tr>
              <th scope="col">Person</th>
              <th scope="col">Address</th>
              <th scope="col">Last seen</th>
            </tr>
          </thead>
          <tbody>
            {sessions.map(({ username, ip, lastSeenAtMs }) => (
              <tr>
                <td>{username}</td>
                <td>{ip}</td>
                <td>{ago(nowMs - lastSeenAtMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </>
    );
  },
});

function ago(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 1 ? "just now" : `${minutes} min ago`;
}
