/** The proof of who one is, asked for in a dialog; what it held up goes on behind it. Its server side: src/routes/confirm.tsx. */
import htmx, { type HtmxRequestCtx } from "htmx.org";
import { type RequestEvent, say, words } from "./client.ts";

htmx.on("htmx:after:request", noteInterrupted);
htmx.on("htmx:after:swap", openDialog);
htmx.on("htmx:finally:request", resumeInterrupted);
htmx.on("htmx:confirm", askOnce);

/** What waits behind the dialog. It is sent again from its element, with what that holds then: nothing typed is lost. */
type Interrupted = { element: Element; event: Event | null };
let interrupted: Interrupted | null = null;
/** The element that sends again: it has asked its own question before. */
let resuming: Element | null = null;

function noteInterrupted({ detail: { ctx } }: RequestEvent) {
  if (ctx.response?.headers.get("HX-Retarget") !== "#dialogs") return;
  interrupted = { element: ctx.sourceElement, event: ctx.sourceEvent };
}

/**
 * A dialog that arrived in its container. `showModal` keeps the focus inside and closes at Esc; it ends where it began.
 * The browser tells of the end a moment late: until then a closed dialog is not to be taken for a new one.
 */
function openDialog() {
  const dialog = document.querySelector<HTMLDialogElement>("#dialogs > dialog:not([data-shown])");
  if (!dialog) return;
  dialog.dataset.shown = "";
  const opener = interrupted;
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (interrupted === opener) interrupted = null;
    if (opener) startOf(opener).focus();
  });
  dialog.showModal();
}

function startOf({ element, event }: Interrupted): HTMLElement {
  return ((event as SubmitEvent | null)?.submitter ?? element) as HTMLElement;
}

/** 204 from the form in the dialog: proved. */
function resumeInterrupted({ detail: { ctx } }: RequestEvent) {
  const dialog = ctx.sourceElement.closest<HTMLDialogElement>("#dialogs > dialog");
  if (!dialog || ctx.response?.status !== 204 || !interrupted) return;
  const { element, event } = interrupted;
  dialog.close();
  if (!element.isConnected) return say(words("confirmed"), "toast");
  resuming = element;
  if (element instanceof HTMLFormElement) element.requestSubmit((event as SubmitEvent | null)?.submitter);
  else htmx.trigger(element, event?.type ?? "click");
}

function askOnce(event: CustomEvent<{ ctx: HtmxRequestCtx; issueRequest: () => void }>) {
  if (event.detail.ctx.sourceElement !== resuming) return;
  resuming = null;
  event.preventDefault();
  event.detail.issueRequest();
}
