import { statusOf } from "#src/store/person-status.ts";
import { On } from "../account/time.tsx";
import { Field } from "../field.tsx";
import { useWords } from "../words.tsx";
import { ActForm, Select, type ShownPerson } from "./parts.tsx";
import { type Part, Topic } from "./person-part.tsx";

export const RoleSection = ({ person, at }: Part) => {
  const { people } = useWords();
  return (
    <Topic id="rights" title={people.person.rights} text={people.person.rightsText}>
      <ActForm action={at("role")} target="#person" class="inline-form">
        <Select id="role" name="role" label={people.role} value={person.role} options={Object.entries(people.roles)} />
        <button type="submit">{people.person.changeRole}</button>
      </ActForm>
    </Topic>
  );
};

export const DisableSection = (part: Part) =>
  statusOf(part.person, part.viewing.nowMs) === "disabled" ? <Enable {...part} /> : <Disable {...part} />;

const Enable = ({ person, at }: Part) => {
  const { disabled, enable } = useWords().people.person;
  return (
    <Topic id="disable" title={disabled} text={<Disablement person={person} />}>
      <ActForm action={at("enable")} target="#person">
        <button type="submit">{enable}</button>
      </ActForm>
    </Topic>
  );
};

const Disablement = ({ person: { disabledAtMs, disabledUntilMs, disabledReason } }: { person: ShownPerson }) => {
  const until = disabledUntilMs === null ? null : <On ms={disabledUntilMs} />;
  return <>{useWords().people.person.disabledSince(<On ms={disabledAtMs!} />, until, disabledReason)}</>;
};

const Disable = ({ at, errors = {}, typed = {} }: Part) => {
  const { disable, disableText, reason, until } = useWords().people.person;
  return (
    <Topic id="disable" title={disable} text={disableText}>
      <ActForm action={at("disable")} target="#person" class="inline-form">
        <Field
          name="reason"
          label={reason}
          value={typed.reason}
          error={errors.reason}
          maxlength={200}
          autocomplete="off"
          required
        />
        <DayField id="until" label={until} value={typed.until} error={errors.until} />
        <button type="submit" class="danger">
          {disable}
        </button>
      </ActForm>
    </Topic>
  );
};

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

export const DeleteSection = ({ person, at, errors = {}, typed = {} }: Part) => {
  const words = useWords().people.person;
  return (
    <Topic id="delete" title={words.delete} text={words.deleteText}>
      <ActForm action={at("delete")} target="#person" class="inline-form">
        <Field
          name="confirm_name"
          label={words.typeName(person.username)}
          value={typed.confirm_name}
          error={errors.confirm_name}
          autocomplete="off"
          required
          verbatim
        />
        <button type="submit" class="danger">
          {words.delete}
        </button>
      </ActForm>
    </Topic>
  );
};
