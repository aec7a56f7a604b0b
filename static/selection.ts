/** Rows that are selected for one act on all of them. */
import type { RequestEvent } from "./client.ts";

document.addEventListener("change", checkAll);
document.addEventListener("click", keepFocus);
document.addEventListener("htmx:after:swap", (event) => startOver(event as RequestEvent));

/** One box for all the boxes inside what it names. */
function checkAll(event: Event) {
  const { dataset, checked } = event.target as HTMLInputElement;
  if (!dataset.checkAll) return;
  for (const box of document.querySelectorAll<HTMLInputElement>(`${dataset.checkAll} [type=checkbox]`))
    box.checked = checked;
}

/** What clears the selection goes with it: the focus goes on at the box that selects all, or at the first of them. */
function keepFocus({ target }: MouseEvent) {
  const form = (target as Element).closest<HTMLButtonElement>("button[type=reset]")?.form;
  // Not form.id: a field may be called that.
  const all = document.querySelector<HTMLElement>(`[data-check-all][form="${form?.getAttribute("id")}"]`);
  if (all?.checkVisibility()) all.focus();
  else if (all) document.querySelector<HTMLElement>(`${all.dataset.checkAll} :checked`)?.focus();
}

/** The next selection does not begin with the act that was chosen for this one. */
function startOver({ detail: { ctx } }: RequestEvent) {
  const form = ctx.sourceElement;
  if (form instanceof HTMLFormElement && form.matches(".bulk") && ctx.response?.status === 200) form.reset();
}
