/** What the dashboard does in the browser: live updates, cards that stay as they are, panels moved with the mouse. */
import htmx, { type HtmxRequestCtx } from "htmx.org";
// Registers itself; it must be in the same bundle as htmx.
import "htmx.org/dist/ext/hx-sse.js";

htmx.registerExtension("stay-open", { htmx_before_morph_attr: staysOpen });
htmx.on("htmx:config:request", leaveToPerson);
htmx.on("htmx:before:swap", leaveToPerson);
document.addEventListener("htmx:sse:error", leaveWhenRefused);
// Only while developing: the server has started anew since this page was made.
document.addEventListener("outdated", () => location.reload());
document.addEventListener("dragstart", startDrag);
document.addEventListener("dragover", moveDragged);
document.addEventListener("drop", (event) => dragged && event.preventDefault());
document.addEventListener("dragend", endDrag);

/** The server does not know what a person has unfolded; a refresh must not fold it again. */
function staysOpen(element: Element, { attrName }: { attrName: string }): boolean {
  return !(attrName === "open" && element instanceof HTMLDetailsElement);
}

/** No refresh while somebody fills in a form of the card, or has not seen to its mistakes: not asked for, nor shown. */
function leaveToPerson(event: CustomEvent<{ ctx: HtmxRequestCtx }>) {
  const { ctx } = event.detail;
  if (ctx.sourceEvent?.type !== "every") return;
  const card = ctx.sourceElement;
  if (card.querySelector("[aria-invalid=true], :is(input, select, textarea):focus")) event.preventDefault();
}

/** The stream comes back by itself, unless its session is over or its page shows what it no longer may. */
function leaveWhenRefused(event: Event) {
  const { status } = (event as CustomEvent<{ status?: number }>).detail;
  if (status === 401 || status === 403 || status === 404) location.reload();
}

let dragged: HTMLElement | null = null;

function startDrag(event: DragEvent) {
  const row = (event.target as Element).closest?.<HTMLElement>("[data-sortable] > [draggable]");
  if (!row || !event.dataTransfer) return;
  dragged = row;
  event.dataTransfer.effectAllowed = "move";
  row.setAttribute("data-dragged", "");
}

function moveDragged(event: DragEvent) {
  const over = (event.target as Element).closest?.<HTMLElement>("[data-sortable] > [draggable]");
  if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  if (over === dragged) return;
  const below = event.clientY > over.getBoundingClientRect().top + over.offsetHeight / 2;
  if (below) over.after(dragged);
  else over.before(dragged);
}

/** The rows stand in their new order: their names go into the form's field, and the form to the server. */
function endDrag() {
  const list = dragged?.parentElement;
  dragged?.removeAttribute("data-dragged");
  dragged = null;
  const form = list?.closest("form");
  const field = form?.querySelector<HTMLInputElement>(`[name="${list?.dataset.sortable}"]`);
  if (!list || !form || !field) return;
  field.value = [...list.children].map((row) => (row as HTMLElement).dataset.name ?? "").join(",");
  form.requestSubmit();
}
