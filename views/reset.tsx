import { NewPassword } from "./choose-password.tsx";
import { Field, type FieldErrors, FormError } from "./field.tsx";
import { useWords } from "./words.tsx";

type ResetProps = {
  username?: string | undefined;
  errors?: FieldErrors | undefined;
  /** Whether a recovery code is asked for beside the authenticator. */
  withRecoveryCode: boolean;
};

/** A new password for somebody who forgot theirs. No code is ever sent back. */
export const ResetForm = ({ username = "", errors = {}, withRecoveryCode }: ResetProps) => {
  const {
    common,
    door: { reset },
  } = useWords();
  return (
    <form
      id="reset"
      class="panel"
      method="post"
      action="/reset"
      hx-post="/reset"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <div class="panel-head">
        <h1>{reset.title}</h1>
        <p>{withRecoveryCode ? reset.needsBoth : reset.needsAuthenticator}</p>
      </div>
      <FormError message={errors.form} />
      <Field
        name="username"
        label={common.username}
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
        label={common.authenticationCode}
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
          label={common.recoveryCode}
          hint={reset.recoveryHint}
          error={errors.recovery_code}
          autocomplete="off"
          maxlength={64}
          required
          verbatim
        />
      ) : null}
      <NewPassword errors={errors} autofocus={false} />
      <button type="submit" class="primary wide">
        {reset.submit}
      </button>
      <p class="panel-foot">
        <a href="/login">{reset.back}</a>
      </p>
    </form>
  );
};
