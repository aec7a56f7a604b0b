import type { Child } from "hono/jsx";
import { useWords } from "./words.tsx";

/** Messages by field name; a field without a message is fine. */
export type FieldErrors = Partial<Record<string, string>>;

type FieldProps = {
  name: string;
  label: string;
  /** Only where one page shows two fields of the same name; htmx restores the focus by id. */
  id?: string | undefined;
  type?: "text" | "password" | undefined;
  value?: string | undefined;
  hint?: Child | undefined;
  error?: string | undefined;
  autocomplete?: string | undefined;
  inputmode?: "numeric" | "text" | undefined;
  maxlength?: number | undefined;
  autofocus?: boolean | undefined;
  required?: boolean | undefined;
  readonly?: boolean | undefined;
  /** For names, codes and keys: no capitals, no spelling help. */
  verbatim?: boolean | undefined;
  /** Sends the form once this many digits were typed or pasted. Say so in the hint (WCAG 3.2.2). */
  submitAtDigits?: number | undefined;
};

/** One labelled input. Hint and error are read out with it; never pass the value of a secret. */
export const Field = ({ id, error, hint, ...field }: FieldProps) => {
  const inputId = id ?? field.name;
  return (
    <div class="field">
      <label for={inputId}>{field.label}</label>
      {error ? (
        <p class="field-error" id={`${inputId}-error`}>
          {error}
        </p>
      ) : null}
      <Frame code={field.autocomplete === "one-time-code"}>
        <input
          id={inputId}
          name={field.name}
          type={field.type ?? "text"}
          value={field.value}
          autocomplete={field.autocomplete}
          inputmode={field.inputmode}
          maxlength={field.maxlength}
          autofocus={field.autofocus}
          required={field.required}
          readonly={field.readonly}
          autocapitalize={field.verbatim ? "none" : undefined}
          spellcheck={field.verbatim ? false : undefined}
          data-submit-at-digits={field.submitAtDigits}
          aria-invalid={error ? "true" : undefined}
          aria-describedby={describedBy(inputId, error, hint)}
        />
      </Frame>
      {hint ? (
        <p class="hint" id={`${inputId}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
};

/** A code of six digits is one input that looks like six boxes. */
const Frame = ({ code, children }: { code: boolean; children?: Child }) =>
  code ? <span class="code-boxes">{children}</span> : children;

function describedBy(inputId: string, error: string | undefined, hint: Child): string | undefined {
  return [error && `${inputId}-error`, hint && `${inputId}-hint`].filter(Boolean).join(" ") || undefined;
}

/** Shows what was typed into every password field of its form. Invisible where scripts do not run. */
export const RevealPasswords = () => (
  <button type="button" class="link reveal needs-script" data-reveal aria-pressed="false">
    {useWords().common.showPassword}
  </button>
);

/** What is wrong with the form as a whole: read out at once. Nothing without a message. */
export const FormError = ({ message }: { message: string | undefined }) =>
  message ? (
    <div class="notice" data-tone="bad" role="alert">
      {message}
    </div>
  ) : null;

type NoticeProps = { tone?: "info" | "good" | "warn" | "bad"; children?: Child };

/** A quiet message that belongs to the page and is not read out by itself. */
export const Notice = ({ tone = "info", children }: NoticeProps) => (
  <div class="notice" data-tone={tone}>
    {children}
  </div>
);
