import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import type { Deps } from "./app.tsx";
import { DeadLink } from "./auth/dead-link.ts";
import { Token } from "./auth/fields.ts";
import { hashToken, isToken, newToken } from "./auth/token.ts";
import type { Config } from "./config.ts";
import type { Statement } from "./db/db.ts";
import type { Origin } from "./store/audit-log.ts";
import { gatherSessions, type SessionGatherer } from "./store/session-gatherer.ts";
import { findTicket, type Purpose, type Ticket } from "./store/tickets.ts";
import { type SessionRow, sqlDeleteOtherSessions, sqlInsertSession, sqlRenewSession } from "./store/user-sessions.ts";
import { findUser, isDisabled, type Role, type Theme, type User } from "./store/users.ts";

const MINUTE_MS = 60_000;
/** Activity is written at most this often; the idle time-out is exact to this much. */
const TOUCH_EVERY_MS = MINUTE_MS;

/** Who is asking. Read from the database for every request, so a change of role or status holds at once. */
export type Visitor = {
  readonly user: {
    readonly id: number;
    readonly username: string;
    readonly role: Role;
    readonly theme: Theme;
    /** Single keys do something. */
    readonly shortcuts: boolean;
    /** Null: as the browser says. */
    readonly language: string | null;
  };
  readonly session: {
    readonly id: string;
    readonly createdAtMs: number;
    readonly expiresAtMs: number;
    /** Exact to a minute; this request included, when it counts. */
    readonly lastSeenAtMs: number;
    readonly confirmedAtMs: number;
    /** Null until the person was told what happened since they were last here. */
    readonly welcomedAtMs: number | null;
  };
};

type SessionVariables = { Variables: { visitor: Visitor | null } };

export function openSessions({ db, log }: Deps): SessionGatherer {
  return gatherSessions(db, (error) => log.error({ err: error }, "activity was not written"));
}

/** Sets `c.var.visitor`: null for a stranger and for a session that is ended, expired, idle or of a disabled user. */
export const loadVisitor = ({ clock, config }: Deps, sessions: SessionGatherer): MiddlewareHandler =>
  createMiddleware<SessionVariables>(async (c, next) => {
    const nowMs = clock();
    const token = getCookie(c, cookieName("session", config));
    const row = token !== undefined && isToken(token) ? await sessions.find(hashToken(token)) : null;
    const open = row !== null && isOpen(row, nowMs, config.sessionIdleMs) ? row : null;
    const touched = open !== null && !isPolling(c) && nowMs - open.lastSeenAtMs >= TOUCH_EVERY_MS;
    if (touched) sessions.touch(open.sessionId, nowMs);
    c.set("visitor", open === null ? null : toVisitor(touched ? { ...open, lastSeenAtMs: nowMs } : open));
    await next();
  });

/**
 * Who a session belongs to now, for an answer that goes on long after its request; asking is no activity.
 *
 * @returns null when the next request would be a stranger's.
 */
export async function visitorOf(
  { clock, config }: Deps,
  sessions: SessionGatherer,
  sessionId: string,
): Promise<Visitor | null> {
  const row = await sessions.find(sessionId);
  return row !== null && isOpen(row, clock(), config.sessionIdleMs) ? toVisitor(row) : null;
}

/**
 * The visitor on a route that is open to strangers too. Guarded routes read `c.var.visitor`, which is never null there.
 */
export const visitorOrNull = (c: Context): Visitor | null => c.get("visitor") ?? null;

/** How long a session still lasts, in milliseconds, so that the browser's clock does not matter. */
export type TimeLeft = {
  /** Until it ends for want of activity. */
  readonly idleMs: number;
  /** Until it ends however active. */
  readonly lifetimeMs: number;
  /** From here on the page says so. */
  readonly warnMs: number;
};

/** Before the end; with a very short time-out later, so that the page does not warn all the time. */
const WARN_MS = 2 * MINUTE_MS;

export function timeLeft({ clock, config }: Deps, { session }: Visitor): TimeLeft {
  const nowMs = clock();
  return {
    idleMs: session.lastSeenAtMs + config.sessionIdleMs - nowMs,
    lifetimeMs: session.expiresAtMs - nowMs,
    warnMs: Math.min(WARN_MS, config.sessionIdleMs / 4),
  };
}

/** A card that refreshes itself is no sign of a person: it never keeps a session alive. */
export const POLLING_HEADER = "X-Polling";
const isPolling = (c: Context): boolean => c.req.header(POLLING_HEADER) !== undefined;

function isOpen(row: SessionRow, nowMs: number, idleMs: number): boolean {
  return row.expiresAtMs > nowMs && row.lastSeenAtMs > nowMs - idleMs && !isDisabled(row, nowMs);
}

function toVisitor(row: SessionRow): Visitor {
  return {
    user: {
      id: row.userId,
      username: row.username,
      role: row.role,
      theme: row.theme,
      shortcuts: row.shortcuts === 1,
      language: row.language,
    },
    session: {
      id: row.sessionId,
      createdAtMs: row.createdAtMs,
      expiresAtMs: row.expiresAtMs,
      lastSeenAtMs: row.lastSeenAtMs,
      confirmedAtMs: row.confirmedAtMs,
      welcomedAtMs: row.welcomedAtMs,
    },
  };
}

/**
 * Prepares a new session. Run `statement` in the batch that spends what the person proved, then, if that batch
 * succeeded, `give` the cookie. The token is new every time, so a token planted beforehand never becomes valid.
 */
