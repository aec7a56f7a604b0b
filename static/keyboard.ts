/** Keys for people who know them. Everything they reach is in the menu too. */

/** Between the two keys of a jump. */
const JUMP_WITHIN_MS = 1500;

const palette = document.querySelector<HTMLDialogElement>("#palette");
const search = document.querySelector<HTMLInputElement>("#palette-q");
const shortcuts = document.querySelector<HTMLDialogElement>("#shortcuts");
/** When `g` was pressed, if that was the key before. */
let jumpingSinceMs = Number.NEGATIVE_INFINITY;
/** Enter was pressed before the answer to what was typed came: it is for that answer. */
let hasty = false;

document.addEventListener("keydown", onKey);
search?.addEventListener("keydown", onPaletteKey);
search?.addEventListener("input", () => {
  hasty = false;
});
// A key may be quicker than htmx, which starts a moment after this script.
search?.addEventListener("htmx:after:init", () => palette?.open && fill());
document.addEventListener("htmx:after:swap", markFirst);

function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing || event.repeat || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() !== "k" || event.shiftKey || anyDialog()) return;
    event.preventDefault();
    return openPalette();
  }
  // Single keys: only when they are on, nothing is being typed and nothing waits for an answer (WCAG 2.1.4).
  if (!shortcuts?.dataset.on || isTyping(event.target as Element) || anyDialog()) return;
  onSingleKey(event);
}

function onSingleKey(event: KeyboardEvent) {
  const jumping = event.timeStamp - jumpingSinceMs < JUMP_WITHIN_MS;
  jumpingSinceMs = event.key === "g" ? event.timeStamp : Number.NEGATIVE_INFINITY;
  if (event.key === "?") return shortcuts?.showModal();
  if (!jumping || !/^[a-z]$/.test(event.key)) return;
  const link = shortcuts?.querySelector<HTMLAnchorElement>(`[data-jump="${event.key}"]`);
  if (link) location.assign(link.getAttribute("href") ?? "/");
}

const anyDialog = () => document.querySelector("dialog[open]") !== null;

const isTyping = (target: Element) =>
  target.closest?.("input, textarea, select, [contenteditable]:not([contenteditable=false])") != null;

function openPalette() {
  if (!palette || !search) return;
  search.value = "";
  hasty = false;
  // The dialog gives the focus back to where it was when it closes.
  palette.showModal();
  search.focus();
  fill();
}

/** With what is found for nothing typed, or for what was typed meanwhile. */
const fill = () => search?.dispatchEvent(new CustomEvent("palette-open"));

const options = () => [...document.querySelectorAll<HTMLElement>("#palette-list > [role=option]")];

function onPaletteKey(event: KeyboardEvent) {
  if (event.isComposing) return;
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Enter") {
    event.preventDefault();
    hasty = !isAnswered();
    if (!hasty) goTo(all[at]);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(all, (at + step + all.length) % all.length);
  }
}

/** Whether the list is about what stands in the field. */
const isAnswered = () => document.getElementById("palette-list")?.dataset.q === search?.value.trim();

function goTo(option: HTMLElement | undefined) {
  const address = option?.getAttribute("href");
  if (address) location.assign(address);
}

function choose(all: readonly HTMLElement[], place: number) {
  for (const option of all) option.setAttribute("aria-selected", "false");
  const chosen = all[place];
  chosen?.setAttribute("aria-selected", "true");
  chosen?.scrollIntoView?.({ block: "nearest" });
  if (chosen) search?.setAttribute("aria-activedescendant", chosen.id);
  else search?.removeAttribute("aria-activedescendant");
}

/** A new list: its first entry is what Enter takes. */
function markFirst() {
  if (!palette?.open) return;
  choose(options(), 0);
  if (!hasty || !isAnswered()) return;
  hasty = false;
  goTo(options()[0]);
}
