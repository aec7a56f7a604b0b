/** Rows that are selected for one act on all of them. */

document.addEventListener("change", checkAll);
document.addEventListener("reset", focusSelection);

/** One box for all the boxes inside what it names. */
function checkAll(event: Event) {
  const { dataset, checked } = event.target as HTMLInputElement;
  if (!dataset.checkAll) return;
  for (const box of document.querySelectorAll<HTMLInputElement>(`${dataset.checkAll} [type=checkbox]`))
    box.checked = checked;
}

/** What clears the selection goes with it: the focus goes on at the box that selects all. */
function focusSelection(event: Event) {
  // Not form.id: a field may be called that.
  const id = (event.target as HTMLFormElement).getAttribute("id");
  document.querySelector<HTMLElement>(`[data-check-all][form="${id}"]`)?.focus();
}
