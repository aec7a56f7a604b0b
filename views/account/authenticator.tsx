import { EnrolForm } from "../enrol.tsx";
import { Notice } from "../field.tsx";
import { useWords } from "../words.tsx";
import { On } from "./time.tsx";

export type AuthenticatorProps = {
  enrolled: boolean;
  enrolledAtMs: number | null;
  /** False: the rules of this site demand one. */
  removable: boolean;
  /** The last code used was a recovery code: the phone may be lost. */
  maybeLost: boolean;
};

export const AuthenticatorSection = ({ enrolled, enrolledAtMs, removable, maybeLost }: AuthenticatorProps) => {
  const { authenticator } = useWords().account;
  return (
    <div class="stack">
      {maybeLost ? <Notice tone="warn">{authenticator.maybeLost}</Notice> : null}
      <div class="choice">
        <p>{enrolled ? <SetUp atMs={enrolledAtMs} /> : authenticator.none}</p>
        <div class="toolbar">
          <form
            id="begin-authenticator"
            method="post"
            action="/account/authenticator"
            hx-post="/account/authenticator"
            hx-swap="outerHTML"
            hx-sync="this:drop"
          >
            <button type="submit">{enrolled ? authenticator.replace : authenticator.add}</button>
          </form>
          {enrolled && removable ? (
            <form
              id="remove-authenticator"
              method="post"
              action="/account/authenticator/remove"
              hx-post="/account/authenticator/remove"
              hx-swap="outerHTML"
              hx-sync="this:drop"
            >
              <button type="submit" class="danger">
                {authenticator.remove}
              </button>
            </form>
          ) : null}
        </div>
      </div>
    </div>
  );
};

const SetUp = ({ atMs }: { atMs: number | null }) => {
  const { isSetUp, setUp } = useWords().account.authenticator;
  return <>{atMs === null ? isSetUp : setUp(<On ms={atMs} />)}</>;
};

type NewAuthenticatorProps = {
  uri: string;
  secret: string;
  issuer: string;
  account: string;
  replaces: boolean;
};

/** The way to another authenticator; what comes back after a wrong code is the form alone. */
export const NewAuthenticator = ({ uri, secret, issuer, account, replaces }: NewAuthenticatorProps) => {
  return (
    <>
      <EnrolForm
        qr={uri}
        uri={uri}
        secret={secret}
        issuer={issuer}
        account={account}
        action="/account/authenticator/verify"
        replaces={replaces}
      />
      <p>
        <a href="/account">{useWords().common.cancel}</a>
      </p>
    </>
  );
};
