import { statusOf } from "#src/store/person-status.ts";
import { On } from "../account/time.tsx";
import { Field } from "../field.tsx";
import { ActForm, Select, type ShownPerson } from "./parts.tsx";
import { type Part, Topic } from "./person-part.tsx";

export const RoleSection = ({ person, at }: Part) => (
  <Topic
    id="rights"
    title="Rights"
    text="Admins manage people and read the audit log. A new admin signs in again first."
  >
    <ActForm action={at("role")} target="#person" class="inline-form">
      <Select
        id="role"
        name="role"
        label="Role"
        value={person.role}
        options={[
          ["user", "User"],
          ["admin", "Admin"],
        ]}
      />
      <button type="submit">Change role</button>
    </ActForm>
  </Topic>
);

export const DisableSection = (part: Part) =>
  statusOf(part.person, part.viewing.nowMs) === "disabled" ? <Enable {...part} /> : <Disable {...part} />;

const Enable = ({ person, at }: Part) => (
  <Topic id="disable" title="Disabled" text={<Disablement person={person} />}>
    <ActForm action={at("enable")} target="#person">
      <button type="submit">Enable</button>
    </ActForm>
  </Topic>
);

const Disablement = ({ person: { disabledAtMs, disabledUntilMs, disabledReason } }: { person: ShownPerson }) => (
  <>
    Since <On ms={disabledAtMs!} />
    {disabledUntilMs === null ? null : (
      <>
        , until <On ms={disabledUntilMs} />
      </>
    )}
    {disabledReason ? `. Reason: ${disabledReason}` : null}
  </>
);

const Disable = ({ at, errors = {}, typed = {} }: Part) => (
  <Topic
    id="disable"
    title="Disable"
    text="Ends all sessions at once. Account and history stay. With a date, the person can sign in again from that day on (UTC)."
  >
    <ActForm action={at("disable")} target="#person" class="inline-form">
      <Field
        name="reason"
        label="Reason"
        value={typed.reason}
        error={errors.reason}
        maxlength={200}
        autocomplete="off"
        required
      />
      <DayField id="until" label="Until (optional)" value={typed.until} error={errors.until} />
      <button type="submit" class="danger">
        Disable
      </button>
    </ActForm>
  </Topic>
);

type DayFieldProps = { id: string; label: string; value: string | undefined; error: string | undefined };

const DayField = ({ id, label, value, error }: DayFieldProps) => (
  <div class="field">
    <label for={id}>{label}</label>
    {error ? (
      <p class="field-error" id={`${id}-error`}>
        {error}
      </p>
    ) : null}
    <input
      id={id}
      name={id}
      type="date"
      value={value}
      aria-invalid={error ? "true" : undefined}
      aria-describedby={error ? `${id}-error` : undefined}
    />
  </div>
);

export const DeleteSection = ({ person, at, errors = {}, typed = {} }: Part) => (
  <Topic
    id="delete"
    title="Delete"
    text="For good. What the person did stays in the audit log. Disabling is usually enough."
  >
    <ActForm action={at("delete")} target="#person" class="inline-form">
      <Field
        name="confirm_name"
        label={`Type ${person.username} to confirm`}
        value={typed.confirm_name}
        error={errors.confirm_name}
        autocomplete="off"
        required
        verbatim
      />
      <button type="submit" class="danger">
        Delete
      </button>
    </ActForm>
  </Topic>
);
