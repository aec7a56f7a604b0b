import { Field, FormError } from "./field.tsx";

type ConfirmProps = {
  /** What is asked for. */
  kind: "password" | "code";
  /** Whether the person has an authenticator and may use it instead. */
  canUseCode: boolean;
  error?: string | undefined;
};

/** Beside what the person was doing; arrives in #dialogs and is opened by the client script. */
export const ConfirmDialog = (props: ConfirmProps) => (
  <dialog id="confirm-dialog" aria-labelledby="confirm-title">
    <ConfirmForm {...props} />
  </dialog>
);

/** What the dialog holds, and all that comes back after a wrong proof. */
export const ConfirmForm = (props: ConfirmProps) => (
  <form id="confirm" method="post" action="/confirm" hx-post="/confirm" hx-swap="outerHTML" hx-sync="this:drop">
    <div class="panel-head">
      <h2 id="confirm-title">Confirm it is you</h2>
      <Why {...props} />
    </div>
    <Proof {...props} />
    <div class="toolbar">
      <button type="submit" class="primary">
        Confirm
      </button>
      <button type="button" data-close>
        Cancel
      </button>
      <OtherProof {...props} />
    </div>
  </form>
);

type ConfirmPageProps = ConfirmProps & {
  /** With the place to go on at. */
  action: string;
  /** What was posted there, without secrets. */
  kept: readonly (readonly [name: string, value: string])[];
};

/** The same as a page. Never sent by htmx: the answer has the browser itself repeat what was interrupted. */
export const ConfirmPage = ({ action, kept, ...props }: ConfirmPageProps) => (
  <form id="confirm" class="panel" method="post" action={action}>
    <div class="panel-head">
      <h1>Confirm it is you</h1>
      <Why {...props} />
    </div>
    {kept.map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <Proof {...props} />
    <button type="submit" class="primary wide">
      Confirm
    </button>
    <OtherProof {...props} />
  </form>
);

const Why = ({ kind }: ConfirmProps) => (
  <p>
    {kind === "password" ? "Type your password" : "Type the code your authenticator shows"} to go on. You are asked
    before sensitive changes, and then not again for ten minutes.
  </p>
);

/** Ids of its own: the page behind the dialog may have fields of the same names. */
const Proof = ({ kind, error }: ConfirmProps) => (
  <>
    <FormError message={error} />
    {kind === "password" ? (
      <Field
        id="confirm-password"
        name="password"
        label="Password"
        type="password"
        autocomplete="current-password"
        autofocus
        required
      />
    ) : (
      <Field
        id="confirm-code"
        name="code"
        label="Authentication code"
        autocomplete="one-time-code"
        inputmode="numeric"
        maxlength={12}
        autofocus
        submitAtDigits={6}
        required
      />
    )}
  </>
);

/** A button rather than a link: what the page carries goes with it. */
const OtherProof = ({ kind, canUseCode }: ConfirmProps) =>
  canUseCode ? (
    <button
      type="submit"
      class="link"
      name="confirm_with"
      value={kind === "password" ? "code" : "password"}
      formnovalidate
    >
      {kind === "password" ? "Use your authenticator instead" : "Use your password instead"}
    </button>
  ) : null;
