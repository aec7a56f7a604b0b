import { Field, type FieldErrors, FormError, Notice, RevealPasswords } from "./field.tsx";

type LoginProps = {
  username?: string | undefined;
  error?: string | undefined;
  errors?: FieldErrors | undefined;
  /** Where to go after signing in; the route has checked that it is a path of this application. */
  next?: string | undefined;
  notice?: string | undefined;
};

/** First step. The password is never sent back; whoever typed their name lands in the password field. */
export const LoginForm = ({ username = "", error, errors = {}, next, notice }: LoginProps) => (
  <form id="login" class="panel" method="post" action="/login" hx-post="/login" hx-swap="outerHTML" hx-sync="this:drop">
    <h1>Sign in</h1>
    {notice ? <Notice>{notice}</Notice> : null}
    <FormError message={error} />
    <Field
      name="username"
      label="Username"
      value={username}
      error={errors.username}
      autocomplete="username"
      autofocus={!username || !!errors.username}
      required
      verbatim
    />
    <Field
      name="password"
      label="Password"
      type="password"
      error={errors.password}
      autocomplete="current-password"
      autofocus={!!username && !errors.username}
      required
    />
    <RevealPasswords />
    {next ? <input type="hidden" name="next" value={next} /> : null}
    <button type="submit" class="primary wide">
      Sign in
    </button>
    <p class="panel-foot">
      <a href="/reset">Forgot your password?</a>
    </p>
  </form>
);

type CodeProps = { kind: "code" | "recovery"; error?: string | undefined };

/** Second step: a code of the authenticator, or one of the recovery codes. */
export const CodeForm = ({ kind, error }: CodeProps) => (
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
      Verify
    </button>
    <p class="panel-foot">
      {kind === "code" ? (
        <a href="/login/code?use=recovery">Use a recovery code instead</a>
      ) : (
        <a href="/login/code">Use your authenticator instead</a>
      )}
      <a href="/login">Start again</a>
    </p>
  </form>
);

const AuthenticatorCode = ({ error }: { error: string | undefined }) => (
  <>
    <div class="panel-head">
      <h1>Check your authenticator</h1>
      <p>Open the authenticator app on your phone and type the code it shows for this site.</p>
    </div>
    <CodeField error={error} />
  </>
);

/** Six digits; shared by sign-in and by setting up an authenticator. */
export const CodeField = ({ error, autofocus = true }: { error?: string | undefined; autofocus?: boolean }) => (
  <Field
    name="code"
    label="Authentication code"
    hint={
      <>
        6 digits.<span class="needs-script"> Sent as soon as you have typed the last one.</span>
      </>
    }
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

const RecoveryCode = ({ error }: { error: string | undefined }) => (
  <>
    <div class="panel-head">
      <h1>Use a recovery code</h1>
      <p>Type one of the codes you saved when you set up your authenticator. Each works once.</p>
    </div>
    <Field
      name="recovery_code"
      label="Recovery code"
      hint="Capitals, dashes and spaces do not matter."
      error={error}
      autocomplete="off"
      maxlength={64}
      autofocus
      required
      verbatim
    />
  </>
);
