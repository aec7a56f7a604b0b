import type { Statement } from "../db/db.ts";

/** What can happen. The log is written in the batch of the change it tells of, and never changed afterwards. */
export type AuditEvent =
  | "sign_in.password_refused"
  | "sign_in.code_refused"
  | "sign_in.throttled"
  | "sign_in.password_accepted"
  | "session.started"
  | "session.ended"
  | "authenticator.enrolled"
  | "recovery_code.used"
  | "setup.completed"
  | "user.registered"
  | "invitation.issued"
  | "invitation.accepted"
  | "access.refused";

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
