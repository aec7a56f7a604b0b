import { Field, FormError } from "./field.tsx";
import { useWords } from "./words.tsx";

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
export const ConfirmForm = (props: ConfirmProps) => {
  const {
    common,
    door: { confirm },
  } = useWords();
  return (
    <form id="confirm" method="post" action="/confirm" hx-post="/confirm" hx-swap="outerHTML" hx-sync="this:drop">
      <div class="panel-head">
        <h2 id="confirm-title">{confirm.title}</h2>
        <Why {...props} />
      </div>
      <Proof {...props} />
      <div class="toolbar">
        <button type="submit" class="primary">
          {confirm.submit}
        </button>
        <button type="button" data-close>
          {common.cancel}
        </button>
        <OtherProof {...props} />
      </div>
    </form>
  );
};

type ConfirmPageProps = ConfirmProps & {
  /** With the place to go on at. */
  action: string;
  /** Where to leave everything as it is. */
  cancel: string;
  /** What was posted there, without secrets. */
  kept: readonly (readonly [name: string, value: string])[];
};

/** The same as a page. Never sent by htmx: the answer has the browser itself repeat what was interrupted. */
export const ConfirmPage = ({ action, cancel, kept, ...props }: ConfirmPageProps) => {
  const {
    common,
    door: {
      confirm: { title, submit },
    },
  } = useWords();
  return (
    <form id="confirm" class="panel" method="post" action={action}>
      <div class="panel-head">
        <h1>{title}</h1>
        <Why {...props} />
      </div>
      {kept.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <Proof {...props} />
      <button type="submit" class="primary wide">
        {submit}
      </button>
      <p class="panel-foot">
        <OtherProof {...props} />
        <a href={cancel}>{common.cancel}</a>
      </p>
    </form>
  );
};

const Why = ({ kind }: ConfirmProps) => {
  const { withPassword, withCode } = useWords().door.confirm;
  return <p>{kind === "password" ? withPassword : withCode}</p>;
};

/** Ids of its own: the page behind the dialog may have fields of the same names. */
const Proof = ({ kind, error }: ConfirmProps) => {
  const { common } = useWords();
  return (
    <>
      <FormError message={error} />
      {kind === "password" ? (
        <Field
          id="confirm-password"
          name="password"
          label={common.password}
          type="password"
          autocomplete="current-password"
          autofocus
          required
        />
      ) : (
        <Field
          id="confirm-code"
          name="code"
          label={common.authenticationCode}
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
};

/** A button rather than a link: what the page carries goes with it. */
const OtherProof = ({ kind, canUseCode }: ConfirmProps) => {
  const { useCode, usePassword } = useWords().door.confirm;
  return canUseCode ? (
    <button
      type="submit"
      class="link"
      name="confirm_with"
      value={kind === "password" ? "code" : "password"}
      formnovalidate
    >
      {kind === "password" ? useCode : usePassword}
    </button>
  ) : null;
};
