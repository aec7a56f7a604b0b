import { Field, type FieldErrors, FormError, RevealPasswords } from "./field.tsx";
import { useWords } from "./words.tsx";

type SetupProps = {
  action: string;
  username?: string | undefined;
  errors?: FieldErrors | undefined;
};

/** The very first admin. `errors.form` is about the form as a whole. */
export const SetupForm = ({ action, username = "", errors = {} }: SetupProps) => {
  const {
    common,
    door: { setup },
  } = useWords();
  return (
    <form
      id="setup"
      class="panel"
      method="post"
      action={action}
      hx-post={action}
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <div class="panel-head">
        <h1>{setup.title}</h1>
        <p>{setup.text}</p>
      </div>
      <FormError message={errors.form} />
      <Field
        name="username"
        label={common.username}
        value={username}
        hint={setup.usernameHint}
        error={errors.username}
        autocomplete="username"
        autofocus={!username || !!errors.username}
        required
        verbatim
      />
      <NewPassword errors={errors} autofocus={!!username && !errors.username} />
      <button type="submit" class="primary wide">
        {setup.submit}
      </button>
    </form>
  );
};

type ChoosePasswordProps = {
  /** Root id and swap target, for example "invite" or "reset". */
  id: string;
  action: string;
  username: string;
  title: string;
  submit: string;
  errors?: FieldErrors | undefined;
};

/** A password for an account that is already known: invitation, reset. */
export const ChoosePasswordForm = ({ id, action, username, title, submit, errors = {} }: ChoosePasswordProps) => (
  <form id={id} class="panel" method="post" action={action} hx-post={action} hx-swap="outerHTML" hx-sync="this:drop">
    <h1>{title}</h1>
    <FormError message={errors.form} />
    {/* For password managers, which file the new password under this name. The server never reads it. */}
    <Field
      name="username"
      label={useWords().common.username}
      value={username}
      autocomplete="username"
      readonly
      verbatim
    />
    <NewPassword errors={errors} autofocus />
    <button type="submit" class="primary wide">
      {submit}
    </button>
  </form>
);

type NewPasswordProps = { errors: FieldErrors; autofocus: boolean };

/** The two fields of a new password, for every form that sets one. */
export const NewPassword = ({ errors, autofocus }: NewPasswordProps) => {
  const { newPassword, newPasswordHint, confirmNewPassword } = useWords().common;
  return (
    <>
      <Field
        name="new_password"
        label={newPassword}
        type="password"
        hint={newPasswordHint}
        error={errors.new_password}
        autocomplete="new-password"
        autofocus={autofocus}
        required
      />
      <Field
        name="confirm_password"
        label={confirmNewPassword}
        type="password"
        error={errors.confirm_password}
        autocomplete="new-password"
        required
      />
      <RevealPasswords />
    </>
  );
};
