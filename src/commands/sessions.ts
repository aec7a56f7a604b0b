import { endSessions } from "../acts.ts";
import { sqlAudit } from "../store/audit-log.ts";
import { listEveryOpenSession, sqlDeleteEverySession } from "../store/user-sessions.ts";
import { BY_COMMAND_LINE, changePerson, personCalled } from "./people.ts";
import { answer, type Group, isoOrNull, table, WrongUsage, when, withHouse } from "./tool.ts";

export const sessionsCommands: Group = (program) => {
  const sessions = program.command("sessions").description("who is signed in");

  sessions
    .command("list")
    .argument("[username]", "of this person only")
    .description("open sessions, the one used last first")
    .action((username: string | undefined, _, command) =>
      withHouse(async (house) => {
        const { db, nowMs, config } = house;
        const person = username === undefined ? null : await personCalled(house, username);
        const open = await listEveryOpenSession(db, person?.id ?? null, nowMs, config.sessionIdleMs);
        const shown = open.map(({ createdAtMs, lastSeenAtMs, ...rest }) => ({
          ...rest,
          createdAt: isoOrNull(createdAtMs),
          lastSeenAt: isoOrNull(lastSeenAtMs),
        }));
        const rows = open.map((row) => [
          row.username,
          row.ip,
          when(row.createdAtMs),
          when(row.lastSeenAtMs),
          row.userAgent,
        ]);
        const head = ["USERNAME", "ADDRESS", "SIGNED IN", "LAST SEEN", "BROWSER"];
        answer(command, { sessions: shown }, rows.length === 0 ? "Nobody is signed in." : table([head, ...rows]));
      }),
    );

  sessions
    .command("revoke")
    .argument("[username]", "whose sessions")
    .option("--all", "everybody's")
    .description("end sessions; whoever used them signs in again")
    .action((username: string | undefined, { all = false }: { all?: boolean }, command) => {
      if ((username === undefined) !== all) throw new WrongUsage("Name one person, or give --all.");
      return withHouse(async (house) => {
        if (username === undefined) {
          const { db, nowMs } = house;
          const detail = { everybody: true, ...BY_COMMAND_LINE };
          const entry = { event: "user.sessions_ended", atMs: nowMs, origin: null, detail } as const;
          await db.batch([sqlDeleteEverySession(), sqlAudit(entry)]);
          return answer(command, { everybody: true, done: "revoke" }, "Every session is ended.");
        }
        const person = await personCalled(house, username);
        await changePerson(house, person, endSessions(person));
        const text = `Every session of ${person.username} is ended.`;
        answer(command, { username: person.username, done: "revoke" }, text);
      });
    });
};
