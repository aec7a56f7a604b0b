import { Qr } from "./qr.tsx";
import { useWords } from "./words.tsx";

type OneTimeLinkProps = {
  /** Whole address, ready to be sent to somebody. */
  href: string;
  label: string;
  note?: string | undefined;
  /** Also as a QR code, for handing it over from screen to phone. */
  qr?: boolean | undefined;
};

/** Text rather than a link: whoever shows it must not spend it by a click. One click selects all of it. */
export const OneTimeLink = ({ href, label, note, qr = false }: OneTimeLinkProps) => {
  const { copy, asQrCode } = useWords().common;
  return (
    <section class="notice handover" data-tone="good" aria-label={label}>
      <p class="label">{label}</p>
      <div class="copyable">
        <code id="one-time-link" data-testid="one-time-link">
          {href}
        </code>
        <button type="button" class="needs-script" data-copy="#one-time-link">
          {copy}
        </button>
      </div>
      {note ? <p class="hint">{note}</p> : null}
      {qr ? <Qr text={href} label={asQrCode(label)} /> : null}
    </section>
  );
};
