import type { Context } from "hono";
import type { Deps } from "../../app.tsx";
import { hashToken, newToken } from "../../auth/token.ts";
import { sqlDeleteTickets, sqlInsertInvitation, sqlInsertResetLink } from "../../store/tickets.ts";
import { isDisabled } from "../../store/users.ts";
import { type Act, change, type Handover, isSelf, refuse } from "./act.ts";

/* The one-time addresses an admin hands over. Only hashes of their tokens are kept, so each is shown once. */

const HOUR_MS = 3_600_000;
export const INVITATION_MS = 72 * HOUR_MS;
export const RESET_LINK_MS = HOUR_MS;

/**
 * A whole address to hand to somebody. Without PUBLIC_URL only loopback names reach this server, so the one in the
 * request is taken then, provided it is one.
 */
export function wholeAddress(c: Context, { config }: Deps, path: string): string {
  const host = c.req.header("Host") ?? "";
  const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(host);
  const origin = config.publicOrigin ?? `http://${isLoopback ? host : `localhost:${config.port}`}`;
  return origin + path;
}

/** A new invitation; the one before is worth nothing any more. */
export const inviteAgain: Act = (c, deps, person) => {
  const token = newToken();
  const nowMs = deps.clock();
  return change(c, deps, person, {
    event: "invitation.issued",
    statements: [
      sqlDeleteTickets(person.id, "invite"),
      sqlInsertInvitation(hashToken(token), person.id, nowMs, nowMs + INVITATION_MS),
    ],
    done: `${person.username} has a new invitation.`,
    refused: () => `${person.username} has accepted the invitation already.`,
    handover: invitationLink(c, deps, person.username, token),
  });
};

export const withdrawInvitation: Act = (c, deps, person) =>
  change(c, deps, person, {
    event: "invitation.withdrawn",
    statements: [{ ...sqlDeleteTickets(person.id, "invite"), mustChange: true }],
    done: `The invitation of ${person.username} is withdrawn.`,
    refused: () => `${person.username} has no open invitation.`,
  });

export const issueResetLink: Act = async (c, deps, person) => {
  const name = person.username;
  if (isSelf(c, person))
    return refuse(c, deps, person, "reset_link.issued", "Change your own password on your account page.");
  if (isDisabled(person, deps.clock())) return { ok: false, text: `${name} is disabled. Enable them first.` };
  const token = newToken();
  const nowMs = deps.clock();
  return change(c, deps, person, {
    event: "reset_link.issued",
    statements: [
      sqlDeleteTickets(person.id, "reset"),
      sqlInsertResetLink(hashToken(token), person.id, nowMs, nowMs + RESET_LINK_MS),
    ],
    done: `${name} has a reset link.`,
    refused: () => `${name} has not chosen a password yet. Send a new invitation instead.`,
    handover: {
      label: `Reset link for ${name}`,
      href: wholeAddress(c, deps, `/reset/${token}`),
      note: "Works once, within 1 hour. Send it to nobody else: whoever opens it can choose the password.",
    },
  });
};

export const withdrawResetLink: Act = (c, deps, person) =>
  change(c, deps, person, {
    event: "reset_link.withdrawn",
    statements: [{ ...sqlDeleteTickets(person.id, "reset"), mustChange: true }],
    done: `The reset link of ${person.username} is withdrawn.`,
    refused: () => `${person.username} has no open reset link.`,
  });

export function invitationLink(c: Context, deps: Deps, name: string, token: string): Handover {
  return {
    label: `Invitation for ${name}`,
    href: wholeAddress(c, deps, `/invite/${token}`),
    note: `Works once, within 72 hours. It is shown only now; ${name} chooses a password there.`,
  };
}
