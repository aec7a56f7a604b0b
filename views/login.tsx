import { Field, type FieldErrors, FormError, Notice, RevealPasswords } from "./field.tsx";
import { LANGUAGES, useLanguage, useWords } from "./words.tsx";

type LoginProps = {
  username?: string | undefined;
  error?: string | undefined;
  errors?: FieldErrors | undefined;
  /** Where to go after signing in; the route has checked that it is a path of this application. */
  next?: string | undefined;
  notice?: string | undefined;
};

/** First step. The password is never sent back; whoever typed their name lands in the password field. */
export const LoginForm = ({ username = "", error, errors = {}, next, notice }: LoginProps) => {
  const { common, door } = useWords();
  return (
    <form
      id="login"
      class="panel"
      method="post"
      action="/login"
      hx-post="/login"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <h1>{door.signIn.title}</h1>
      {notice ? <Notice>{notice}</Notice> : null}
      <FormError message={error} />
      <Field
        name="username"
        label={common.username}
        value={username}
        error={errors.username}
        autocomplete="username"
        autofocus={!username || !!errors.username}
        required
        verbatim
      />
      <Field
        name="password"
        label={common.password}
        type="password"
        error={errors.password}
        autocomplete="current-password"
        autofocus={!!username && !errors.username}
        required
      />
      <RevealPasswords />
      {next ? <input type="hidden" name="next" value={next} /> : null}
      <button type="submit" class="primary wide">
        {door.signIn.title}
      </button>
      <p class="panel-foot">
        <a href="/reset">{door.signIn.forgot}</a>
        <OtherLanguages next={next} />
      </p>
    </form>
  );
};

/** For whom the browser does not speak; each named in itself. */
const OtherLanguages = ({ next }: Pick<LoginProps, "next">) => {
  const current = useLanguage();
  const others = [...LANGUAGES.values()].filter((one) => one !== current);
  return (
    <span class="row">
      {others.map(({ code, name }) => (
        <a
          href={`/login?${new URLSearchParams({ language: code, ...(next && next !== "/" && { next }) })}`}
          lang={code}
          hreflang={code}
        >
          {name}
        </a>
      ))}
    </span>
  );
};

type CodeProps = { kind: "code" | "recovery"; error?: string | undefined };

/** Second step: a code of the authenticator, or one of the recovery codes. */
export const CodeForm = ({ kind, error }: CodeProps) => {
  const { common, door } = useWords();
  return (
    <form
      id="login-code"
      class="panel"
      method="post"
      action="/login/code"
      hx-post="/login/code"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      {kind === "code" ? <AuthenticatorCode error={error} /> : <RecoveryCode error={error} />}
      <button type="submit" class="primary wide">
        {common.verify}
      </button>
      <p class="panel-foot">
        {kind === "code" ? (
          <a href="/login/code?use=recovery">{door.code.useRecoveryCode}</a>
        ) : (
          <a href="/login/code">{door.code.useAuthenticator}</a>
        )}
      </p>
    </form>
  );
};

const AuthenticatorCode = ({ error }: { error: string | undefined }) => {
  const { title, text } = useWords().door.code;
  return (
    <>
      <div class="panel-head">
        <h1>{title}</h1>
        <p>{text}</p>
      </div>
      <CodeField error={error} />
    </>
  );
};

/** Six digits; shared by sign-in and by setting up an authenticator. */
export const CodeField = ({ error, autofocus = true }: { error?: string | undefined; autofocus?: boolean }) => {
  const { authenticationCode, sentWhenTyped } = useWords().common;
  return (
    <Field
      name="code"
      label={authenticationCode}
      hint={<span class="needs-script">{sentWhenTyped}</span>}
      error={error}
      autocomplete="one-time-code"
      inputmode="numeric"
      // Authenticators show "123 456": room for the space, the server strips it.
      maxlength={12}
      autofocus={autofocus}
      submitAtDigits={6}
      required
    />
  );
};

const RecoveryCode = ({ error }: { error: string | undefined }) => {
  const { common, door } = useWords();
  return (
    <>
      <div class="panel-head">
        <h1>{door.code.recoveryTitle}</h1>
        <p>{door.code.recoveryText}</p>
      </div>
      <Field
        name="recovery_code"
        label={common.recoveryCode}
        hint={door.code.recoveryHint}
        error={error}
        autocomplete="off"
        maxlength={64}
        autofocus
        required
        verbatim
      />
    </>
  );
};
