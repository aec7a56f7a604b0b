import { NewUsername } from "../auth/fields.ts";
import { hashToken, newToken } from "../auth/token.ts";
import { loadConfig } from "../config.ts";
import { UniqueViolation } from "../db/db.ts";
import { openDatabase } from "../db/open.ts";
import { sqlAudit, sqlAuditForKey } from "../store/audit-log.ts";
import { sqlDeleteTickets, sqlInsertInvitation, sqlInsertTicketForKey } from "../store/tickets.ts";
import { findUserByKey, sqlInsertUser, sqlLockAdmins } from "../store/users.ts";
import { BY_COMMAND_LINE } from "./people.ts";
import { addressOf, answer, type Group, type House, isoOrNull, QUIET, Refused, WrongUsage, when } from "./tool.ts";

const INVITATION_MS = 72 * 60 * 60_000;

export const adminCommands: Group = (program) => {
  program
    .command("admin")
    .description("admins")
    .command("create")
    .argument("<username>", "3 to 64 characters: a to z, digits, dot, hyphen, underscore or @")
    .description("register an admin and print an invitation; works before anybody exists, and later")
    .action(async (username: string, _, command) => {
      const name = NewUsername.safeParse(username);
      if (!name.success) throw new WrongUsage(name.error.issues[0]!.message);
      const config = loadConfig();
      // Unlike every other command this one may be the very first: it makes the tables as a start would.
      const db = await openDatabase(config.database, { log: QUIET, tries: 1 });
      try {
        const { path, untilMs } = await invite({ db, config, nowMs: Date.now() }, name.data);
        const invitation = addressOf(config, path);
        const text = `${name.data} is an admin once this invitation is accepted, until ${when(untilMs)}:\n\n  ${invitation}\n\nIt works once. Whoever opens it chooses the password: send it to nobody else.`;
        answer(command, { username: name.data, role: "admin", invitation, validUntil: isoOrNull(untilMs) }, text);
      } finally {
        await db.close();
      }
    });
};

/** @throws Refused when the name belongs to somebody who has a password, or is no admin. */
async function invite(house: House, username: string): Promise<{ path: string; untilMs: number }> {
  const token = newToken();
  const untilMs = house.nowMs + INVITATION_MS;
  const ticket = { ticketId: hashToken(token), nowMs: house.nowMs, expiresAtMs: untilMs };
  const invited = (await register(house, username, ticket)) || (await inviteAgain(house, username, ticket));
  if (!invited) throw new Refused(`Somebody is registered as ${username} already.`);
  return { path: `/invite/${token}`, untilMs };
}

type NewTicket = { ticketId: string; nowMs: number; expiresAtMs: number };

async function register({ db, nowMs }: House, username: string, ticket: NewTicket): Promise<boolean> {
  const detail = { role: "admin", ...BY_COMMAND_LINE };
  try {
    return await db.batch([
      sqlLockAdmins(),
      sqlInsertUser({ username, usernameKey: username, role: "admin", passwordHash: "", nowMs }),
      sqlInsertTicketForKey({ ...ticket, purpose: "invite", usernameKey: username }),
      sqlAuditForKey({ event: "user.registered", atMs: nowMs, origin: null, actor: null, detail }, username),
    ]);
  } catch (error) {
    if (error instanceof UniqueViolation) return false;
    throw error;
  }
}

/** The first invitation was lost or ran out, and perhaps no other admin is there to send a new one. */
async function inviteAgain({ db, nowMs }: House, username: string, ticket: NewTicket): Promise<boolean> {
  const user = await findUserByKey(db, username);
  if (user === null || user.role !== "admin") return false;
  return db.batch([
    sqlLockAdmins(),
    sqlDeleteTickets(user.id, "invite"),
    sqlInsertInvitation(ticket.ticketId, user.id, ticket.nowMs, ticket.expiresAtMs),
    sqlAudit({
      ...{ event: "invitation.issued", atMs: nowMs, origin: null, actor: null },
      ...{ target: user, detail: BY_COMMAND_LINE },
    }),
  ]);
}
