/** Messages in the corner: they leave by themselves after reading time, and are undone from the keyboard too. */
const READING_MS = { least: 6_000, perCharacter: 80, withUndo: 20_000 };
/** Somebody points at it, has the focus in it or reads something else first: then it stays, and a little longer. */
const STAY_MS = 2_000;

const home = document.getElementById("toasts");
const place = home?.nextElementSibling;

if (home) new MutationObserver(() => arrived(home)).observe(home, { childList: true });
// Behind an open dialog nobody would see them.
document.addEventListener("toggle", stayVisible, true);
document.addEventListener("close", stayVisible, true);
document.addEventListener("keydown", onUndoKey);
document.addEventListener("keydown", onEscape);

const timed = new WeakSet<Element>();

function arrived(toasts: HTMLElement) {
  stayVisible();
  for (const toast of toasts.querySelectorAll<HTMLElement>(".toast:not([role=alert])")) {
    if (timed.has(toast)) continue;
    timed.add(toast);
    const { least, perCharacter, withUndo } = READING_MS;
    const readingMs = Math.max(least, perCharacter * (toast.textContent ?? "").length);
    leaveAfter(toast, toast.querySelector("form") ? Math.max(withUndo, readingMs) : readingMs);
  }
}

function leaveAfter(toast: HTMLElement, afterMs: number) {
  setTimeout(() => {
    const needed = document.hidden || document.querySelector("dialog[open]") || toast.matches(":hover, :focus-within");
    if (needed) leaveAfter(toast, STAY_MS);
    else toast.remove();
  }, afterMs);
}

/** In a modal dialog everything else is out of reach: the messages move into it, and back when it closes. */
function stayVisible() {
  if (!home || !place) return;
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  if (dialog && home.childElementCount > 0) dialog.append(home);
  else if (!dialog && home.nextElementSibling !== place) place.before(home);
}

/** What Ctrl+Z does where nothing is being typed. */
function onUndoKey(event: KeyboardEvent) {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "z") return;
  const typing = (event.target as Element).closest?.("input:not([type=checkbox], [type=radio]), textarea, select");
  const undo = home?.querySelector<HTMLElement>(".undo button");
  if (typing || !undo || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  undo.click();
}

function onEscape(event: KeyboardEvent) {
  const toast = (event.target as Element).closest?.("#toasts > *");
  if (event.key === "Escape" && toast) toast.querySelector<HTMLElement>("[data-dismiss]")?.click();
}
