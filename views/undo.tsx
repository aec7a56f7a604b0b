import { useWords } from "./words.tsx";

/** How to take an act back: what is posted, and where. */
export type Undo = { readonly action: string; readonly fields?: readonly (readonly [name: string, value: string])[] };

export type Handover = { readonly label: string; readonly href: string; readonly note: string };

/** What an act came to. `text` is a sentence for whoever acted. */
export type Outcome = {
  readonly ok: boolean;
  readonly text: string;
  readonly handover?: Handover;
  readonly undo?: Undo;
};

type MessageProps = {
  outcome: Outcome;
  /** What the answer to "Undo" takes the place of; left out: only what the answer itself names. */
  target?: string | undefined;
};

/**
 * A message in its place in the page, read out at once.
 *
 * @param arriving it came with a whole new page, where nothing is read out by itself: the focus starts there.
 */
export const OutcomeMessage = ({ outcome, target, arriving = false }: MessageProps & { arriving?: boolean }) => (
  <div
    class="notice row"
    data-tone={outcome.ok ? "good" : "bad"}
    role={outcome.ok ? "status" : "alert"}
    tabindex={arriving ? -1 : undefined}
    autofocus={arriving}
  >
    <p>{outcome.text}</p>
    {outcome.undo ? <UndoForm undo={outcome.undo} target={target} /> : null}
  </div>
);

/** The same in the corner of the page, beside what else an answer swaps. Its script: static/toasts.ts. */
export const Toast = ({ outcome, target }: MessageProps) => (
  <hx-partial hx-target="#toasts" hx-swap="innerHTML">
    <div class="toast" data-tone={outcome.ok ? undefined : "bad"} role={outcome.ok ? undefined : "alert"}>
      <p>{outcome.text}</p>
      {outcome.undo ? <UndoForm undo={outcome.undo} target={target} /> : null}
      <Dismiss />
    </div>
  </hx-partial>
);

/** Takes away the message it stands in. */
export const Dismiss = () => (
  <button type="button" class="dismiss needs-script" data-dismiss aria-label={useWords().common.dismiss}>
    ×
  </button>
);

export const UndoForm = ({ undo: { action, fields = [] }, target }: { undo: Undo; target?: string | undefined }) => (
  <form
    id={`undo${action.replace(/\W+/g, "-")}`}
    class="undo"
    method="post"
    action={action}
    hx-post={action}
    hx-target={target}
    hx-swap="outerHTML"
    hx-sync="this:drop"
  >
    {fields.map(([name, value]) => (
      <input type="hidden" name={name} value={value} />
    ))}
    <button type="submit" aria-keyshortcuts="Control+Z Meta+Z">
      {useWords().common.undo}
    </button>
  </form>
);
