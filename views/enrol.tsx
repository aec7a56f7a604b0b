import { FormError } from "./field.tsx";
import { CodeField } from "./login.tsx";
import { Qr } from "./qr.tsx";
import { useWords } from "./words.tsx";

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
  /** There is one already, which works until the first code of the new one came back. */
  replaces?: boolean;
};

/** Sets up the authenticator. The key counts only after its first code came back. */
export const EnrolForm = ({ qr, secret, uri, issuer, account, error, action, replaces = false }: EnrolProps) => {
  const {
    common,
    door: { enrol },
  } = useWords();
  return (
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
        <h1>{replaces ? enrol.replaceTitle : enrol.title}</h1>
        <p>{replaces ? enrol.presentWorks : enrol.text(issuer)}</p>
      </div>
      <ol class="steps">
        <li>
          <h2>{enrol.openApp}</h2>
          <p>{enrol.anyApp}</p>
        </li>
        <li>
          <h2>{enrol.add(account)}</h2>
          {/* On a phone the first way rather than the last. */}
          <a class="button open-here" href={uri}>
            {enrol.open}
          </a>
          <div class="scan">
            <Qr text={qr} label={enrol.qr(account, issuer)} />
            <ManualKey secret={secret} uri={uri} />
          </div>
        </li>
        <li>
          <h2>{enrol.typeCode}</h2>
          <CodeField error={error} autofocus={!!error} />
          <button type="submit" class="primary">
            {common.verify}
          </button>
        </li>
      </ol>
    </form>
  );
};

const ManualKey = ({ secret, uri }: { secret: string; uri: string }) => {
  const { scan, orType, asksForMore, settings, orOpen } = useWords().door.enrol;
  return (
    <div class="stack">
      <p>{scan}</p>
      <div class="field">
        <p class="label" id="totp-key-label">
          {orType}
        </p>
        <Key text={secret} />
        <details class="hint">
          <summary>{asksForMore}</summary>
          <p>{settings}</p>
        </details>
      </div>
      <p class="or-open">
        <a href={uri}>{orOpen}</a>
      </p>
    </div>
  );
};

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
      {useWords().common.copy}
    </button>
  </div>
);

type RecoveryProps = { codes: readonly string[]; action: string; downloadAction: string; error?: string | undefined };

/** Shown once; from then on the server knows only their hashes. */
export const RecoveryCodes = ({ codes, action, downloadAction, error }: RecoveryProps) => {
  const {
    common,
    door: { recoveryCodes },
  } = useWords();
  return (
    <section id="recovery" class="panel panel-wide" aria-labelledby="recovery-title">
      <div class="panel-head">
        <h1 id="recovery-title">{recoveryCodes.title}</h1>
        <p>{recoveryCodes.text}</p>
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
          {common.copy}
        </button>
        {/* No hx-post: only a real navigation can end in a download. */}
        <form method="post" action={downloadAction}>
          <button type="submit">{recoveryCodes.download}</button>
        </form>
        <button type="button" class="needs-script" data-print>
          {recoveryCodes.print}
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
          <input id="saved" name="saved" type="checkbox" value="yes" required />
          {recoveryCodes.saved}
        </label>
        <button type="submit" class="primary">
          {recoveryCodes.continue}
        </button>
      </form>
    </section>
  );
};
