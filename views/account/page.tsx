import type { Child } from "hono/jsx";
import { Notice } from "../field.tsx";
import { ShortcutsSwitch } from "../keyboard.tsx";
import { Activity, type ActivityProps } from "./activity.tsx";
import { Appearance, type AppearanceProps } from "./appearance.tsx";
import { type AuthenticatorProps, AuthenticatorSection } from "./authenticator.tsx";
import { CodesSection } from "./codes.tsx";
import { PasswordForm } from "./password.tsx";
import { Sessions, type SessionsProps } from "./sessions.tsx";
import { On } from "./time.tsx";

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
    done?: string | undefined;
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
  done,
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
    {done ? <Notice tone="good">{done}</Notice> : null}
    {news}
    <Topic
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
    </Topic>
    <Topic
      id="authenticator"
      title="Authenticator"
      text="The app on your phone that shows a new code every 30 seconds."
    >
      <AuthenticatorSection {...props} />
    </Topic>
    {props.enrolled ? (
      <Topic id="codes" title="Recovery codes" text="Each lets you in once without your phone.">
        <CodesSection left={codesLeft} />
      </Topic>
    ) : null}
    <Topic
      id="where"
      title="Sessions"
      text="Where you are signed in. End what you do not recognise, then change your password."
    >
      <Sessions {...props} />
    </Topic>
    <Topic id="appearance" title="Appearance" text="How these pages look to you, wherever you sign in.">
      <Appearance {...props} />
    </Topic>
    <Topic id="keyboard" title="Keyboard" text="Ctrl+K or Command+K opens a search for pages. ? shows the other keys.">
      <ShortcutsSwitch id="shortcuts-switch" on={props.shortcuts} />
    </Topic>
    <Topic id="activity" title="Recent activity" text="The latest on your account.">
      <Activity {...props} />
    </Topic>
  </>
);

type TopicProps = { id: string; title: string; text: Child; children?: Child };

const Topic = ({ id, title, text, children }: TopicProps) => (
  // Without a name of its own: a region called "Password" would answer to the label of the field in it.
  <section class="section topic" id={id}>
    <header>
      <h2>{title}</h2>
      {text ? <p class="muted">{text}</p> : null}
    </header>
    <div>{children}</div>
  </section>
);
