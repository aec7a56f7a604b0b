import { EnrolForm } from "../enrol.tsx";
import { Notice } from "../field.tsx";
import { On } from "./time.tsx";

export type AuthenticatorProps = {
  enrolled: boolean;
  enrolledAtMs: number | null;
  /** False: the rules of this site demand one. */
  removable: boolean;
  /** The last code used was a recovery code: the phone may be lost. */
  maybeLost: boolean;
};

export const AuthenticatorSection = ({ enrolled, enrolledAtMs, removable, maybeLost }: AuthenticatorProps) => (
  <div class="stack">
    {maybeLost ? (
      <Notice tone="warn">
        You signed in with a recovery code since this authenticator was set up. If the phone is lost, replace it now.
      </Notice>
    ) : null}
    <p>
      {enrolled ? (
        <SetUp atMs={enrolledAtMs} />
      ) : (
        "None. A second factor protects your account when your password leaks."
      )}
    </p>
    <div class="toolbar">
      <form
        id="begin-authenticator"
        method="post"
        action="/account/authenticator"
        hx-post="/account/authenticator"
        hx-swap="outerHTML"
        hx-sync="this:drop"
      >
        <button type="submit">{enrolled ? "Replace authenticator" : "Add authenticator"}</button>
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
            Remove
          </button>
        </form>
      ) : null}
    </div>
  </div>
);

const SetUp = ({ atMs }: { atMs: number | null }) =>
  atMs === null ? (
    <>Set up.</>
  ) : (
    <>
      Set up <On ms={atMs} />.
    </>
  );

type NewAuthenticatorProps = {
  uri: string;
  secret: string;
  issuer: string;
  account: string;
  replaces: boolean;
};

/** The way to another authenticator; what comes back after a wrong code is the form alone. */
export const NewAuthenticator = ({ uri, secret, issuer, account, replaces }: NewAuthenticatorProps) => (
  <>
    <EnrolForm
      qr={uri}
      uri={uri}
      secret={secret}
      issuer={issuer}
      account={account}
      action="/account/authenticator/verify"
    />
    <p class="muted">
      {replaces ? "Your present authenticator works until you have typed the first code of the new one. " : ""}
      <a href="/account">Leave everything as it is</a>
    </p>
  </>
);
