import { Field, type FieldErrors } from "../field.tsx";
import type { Outcome } from "../undo.tsx";
import { Select, type ShownPerson, type Viewing } from "./parts.tsx";
import { Handover, PersonRow } from "./person-row.tsx";

const ROLES = [
  ["user", "User"],
  ["admin", "Admin"],
] as const;

type RegisterProps = {
  username?: string | undefined;
  role?: string | undefined;
  errors?: FieldErrors | undefined;
  autofocus?: boolean | undefined;
};

/** A name and a role: the invited person alone chooses the password. */
export const RegisterForm = ({ username = "", role = "user", errors = {}, autofocus = false }: RegisterProps) => (
  <form
    id="register"
    class="register"
    method="post"
    action="/admin/users"
    hx-post="/admin/users"
    hx-swap="outerHTML"
    hx-sync="this:drop"
    aria-label="Register a person"
  >
    <Field
      name="username"
      label="Username"
      value={username}
      error={errors.username}
      autocomplete="off"
      maxlength={64}
      autofocus={autofocus || !!errors.username}
      required
      verbatim
    />
    <Select id="role" name="role" label="Role" value={role} options={ROLES} />
    <button type="submit" class="primary">
      Register user
    </button>
  </form>
);

type RegisteredProps = { person: ShownPerson; outcome: Outcome; viewing: Viewing };

/** A fresh form and the address to hand over, plus one row for the table. */
export const Registered = ({ person, outcome, viewing }: RegisteredProps) => (
  <>
    <RegisterForm autofocus />
    <hx-partial hx-target="#handover" hx-swap="outerHTML">
      <Handover outcome={outcome} />
    </hx-partial>
    <hx-partial hx-target="#people-rows" hx-swap="afterbegin">
      <PersonRow person={person} viewing={viewing} />
    </hx-partial>
  </>
);
