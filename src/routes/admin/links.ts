import type { Context } from "hono";
import type { Handover } from "#views/undo.tsx";
import * as acts from "../../acts.ts";
import type { Deps } from "../../app.tsx";
import { newToken } from "../../auth/token.ts";
import { isDisabled } from "../../store/users.ts";
import { type Act, change, isSelf, refuse } from "./act.ts";

/* The one-time addresses an admin hands over. Only hashes of their tokens are kept, so each is shown once. */

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

export const inviteAgain: Act = (c, deps, person) => {
  const token = newToken();
  const invitation = acts.inviteAgain(person, token, deps.clock());
  return change(c, deps, person, invitation, invitationLink(c, deps, person.username, token));
};

export const issueResetLink: Act = async (c, deps, person) => {
  const name = person.username;
  if (isSelf(c, person))
    return refuse(c, deps, person, "reset_link.issued", "Change your own password on your account page.");
  if (isDisabled(person, deps.clock())) return { ok: false, text: `${name} is disabled. Enable them first.` };
  const token = newToken();
  return change(c, deps, person, acts.issueResetLink(person, token, deps.clock()), {
    label: `Reset link for ${name}`,
    href: wholeAddress(c, deps, `/reset/${token}`),
    note: "Works once, within 1 hour. Send it to nobody else: whoever opens it can choose the password.",
  });
};

export function invitationLink(c: Context, deps: Deps, name: string, token: string): Handover {
  return {
    label: `Invitation for ${name}`,
    href: wholeAddress(c, deps, `/invite/${token}`),
    note: `Works once, within 72 hours. It is shown only now; ${name} chooses a password there.`,
  };
}
