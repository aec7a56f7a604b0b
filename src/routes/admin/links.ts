import type { Context } from "hono";
import type { Handover } from "#views/undo.tsx";
import * as acts from "../../acts.ts";
import type { Deps } from "../../app.tsx";
import { newToken } from "../../auth/token.ts";
import { wordsOf } from "../../language.ts";
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
  const { acts: words, links } = wordsOf(c).people;
  if (isSelf(c, person)) return refuse(c, deps, person, "reset_link.issued", ({ own }) => own.password);
  if (isDisabled(person, deps.clock())) return { ok: false, text: words.enableFirst(name) };
  const token = newToken();
  return change(c, deps, person, acts.issueResetLink(person, token, deps.clock()), {
    label: links.reset(name),
    href: wholeAddress(c, deps, `/reset/${token}`),
    note: links.resetNote,
  });
};

export function invitationLink(c: Context, deps: Deps, name: string, token: string): Handover {
  const { invitation, invitationNote } = wordsOf(c).people.links;
  return {
    label: invitation(name),
    href: wholeAddress(c, deps, `/invite/${token}`),
    note: invitationNote(name),
  };
}
