import { en } from "#views/words/en.ts";
import { INVITATION_MS, inviteAgain, sqlRegister } from "../acts.ts";
import { NewUsername } from "../auth/fields.ts";
import { sayMistake } from "../auth/mistakes.ts";
import { newToken } from "../auth/token.ts";
import { loadConfig } from "../config.ts";
import { UniqueViolation } from "../db/db.ts";
import { openDatabase } from "../db/open.ts";
import { sqlAudit, sqlAuditForKey } from "../store/audit-log.ts";
import { findUserByKey, sqlLockAdmins } from "../store/users.ts";
import { BY_COMMAND_LINE } from "./people.ts";
import { addressOf, answer, type Group, type House, isoOrNull, QUIET, Refused, WrongUsage, when } from "./tool.ts";

export const adminCommands: Group = (program) => {
  program
    .command("admin")
    .description("admins")
    .command("create")
    .argument("<username>", "3 to 64 characters: a to z, digits, dot, hyphen, underscore or @")
    .description("register an admin and print an invitation; works before anybody exists, and later")
    .action(async (username: string, _, command) => {
      const name = NewUsername.safeParse(username);
      if (!name.success) throw new WrongUsage(sayMistake(name.error.issues[0]!.message, en.mistakes));
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
  const invited = (await register(house, username, token)) || (await invitedAgain(house, username, token));
  if (!invited) throw new Refused(`Somebody is registered as ${username} already.`);
  return { path: `/invite/${token}`, untilMs: house.nowMs + INVITATION_MS };
}

async function register({ db, nowMs }: House, username: string, token: string): Promise<boolean> {
  const detail = { role: "admin", ...BY_COMMAND_LINE };
  try {
    return await db.batch([
      sqlLockAdmins(),
      ...sqlRegister(username, "admin", token, nowMs),
      sqlAuditForKey({ event: "user.registered", atMs: nowMs, origin: null, actor: null, detail }, username),
    ]);
  } catch (error) {
    if (error instanceof UniqueViolation) return false;
    throw error;
  }
}

/** The first invitation was lost or ran out, and perhaps no other admin is there to send a new one. */
async function invitedAgain({ db, nowMs }: House, username: string, token: string): Promise<boolean> {
  const user = await findUserByKey(db, username);
  if (user === null || user.role !== "admin") return false;
  const { event, statements } = inviteAgain(user, token, nowMs);
  const entry = { event, atMs: nowMs, origin: null, actor: null, target: user, detail: BY_COMMAND_LINE };
  return db.batch([sqlLockAdmins(), ...statements, sqlAudit(entry)]);
}
