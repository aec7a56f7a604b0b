import type { Statement } from "../db/db.ts";

/**
 * What can happen. The entry is written in the batch of the change it tells of, and never changed afterwards.
 * A test fails when one of these has no sentence for the reader.
 */
export const AUDIT_EVENTS = [
  "setup.completed",
  "sign_in.password_accepted",
  "sign_in.password_refused",
  "sign_in.code_refused",
  "sign_in.throttled",
  "session.started",
  "session.ended",
  "session.ended_by_other",
  "session.end_undone",
  "session.confirmed",
  "session.confirm_refused",
  "access.refused",
  "request.foreign_origin",
  "recovery_code.used",
  "recovery_codes.replaced",
  "authenticator.enrolled",
  "authenticator.replaced",
  "authenticator.reset",
  "password.changed",
  "password.change_refused",
  "password.reset",
  "password.reset_refused",
  "reset_link.issued",
  "reset_link.withdrawn",
  "reset_link.used",
  "invitation.issued",
  "invitation.withdrawn",
  "invitation.accepted",
  "user.registered",
  "user.imported",
  "user.role_changed",
  "user.disabled",
  "user.enabled",
  "user.unlocked",
  "user.sessions_ended",
  "user.deleted",
  "user.act_refused",
  "audit.exported",
  "audit.purged",
  "fragment.failed",
  "layout.changed",
  "server_key.added",
] as const;

export type AuditEvent = (typeof AUDIT_EVENTS)[number];

/** What an event is about, by the first word of its name. */
type Subject = AuditEvent extends infer E ? (E extends `${infer First}.${string}` ? First : never) : never;

export const AUDIT_TOPICS = ["sign-in", "credentials", "people", "refusals", "system"] as const;
type AuditTopic = (typeof AUDIT_TOPICS)[number];

const TOPIC_OF: Record<Subject, AuditTopic> = {
  sign_in: "sign-in",
  session: "sign-in",
  recovery_code: "sign-in",
  recovery_codes: "credentials",
  authenticator: "credentials",
  password: "credentials",
  reset_link: "credentials",
  setup: "people",
  invitation: "people",
  user: "people",
  access: "refusals",
  request: "refusals",
  audit: "system",
  fragment: "system",
  layout: "system",
  server_key: "system",
};

/** The topic an event is filed under; stored with the entry, so that a topic can be read like one long list. */
export const topicOf = (event: AuditEvent): AuditTopic => TOPIC_OF[event.split(".")[0] as Subject];

/** Who asks, and from where: the same for everything one request writes. */
export type Origin = { readonly ip: string; readonly userAgent: string; readonly requestId: string };

type Person = { readonly id: number; readonly username: string };

export type AuditEntry = {
  readonly event: AuditEvent;
  readonly atMs: number;
  readonly origin: Origin | null;
  /** Who did it; null: not known (a stranger) or the operator at the command line. */
  readonly actor?: Person | null;
  /** To whom; left out: the actor's own affair. */
  readonly target?: Person | null;
  /** Facts worth keeping, never a secret. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
};

/** An entry as it is read. Names are those of the moment: a person may be gone, or called otherwise, by now. */
export type AuditRow = {
  readonly id: number;
  readonly atMs: number;
  /** One of AUDIT_EVENTS, or one that another version of the program wrote. */
  readonly event: string;
  readonly actorId: number | null;
  readonly actorName: string | null;
  readonly targetId: number | null;
  readonly targetName: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly requestId: string | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>> | null;
};

export function sqlAudit(entry: AuditEntry): Statement {
  return {
    sql: `INSERT INTO audit_log
            (at, topic, event, actor_id, actor_name, target_id, target_name, ip, user_agent, request_id, detail)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: paramsOf(entry),
  };
}

/** About somebody inserted earlier in the same batch, whose id nobody knows yet. */
export function sqlAuditForKey(entry: Omit<AuditEntry, "target">, usernameKey: string): Statement {
  const params = paramsOf(entry);
  return {
    sql: `INSERT INTO audit_log
            (at, topic, event, actor_id, actor_name, target_id, target_name, ip, user_agent, request_id, detail)
          SELECT ?, ?, ?, ?, ?, id, username, ?, ?, ?, ? FROM users WHERE username_key = ?`,
    params: [...params.slice(0, 5), ...params.slice(7), usernameKey],
    mustChange: true,
  };
}

/** Entries of one event within a minute: from one address, and from everywhere. */
const BOUND = { fromAddress: 20, inAll: 300, withinMs: 60_000 };

/**
 * For what strangers can cause as often as they like: writes nothing once there were many such entries within the last
 * minute. Two limits, since whoever has an IPv6 network has as many addresses as he wants.
 */
export function sqlAuditBounded(entry: AuditEntry & { readonly origin: Origin }): Statement {
  const { atMs, event, origin } = entry;
  const recent = (where: string, most: number) =>
    `(SELECT COUNT(*) FROM (SELECT id FROM audit_log WHERE ${where} AND at > ? LIMIT ${most}) AS recent) < ${most}`;
  return {
    sql: `INSERT INTO audit_log
            (at, topic, event, actor_id, actor_name, target_id, target_name, ip, user_agent, request_id, detail)
          SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM locks WHERE name = 'admins'
             AND ${recent("ip = ? AND event = ?", BOUND.fromAddress)} AND ${recent("event = ?", BOUND.inAll)}`,
    params: [...paramsOf(entry), origin.ip, event, atMs - BOUND.withinMs, event, atMs - BOUND.withinMs],
  };
}

function paramsOf({ event, atMs, origin, actor, target, detail }: AuditEntry): Statement["params"] {
  return [
    atMs,
    topicOf(event),
    event,
    actor?.id ?? null,
    cleaned(actor?.username ?? null),
    target?.id ?? null,
    cleaned(target?.username ?? null),
    origin?.ip ?? null,
    cleaned(origin?.userAgent ?? null),
    origin?.requestId ?? null,
    detail ? JSON.stringify(detail, (_, value) => (typeof value === "string" ? cleaned(value) : value)) : null,
  ];
}

/** Control characters, line ends, half characters, and what turns the direction of writing: they forge what is read. */
const FORGING = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const cleaned = (text: string | null): string | null => text?.replace(FORGING, "?") ?? null;
