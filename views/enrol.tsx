import { FormError } from "./field.tsx";
import { CodeField } from "./login.tsx";
import { Qr } from "./qr.tsx";

type EnrolProps = {
  /** What the QR code holds; the same otpauth address as `uri` unless a device needs another form. */
  qr: string;
  /** Base32, without spaces. */
  secret: string;
  uri: string;
  issuer: string;
  account: string;
  error?: string | undefined;
  action: string;
};

/** Sets up the authenticator. The key counts only after its first code came back. */
export const EnrolForm = ({ qr, secret, uri, issuer, account, error, action }: EnrolProps) => (
  <form
    id="enrol"
    class="panel panel-wide"
    method="post"
    action={action}
    hx-post={action}
    hx-swap="outerHTML"
    hx-sync="this:drop"
  >
    <div class="panel-head">
      <h1>Set up your authenticator</h1>
      <p>From now on you sign in to {issuer} with your password and a code from your phone. It takes a minute.</p>
    </div>
    <ol class="steps">
      <li>
        <h2>Open an authenticator app</h2>
        <p>
          Any app that makes time-based codes will do: Google Authenticator, Microsoft Authenticator, Aegis, 1Password,
          Bitwarden.
        </p>
      </li>
      <li>
        <h2>Add {account} to it</h2>
        <div class="scan">
          <Qr text={qr} label={`QR code for ${account} at ${issuer}`} />
          <ManualKey secret={secret} uri={uri} />
        </div>
      </li>
      <li>
        <h2>Type the code it shows</h2>
        <CodeField error={error} autofocus={!!error} />
        <button type="submit" class="primary">
          Verify
        </button>
      </li>
    </ol>
  </form>
);

const ManualKey = ({ secret, uri }: { secret: string; uri: string }) => (
  <div class="stack">
    <p>Scan this code with the app.</p>
    <div>
      <p class="label" id="totp-key-label">
        Or type this key
      </p>
      <Key text={secret} />
      <p class="hint">Time based, SHA-1, 6 digits, 30 seconds.</p>
    </div>
    <p>
      <a href={uri}>Or open it in an app on this device</a>
    </p>
  </div>
);

/** Grouped in fours by CSS, so that the text itself is the bare key. */
const Key = ({ text }: { text: string }) => (
  <div class="copyable">
    <code id="totp-key" class="key" data-testid="totp-key">
      {(text.match(/.{1,4}/g) ?? []).map((group) => (
        <>
          <span>{group}</span>
          <wbr />
        </>
      ))}
    </code>
    <button type="button" class="needs-script" data-copy="#totp-key">
      Copy
    </button>
  </div>
);

type RecoveryProps = { codes: readonly string[]; action: string; downloadAction: string; error?: string | undefined };

/** Shown once; from then on the server knows only their hashes. */
export const RecoveryCodes = ({ codes, action, downloadAction, error }: RecoveryProps) => (
  <section id="recovery" class="panel panel-wide" aria-labelledby="recovery-title">
    <div class="panel-head">
      <h1 id="recovery-title">Save your recovery codes</h1>
      <p>Without your phone, one of these codes lets you in. Each works once. They are shown only now.</p>
    </div>
    <ol id="recovery-codes" class="codes" data-testid="recovery-codes">
      {codes.map((code) => (
        <>
          <li>{code}</li>
          {/* Keeps the codes apart for whoever reads the plain text. */ "\n"}
        </>
      ))}
    </ol>
    <div class="toolbar">
      <button type="button" class="needs-script" data-copy="#recovery-codes">
        Copy
      </button>
      {/* No hx-post: only a real navigation can end in a download. */}
      <form method="post" action={downloadAction}>
        <button type="submit">Download</button>
      </form>
      <button type="button" class="needs-script" data-print>
        Print
      </button>
    </div>
    <form
      id="recovery-saved"
      class="stack"
      method="post"
      action={action}
      hx-post={action}
      hx-target="#recovery"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <FormError message={error} />
      <label class="check" for="saved">
        <input id="saved" name="saved" type="checkbox" value="yes" required />I have saved these codes
      </label>
      <button type="submit" class="primary">
        Continue
      </button>
    </form>
  </section>
);
