import type { Child } from "hono/jsx";
import { ShortcutsSwitch } from "../keyboard.tsx";
import { type Outcome, OutcomeMessage } from "../undo.tsx";
import { Activity, type ActivityProps } from "./activity.tsx";
import { Appearance, type AppearanceProps } from "./appearance.tsx";
import { type AuthenticatorProps, AuthenticatorSection } from "./authenticator.tsx";
import { CodesSection } from "./codes.tsx";
import { PasswordForm } from "./password.tsx";
import { type SessionsProps, SessionsTopic } from "./sessions.tsx";
import { On } from "./time.tsx";
import { AccountTopic } from "./topic.tsx";

type AccountProps = SessionsProps &
  ActivityProps &
  AuthenticatorProps &
  AppearanceProps & {
    username: string;
    shortcuts: boolean;
    admin: boolean;
    passwordChangedAtMs: number | null;
    codesLeft: number;
    /** What was just done. */
    outcome?: Outcome | undefined;
    /** News since the last sign-in. */
    news?: Child;
    readerId: number;
  };

/** Everything a person can see and change about their own account. */
export const AccountPage = ({
  username,
  admin,
  passwordChangedAtMs,
  codesLeft,
  outcome,
  news,
  ...props
}: AccountProps) => (
  <>
    <header class="page-head">
      <h1>Account</h1>
      <p class="muted">
        Signed in as <strong>{username}</strong>
        {admin ? ", admin" : ""}
      </p>
    </header>
    {outcome ? <OutcomeMessage outcome={outcome} /> : null}
    {news}
    <AccountTopic
      id="password"
      title="Password"
      text={
        passwordChangedAtMs ? (
          <>
            Changed <On ms={passwordChangedAtMs} />.
          </>
        ) : null
      }
    >
      <PasswordForm />
    </AccountTopic>
    <AccountTopic
      id="authenticator"
      title="Authenticator"
      text="The app on your phone that shows a new code every 30 seconds."
    >
      <AuthenticatorSection {...props} />
    </AccountTopic>
    {props.enrolled ? (
      <AccountTopic id="codes" title="Recovery codes" text="Each lets you in once without your phone.">
        <CodesSection left={codesLeft} />
      </AccountTopic>
    ) : null}
    <SessionsTopic {...props} />
    <AccountTopic id="appearance" title="Appearance" text="How these pages look to you, wherever you sign in.">
      <Appearance {...props} />
    </AccountTopic>
    <AccountTopic
      id="keyboard"
      title="Keyboard"
      text="Ctrl+K or Command+K opens a search for pages. ? shows the other keys."
    >
      <ShortcutsSwitch id="shortcuts-switch" on={props.shortcuts} />
    </AccountTopic>
    <AccountTopic id="activity" title="Recent activity" text="The latest on your account.">
      <Activity {...props} />
    </AccountTopic>
  </>
);
