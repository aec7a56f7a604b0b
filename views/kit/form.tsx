import type { Child } from "hono/jsx";
import * as house from "../field.tsx";
import type { Place } from "./place.ts";

type FormProps = {
  context: Place;
  /** Path of the route that takes it, below the fragment. Default: the fragment itself. */
  path?: string | undefined;
  /** The button's text. */
  submit: string;
  children?: Child;
};

/** A form of a fragment. Its answer takes its place; without scripts it opens as a page. */
export const Form = ({ context, path = "/", submit, children }: FormProps) => {
  const address = path === "/" ? context.href : context.href + path;
  return (
    <form
      id={`${context.id}-form${path.replace(/\W+/g, "-")}`}
      class="stack"
      method="post"
      action={address}
      hx-post={address}
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      {children}
      <button type="submit">{submit}</button>
    </form>
  );
};

/** All that can be said of one field; `error` is its mistake from the form's check. */
type FieldProps = {
  context: Place;
  name: string;
  label: string;
  value?: string | undefined;
  hint?: Child | undefined;
  error?: string | undefined;
  required?: boolean | undefined;
};

type TextProps = FieldProps & Pick<Parameters<typeof house.Field>[0], "maxlength" | "inputmode" | "autocomplete">;

/** One line of text. Its `id` is the fragment's own: another card may ask for the same name. */
export const TextField = ({ context, ...field }: TextProps) => (
  <house.Field id={`${context.id}-${field.name}`} {...field} />
);

type SelectProps = FieldProps & { options: Readonly<Record<string, string>> };

/** One of a few choices; `options` are their texts by value. */
export const SelectField = ({ options, ...field }: SelectProps) => (
  <Labelled {...field}>
    {(aria) => (
      <select {...aria}>
        {Object.entries(options).map(([value, text]) => (
          <option value={value} selected={value === field.value}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Labelled>
);

/** Several lines of text. */
export const TextAreaField = ({ rows = 4, ...field }: FieldProps & { rows?: number | undefined }) => (
  <Labelled {...field}>
    {(aria) => (
      <textarea {...aria} rows={rows}>
        {field.value ?? ""}
      </textarea>
    )}
  </Labelled>
);

type CheckProps = Pick<FieldProps, "context" | "name" | "label"> & { checked?: boolean | undefined };

/** Yes or no: posts "on", or nothing. */
export const CheckField = ({ context, name, label, checked }: CheckProps) => (
  <label class="check" for={`${context.id}-${name}`}>
    <input type="checkbox" id={`${context.id}-${name}`} name={name} checked={checked} />
    {label}
  </label>
);

type Aria = { id: string; name: string } & Record<string, string | boolean | undefined>;

const Labelled = ({
  context,
  name,
  label,
  hint,
  error,
  required,
  children,
}: FieldProps & { children: (aria: Aria) => Child }) => {
  const id = `${context.id}-${name}`;
  const notes = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const aria = {
    id,
    name,
    required,
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": notes || undefined,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {error ? (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
      {children(aria)}
      {hint ? (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
};