export function startSession(
  { config }: Deps,
  session: { userId: number; nowMs: number; origin: Origin },
): { statement: Statement; give: (c: Context) => void } {
  const token = newToken();
  const statement = sqlInsertSession({
    sessionId: hashToken(token),
    userId: session.userId,
    nowMs: session.nowMs,
    expiresAtMs: session.nowMs + config.sessionLifetimeMs,
    ip: session.origin.ip,
    userAgent: session.origin.userAgent,
  });
  return { statement, give: (c) => setCookie(c, cookieName("session", config), token, cookieOptions(config, "Lax")) };
}

/**
 * Prepares a new token for a session that goes on. Run `statement`, then, if the batch succeeded, `give` the cookie.
 *
 * @param confirmedAtMs now, when the person just proved who they are; else what it was.
 */
export function renewSession({ config }: Deps, { session }: Visitor, confirmedAtMs: number) {
  const token = newToken();
  const sessionId = hashToken(token);
  const statement = sqlRenewSession(session.id, sessionId, confirmedAtMs);
  const give = (c: Context) => setCookie(c, cookieName("session", config), token, cookieOptions(config, "Lax"));
  return { sessionId, statement, give };
}

/**
 * For the batch that changes a password or an authenticator: this session goes on under a new token, every other one of
 * the person ends. `give` the cookie when the batch succeeded.
 */
export function keepOnlyThisSession(
  deps: Deps,
  visitor: Visitor,
): { statements: Statement[]; give: (c: Context) => void } {
  const { sessionId, statement, give } = renewSession(deps, visitor, visitor.session.confirmedAtMs);
  return { statements: [statement, sqlDeleteOtherSessions(visitor.user.id, sessionId)], give };
}

/**
 * Takes the session's cookie from the browser; the row is deleted by the route, in the batch that is audited.
 *
 * Overwritten for a moment rather than deleted: Chromium drops the pages it keeps for "Back" when a cookie of theirs gets
 * a new value, but not when it goes away, and without JavaScript nothing else would.
 */
export function dropSessionCookie(c: Context, { config }: Deps): void {
  setCookie(c, cookieName("session", config), "signed-out", { ...cookieOptions(config, "Lax"), maxAge: 60 });
}

/** Without an authenticator nobody gets a session, unless the operator chose a weaker policy. */
export function needsAuthenticator({ mfaPolicy }: Config, user: { readonly role: Role }): boolean {
  return mfaPolicy === "required" || (mfaPolicy === "admins" && user.role === "admin");
}

/** How long a step may take that comes with a cookie of its own. */
export const TICKET_MS = { login: 5 * MINUTE_MS, enrol: 15 * MINUTE_MS } as const;

export function giveTicket(c: Context, { config }: Deps, token: string): void {
  setCookie(c, cookieName("ticket", config), token, cookieOptions(config, "Strict"));
}

export function dropTicket(c: Context, { config }: Deps): void {
  deleteCookie(c, cookieName("ticket", config), cookieOptions(config, "Strict"));
}

/** The ticket in the browser's cookie, if it is good for this purpose. It opens nothing but the step it is for. */
export async function currentTicket(c: Context, { db, clock, config }: Deps, purpose: Purpose): Promise<Ticket | null> {
  const token = getCookie(c, cookieName("ticket", config));
  return token !== undefined && isToken(token) ? findTicket(db, hashToken(token), purpose, clock()) : null;
}

/** A ticket and the person it was made for. */
export type Holder = { readonly ticket: Ticket; readonly user: User };

/** Whoever holds the browser's ticket, disabled or not; null also where it is of nobody. */
export async function ticketHolder(c: Context, deps: Deps, purpose: Purpose): Promise<Holder | null> {
  return holderOf(deps, await currentTicket(c, deps, purpose));
}

async function holderOf({ db }: Deps, ticket: Ticket | null): Promise<Holder | null> {
  const user = ticket?.userId ? await findUser(db, ticket.userId) : null;
  return ticket === null || user === null ? null : { ticket, user };
}

/** The ticket of a one-time address, from the last part of its path; null for any but a good one. */
export async function linkTicket(c: Context, { db, clock }: Deps, purpose: Purpose): Promise<Ticket | null> {
  const token = Token.safeParse(c.req.param("token"));
  return token.success ? findTicket(db, hashToken(token.data), purpose, clock()) : null;
}

/** @throws DeadLink for an address that opens nothing, and while its person is disabled. */
export async function linkHolder(c: Context, deps: Deps, purpose: "invite" | "reset"): Promise<Holder> {
  const holder = await holderOf(deps, await linkTicket(c, deps, purpose));
  if (holder === null || isDisabled(holder.user, deps.clock())) throw new DeadLink(purpose);
  return holder;
}

/** Over https the browser itself guards `__Host-` cookies: this host alone, every path, never in the clear. */
function cookieName(name: "session" | "ticket", config: Config): string {
  return isHttps(config) ? `__Host-${name}` : name;
}

/** No Max-Age: the cookie goes with the browser, the server decides about the rest. */
function cookieOptions(config: Config, sameSite: "Lax" | "Strict") {
  return { path: "/", httpOnly: true, secure: isHttps(config), sameSite } as const;
}

export function isHttps(config: Config): boolean {
  return config.publicOrigin?.startsWith("https:") ?? false;
}
