import type { Child } from "hono/jsx";
import { ShortcutsSwitch } from "../keyboard.tsx";
import { type Outcome, OutcomeMessage } from "../undo.tsx";
import { useWords } from "../words.tsx";
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
}: AccountProps) => {
  const { account, common } = useWords();
  return (
    <>
      <header class="page-head">
        <h1>{account.title}</h1>
        <p class="muted">{account.signedInAs(<strong>{username}</strong>, admin)}</p>
        {news}
      </header>
      {outcome ? <OutcomeMessage outcome={outcome} arriving /> : null}
      <AccountTopic
        id="password"
        title={common.password}
        text={passwordChangedAtMs ? account.password.changed(<On ms={passwordChangedAtMs} />) : null}
      >
        <PasswordForm />
      </AccountTopic>
      <AccountTopic id="authenticator" title={account.authenticator.title} text={account.authenticator.text}>
        <AuthenticatorSection {...props} />
      </AccountTopic>
      {props.enrolled ? (
        <AccountTopic id="codes" title={account.codes.title} text={account.codes.text}>
          <CodesSection left={codesLeft} />
        </AccountTopic>
      ) : null}
      <SessionsTopic {...props} />
      <AccountTopic id="appearance" title={account.appearance.title} text={account.appearance.text}>
        <Appearance {...props} />
      </AccountTopic>
      <AccountTopic id="keyboard" title={account.keyboard.title} text={account.keyboard.text}>
        <ShortcutsSwitch id="shortcuts-switch" on={props.shortcuts} />
      </AccountTopic>
      <AccountTopic id="activity" title={account.activity.title} text={account.activity.text}>
        <Activity {...props} />
      </AccountTopic>
    </>
  );
};
