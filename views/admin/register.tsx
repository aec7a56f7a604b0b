import { Field, type FieldErrors } from "../field.tsx";
import type { Outcome } from "../undo.tsx";
import { useWords } from "../words.tsx";
import { Select, type ShownPerson, type Viewing } from "./parts.tsx";
import { CountNow } from "./people-count.tsx";
import { Handover, PersonRow } from "./person-row.tsx";

type RegisterProps = {
  username?: string | undefined;
  role?: string | undefined;
  errors?: FieldErrors | undefined;
  autofocus?: boolean | undefined;
};

/** A name and a role: the invited person alone chooses the password. */
export const RegisterForm = ({ username = "", role = "user", errors = {}, autofocus = false }: RegisterProps) => {
  const { common, people } = useWords();
  return (
    <form
      id="register"
      class="register inline-form"
      method="post"
      action="/admin/users"
      hx-post="/admin/users"
      hx-swap="outerHTML"
      hx-sync="this:drop"
      aria-labelledby="register-title"
    >
      <h2 id="register-title">{people.register.label}</h2>
      <Field
        name="username"
        label={common.username}
        value={username}
        error={errors.username}
        autocomplete="off"
        maxlength={64}
        autofocus={autofocus || !!errors.username}
        required
        verbatim
      />
      <Select id="role" name="role" label={people.role} value={role} options={Object.entries(people.roles)} />
      <button type="submit" class="primary">
        {people.register.submit}
      </button>
    </form>
  );
};

type RegisteredProps = { person: ShownPerson; outcome: Outcome; viewing: Viewing; count: string | null };

/** A fresh form and the address to hand over, plus one row for the table. */
export const Registered = ({ person, outcome, viewing, count }: RegisteredProps) => (
  <>
    <RegisterForm autofocus />
    <hx-partial hx-target="#handover" hx-swap="outerHTML">
      <Handover outcome={outcome} />
    </hx-partial>
    <hx-partial hx-target="#people-rows" hx-swap="afterbegin">
      <PersonRow person={person} viewing={viewing} />
    </hx-partial>
    <CountNow count={count} />
  </>
);
