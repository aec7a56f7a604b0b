import { AuditSentence, type ToldEntry } from "../audit.tsx";
import { Notice } from "../field.tsx";
import { useWords } from "../words.tsx";
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
export const News = ({ readerId, before, refusals, changes, codesLeft }: NewsProps) => {
  const { lastSignIn, notYou } = useWords().account.news;
  return (
    <>
      {codesLeft === null ? null : <UsedRecoveryCode left={codesLeft} />}
      {before === null ? null : refusals === 0 && changes.length === 0 ? (
        <p class="muted">{lastSignIn(<On ms={before.atMs} />, before.ip, 0)}</p>
      ) : (
        <Notice tone="warn">
          <p>{lastSignIn(<On ms={before.atMs} />, before.ip, refusals)}</p>
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
          <p>
            {notYou((change) => (
              <a href="/account">{change}</a>
            ))}
          </p>
        </Notice>
      )}
    </>
  );
};

const UsedRecoveryCode = ({ left }: { left: number }) => {
  const { usedCode, phoneLost } = useWords().account.news;
  return (
    <Notice tone="warn">
      <p>{usedCode(left)}</p>
      <p>
        {phoneLost((replace) => (
          <a href="/account#authenticator">{replace}</a>
        ))}
      </p>
    </Notice>
  );
};
