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

export function sqlAudit({ event, atMs, origin, actor, target, detail }: AuditEntry): Statement {
  return {
    sql: `INSERT INTO audit_log
            (at, event, actor_id, actor_name, target_id, target_name, ip, user_agent, request_id, detail)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      atMs,
      event,
      actor?.id ?? null,
      actor?.username ?? null,
      target?.id ?? null,
      target?.username ?? null,
      origin?.ip ?? null,
      origin?.userAgent ?? null,
      origin?.requestId ?? null,
      detail ? JSON.stringify(detail) : null,
    ],
  };
}
