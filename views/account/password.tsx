import { Field, type FieldErrors, FormError, RevealPasswords } from "../field.tsx";
import { useWords } from "../words.tsx";

/** Changing the password. `errors.form` is about the form as a whole; nothing typed is handed back. */
export const PasswordForm = ({ errors = {} }: { errors?: FieldErrors | undefined }) => {
  const {
    account: { password },
    common,
  } = useWords();
  return (
    <form
      id="change-password"
      class="stack narrow"
      method="post"
      action="/account/password"
      hx-post="/account/password"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <FormError message={errors.form} />
      <Field
        name="current_password"
        label={password.current}
        type="password"
        error={errors.current_password}
        autocomplete="current-password"
        required
      />
      <Field
        name="new_password"
        label={common.newPassword}
        type="password"
        hint={common.newPasswordHint}
        error={errors.new_password}
        autocomplete="new-password"
        required
      />
      {/* Asks the server, since the rules and the lists of common passwords are there. */}
      <div
        class="needs-script"
        aria-live="polite"
        data-sends-only="new_password"
        hx-post="/account/password/strength"
        hx-trigger="input delay:300ms from:#new_password"
        hx-sync="this:replace"
      />
      <Field
        name="confirm_password"
        label={common.confirmNewPassword}
        type="password"
        error={errors.confirm_password}
        autocomplete="new-password"
        required
      />
      <RevealPasswords />
      <button type="submit" class="primary">
        {password.title}
      </button>
    </form>
  );
};

/** The same as a page of its own, where a form without scripts was refused. */
export const PasswordPage = (props: { errors: FieldErrors }) => (
  <>
    <header class="page-head">
      <h1>{useWords().account.password.title}</h1>
    </header>
    <PasswordForm {...props} />
  </>
);

/** An estimate, not the verdict: the verdict comes with the form. */
export const Strength = ({ score, hint }: { score: 0 | 1 | 2 | 3 | 4; hint: string | null }) => {
  const { strength, strengthLabel, strengthHint } = useWords().account.password;
  return (
    <div class="strength">
      <meter min={0} max={4} low={2} high={3} optimum={4} value={score} aria-label={strengthLabel}>
        {strength[score]}
      </meter>
      <p class="hint">{hint && score < 3 ? strengthHint(strength[score], hint) : strength[score]}</p>
    </div>
  );
};
