import { NewPassword } from "./choose-password.tsx";
import { Field, type FieldErrors, FormError } from "./field.tsx";

type ResetProps = {
  username?: string | undefined;
  errors?: FieldErrors | undefined;
  /** Whether a recovery code is asked for beside the authenticator. */
  withRecoveryCode: boolean;
};

/** A new password for somebody who forgot theirs. No code is ever sent back. */
export const ResetForm = ({ username = "", errors = {}, withRecoveryCode }: ResetProps) => (
  <form id="reset" class="panel" method="post" action="/reset" hx-post="/reset" hx-swap="outerHTML" hx-sync="this:drop">
    <div class="panel-head">
      <h1>Reset your password</h1>
      <p>
        {withRecoveryCode
          ? "You need your authenticator and one of your recovery codes."
          : "You need your authenticator."}{" "}
        Without them, ask an admin for a reset link.
      </p>
    </div>
    <FormError message={errors.form} />
    <Field
      name="username"
      label="Username"
      value={username}
      error={errors.username}
      autocomplete="username"
      autofocus={!username}
      required
      verbatim
    />
    {/* Never sent as soon as it is typed: there is more to fill in. */}
    <Field
      name="code"
      label="Authentication code"
      error={errors.code}
      autocomplete="one-time-code"
      inputmode="numeric"
      maxlength={12}
      autofocus={!!username}
      required
    />
    {withRecoveryCode ? (
      <Field
        name="recovery_code"
        label="Recovery code"
        hint="Capitals, dashes and spaces do not matter. It can be used only this once."
        error={errors.recovery_code}
        autocomplete="off"
        maxlength={64}
        required
        verbatim
      />
    ) : null}
    <NewPassword errors={errors} autofocus={false} />
    <button type="submit" class="primary wide">
      Reset password
    </button>
    <p class="panel-foot">
      <a href="/login">Back to sign-in</a>
    </p>
  </form>
);
