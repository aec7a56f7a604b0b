import { AuditSentence, type ToldEntry } from "../audit.tsx";
import { Notice } from "../field.tsx";
import { On } from "./time.tsx";

type NewsProps = {
  readerId: number;
  /** Null: this is the first sign-in of all. */
  before: { atMs: number; ip: string | null } | null;
  refusals: number;
  changes: readonly (ToldEntry & { atMs: number })[];
  /** How many are left, when this sign-in used one; else null. */
  codesLeft: number | null;
};

/** Told once after each sign-in, so that whoever was not there before can notice that somebody else was. */
export const News = ({ readerId, before, refusals, changes, codesLeft }: NewsProps) => (
  <>
    {codesLeft === null ? null : <UsedRecoveryCode left={codesLeft} />}
    {before === null ? null : (
      <Notice tone={refusals > 0 || changes.length > 0 ? "warn" : "info"}>
        <p>
          Last sign-in <On ms={before.atMs} />
          {before.ip ? ` from ${before.ip}` : ""}
          {refusals > 0 ? `; ${refusals} failed ${refusals === 1 ? "try" : "tries"} since` : ""}.
        </p>
        {changes.length > 0 ? (
          <ul>
            {changes.map((change) => (
              <li>
                <AuditSentence entry={change} reader={readerId} />{" "}
                <span class="muted">
                  <On ms={change.atMs} />
                </span>
              </li>
            ))}
          </ul>
        ) : null}
        {refusals > 0 || changes.length > 0 ? (
          <p>
            If that was not you, <a href="/account">change your password</a> and tell an admin.
          </p>
        ) : null}
      </Notice>
    )}
  </>
);

const UsedRecoveryCode = ({ left }: { left: number }) => (
  <Notice tone="warn">
    <p>
      <strong>You signed in with a recovery code.</strong> {left === 1 ? "One is" : `${left} are`} left.
    </p>
    <p>
      If your phone is lost, <a href="/account#authenticator">replace your authenticator</a> now: whoever finds it has
      your codes.
    </p>
  </Notice>
);
