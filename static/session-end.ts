/** Says so before the session ends, and leaves the page when it has: nothing private stays on a screen nobody sits at. */
type TimeLeft = { idleMs: number; lifetimeMs: number; warnMs: number };

/** While the warning is shown: somebody may have gone on in another tab. */
const LOOK_AGAIN_MS = 15_000;
/** Timers may be a little early. */
const LATER_MS = 500;

const dialog = document.querySelector<HTMLDialogElement>("#session-end");
const address = dialog?.querySelector("[data-stay]")?.getAttribute("formaction") ?? "/session";
/** The path of another app that the house may stand under; else nothing. */
const base = address.slice(0, -"/session".length);
let timer: ReturnType<typeof setTimeout> | undefined;
/** By the clock of this machine, which also goes on while it sleeps; only differences of it are used. */
let endsAtMs = 0;
/** Esc: the person has seen it and does not want to see it again. */
let dismissed = false;

if (dialog) {
  const { idleMs, lifetimeMs, warnMs } = document.body.dataset;
  plan({ idleMs: Number(idleMs), lifetimeMs: Number(lifetimeMs), warnMs: Number(warnMs) });
  dialog.querySelector("[data-stay]")?.addEventListener("click", () => void ask("POST"));
  dialog.addEventListener("cancel", () => {
    dismissed = true;
  });
  dialog.querySelector("[data-close]")?.addEventListener("click", () => {
    dismissed = true;
  });
  // A machine that slept, or a tab that was out of sight, may have missed its moment.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() > endsAtMs - Number(warnMs)) void ask("GET");
  });
}

/** The page's own times are those of its last request: before it warns it asks, for other tabs count too. */
function plan({ idleMs, lifetimeMs, warnMs }: TimeLeft) {
  const leftMs = Math.min(idleMs, lifetimeMs);
  endsAtMs = Date.now() + leftMs;
  wake(Math.max(0, leftMs - warnMs));
}

function wake(afterMs: number) {
  clearTimeout(timer);
  timer = setTimeout(() => void ask("GET"), afterMs);
}

async function ask(method: "GET" | "POST") {
  clearTimeout(timer);
  try {
    const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
    const polling: Record<string, string> = method === "GET" ? { "X-Polling": "1" } : {};
    const answer = await fetch(address, { method, headers: { ...headers, ...polling } });
    if (answer.status === 401) return leave(answer.headers.get("HX-Redirect") ?? `${base}/login`);
    if (answer.ok) return show((await answer.json()) as TimeLeft);
  } catch {
    // Away for a moment, or for good: the end comes all the same.
  }
  if (Date.now() >= endsAtMs) leave(signInAddress());
  else wake(Math.min(LOOK_AGAIN_MS, endsAtMs - Date.now() + LATER_MS));
}

const signInAddress = () =>
  `${base}/login?next=${encodeURIComponent(location.pathname.slice(base.length) + location.search)}`;

function show(left: TimeLeft) {
  const leftMs = Math.min(left.idleMs, left.lifetimeMs);
  if (leftMs > left.warnMs) {
    dismissed = false;
    dialog?.close();
    return plan(left);
  }
  endsAtMs = Date.now() + leftMs;
  warn(left, leftMs);
  wake(Math.min(LOOK_AGAIN_MS, leftMs + LATER_MS));
}

function warn({ idleMs, lifetimeMs }: TimeLeft, leftMs: number) {
  if (!dialog || dismissed) return;
  const kind = idleMs < lifetimeMs ? "idle" : "lifetime";
  for (const part of dialog.querySelectorAll<HTMLElement>("[data-end]")) part.hidden = part.dataset.end !== kind;
  const title = dialog.querySelector<HTMLElement>("h2[data-in]");
  // By whole minutes, in the page's language.
  if (title) title.textContent = JSON.parse(title.dataset.in ?? "[]")[Math.round(leftMs / 60_000)] ?? title.textContent;
  if (!dialog.open) dialog.showModal();
}

/** Blank at once: the sign-in page may take a while, or never come when the server is away. */
function leave(address: string) {
  document.body.hidden = true;
  dialog?.close();
  location.replace(address);
}
