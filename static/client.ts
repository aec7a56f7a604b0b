/**
 * What runs in the browser of a stranger, and the first half of what runs inside: see inside.ts.
 * Nothing here is needed to sign in; without it every form and link still works.
 */
import htmx, { type HtmxRequestCtx } from "htmx.org";

/** After the last digit of a code: a hand may be about to press the button, a program that filled it in even later. */
const CODE_PAUSE_MS = { byHand: 200, byProgram: 1000 };
const COPIED_MS = 2000;

/** The page's own words for what happens here; `script` in the catalogue. */
export const words = (name: string) => document.body.getAttribute(`data-say-${name}`) ?? "";

// Back and forward load the page again instead of asking for it behind the old address.
htmx.config.history = "reload";

lockDown();
document.addEventListener("click", onClick);
document.addEventListener("input", submitFullCode);
document.addEventListener("submit", hidePasswords, true);
htmx.on("htmx:config:request", markPolls);
htmx.on("htmx:before:request", markBusy);
htmx.on("htmx:after:request", forgetTrouble);
htmx.on("htmx:before:swap", refuseForeignAnswers);
htmx.on("htmx:after:swap", placeFocus);
htmx.on("htmx:finally:request", clearBusy);
htmx.on("htmx:error", ({ detail: { ctx } }) => showTrouble(ctx, words(ctx?.response ? "unreadable" : "unreachable")));
// Browsers keep pages for the Back button in spite of no-store, and one of them may show what its visitor may no longer
// see: it is kept blank, and loaded anew when it comes back.
window.addEventListener("pagehide", ({ persisted }) => {
  document.body.hidden = persisted;
});
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

/**
 * Gives htmx the one Trusted Types policy the Content-Security-Policy allows, and takes eval and script from it:
 * hx-on, js: values and trigger filters do nothing here.
 */
function lockDown() {
  const refuse = (): never => {
    throw new TypeError("Script from markup is switched off.");
  };
  const rules = { createHTML: (html: string) => html, createScript: refuse };
  const { trustedTypes } = window as { trustedTypes?: { createPolicy(name: string, policy: typeof rules): unknown } };
  const policy = trustedTypes?.createPolicy("htmx", rules) ?? rules;
  type Internals = { initSecurity(policy: unknown, run: () => never, runAsync: () => never): void };
  // Plain functions, since htmx calls them with `new`.
  const noEval = (() => {
    refuse();
  }) as () => never;
  htmx.registerExtension("lock-down", {
    init: (htmxInside: Internals) => htmxInside.initSecurity(policy, noEval, noEval),
  });
}

// Requests ----------------------------------------------------------------------------------------------------------

export type RequestEvent = CustomEvent<{ ctx: HtmxRequestCtx }>;

/** Where each request swaps. Not `ctx.target`: an answer with HX-Retarget puts a selector, a text, in its place. */
const targets = new WeakMap<HtmxRequestCtx, Element>();
/** Elements whose last answer was a redirect: the page is about to go, a second click must not send again. */
const leaving = new WeakSet<Element>();

const isPoll = (ctx: HtmxRequestCtx) => ctx.sourceEvent?.type === "every";

/** The server must not take a card that refreshes itself for a person; nobody looks at it in a hidden tab. */
function markPolls(event: RequestEvent) {
  const { ctx } = event.detail;
  if (!isPoll(ctx)) return;
  ctx.request.headers["X-Polling"] = "1";
  if (document.hidden) event.preventDefault();
}

function markBusy(event: RequestEvent) {
  const { ctx } = event.detail;
  if (leaving.has(ctx.sourceElement)) return event.preventDefault();
  targets.set(ctx, ctx.target);
  for (const element of [ctx.target, ctx.sourceElement]) element.setAttribute("aria-busy", "true");
}

function clearBusy({ detail: { ctx } }: RequestEvent) {
  if (ctx.response?.headers.has("HX-Redirect")) leaving.add(ctx.sourceElement);
  else for (const element of [targets.get(ctx), ctx.sourceElement]) element?.removeAttribute("aria-busy");
}

/** htmx swaps whatever comes back. A proxy's error page or JSON would wipe out the form with what was typed in it. */
function refuseForeignAnswers(event: RequestEvent) {
  const { ctx } = event.detail;
  if (!ctx.response || !ctx.text) return;
  const fromProxy = ctx.response.status === 502 || ctx.response.status === 504;
  if (!fromProxy && /^text\/(html|event-stream)/.test(ctx.response.headers.get("Content-Type") ?? "")) return;
  event.preventDefault();
  showTrouble(ctx, words(fromProxy ? "unreachable" : "unreadable"));
}

/** A card says for itself that it is out of date; it would otherwise repeat the message at every refresh. */
function showTrouble(ctx: HtmxRequestCtx | undefined, message: string) {
  const target = ctx && targets.get(ctx);
  if (target?.matches(".card-body")) target.setAttribute("data-offline", words("silent"));
  else say(message, "toast");
}

function forgetTrouble({ detail: { ctx } }: RequestEvent) {
  targets.get(ctx)?.removeAttribute("data-offline");
  if (!isPoll(ctx)) say("");
}

/**
 * Puts a message into the live region of the layout, where it is read out; without a class name only there. Behind an open
 * dialog nobody would see or hear it: then it is the dialog's last line. What the server said there stays.
 */
export function say(text: string, className = "visually-hidden") {
  const message = Object.assign(document.createElement("p"), { className, textContent: text });
  message.dataset.said = "";
  const dialog = document.querySelector("dialog[open]");
  dialog?.querySelector(":scope > [role=alert]")?.remove();
  const toasts = document.getElementById("toasts");
  toasts?.querySelector(":scope > [data-said], :scope > [data-problem]")?.remove();
  if (!dialog && text) toasts?.append(message);
  if (!text || !dialog) return;
  message.setAttribute("role", "alert");
  dialog.append(message);
}

// Focus -------------------------------------------------------------------------------------------------------------

/** htmx keeps the focus where ids allow it and obeys autofocus. This is for the rest: first mistake, else the heading. */
function placeFocus({ detail: { ctx } }: RequestEvent) {
  const target = targets.get(ctx);
  // After an outerHTML swap of the source itself htmx names the new element as the source.
  const swapped = target?.isConnected ? target : target?.id ? document.getElementById(target.id) : null;
  const root = swapped ?? ctx.sourceElement;
  const byPerson = ctx.request.method !== "GET" || root.id === "main" || root === document.body;
  if (!byPerson) return;
  const mistake = root.querySelector<HTMLElement>("[aria-invalid=true]");
  if (mistake && !document.activeElement?.matches("[aria-invalid=true]")) return mistake.focus();
  if (document.activeElement !== document.body) return;
  const start = root.querySelector<HTMLElement>("[role=alert], h1, h2");
  if (!start) return;
  start.tabIndex = -1;
  start.focus();
}

// Buttons -----------------------------------------------------------------------------------------------------------

function onClick(event: MouseEvent) {
  const button = (event.target as Element).closest<HTMLElement>(
    "[data-copy], [data-print], [data-reveal], [data-close], [data-dismiss]",
  );
  if (!button) return;
  if (button.dataset.copy) copy(button, button.dataset.copy);
  else if ("close" in button.dataset) button.closest("dialog")?.close();
  else if ("dismiss" in button.dataset) dismiss(button);
  else if (button.dataset.print) window.print();
  else revealPasswords(button);
}

/** The focus goes on at the page, not at its start. */
function dismiss(button: HTMLElement) {
  button.parentElement?.remove();
  document.getElementById("main")?.focus({ preventScroll: true });
}

async function copy(button: HTMLElement, selector: string) {
  const source = document.querySelector<HTMLElement>(selector);
  if (!source) return;
  const copied = await toClipboard(source);
  say(words(copied ? "aloud" : "selected"), copied ? undefined : "toast");
  if (!copied || button.dataset.label) return;
  button.dataset.label = button.textContent;
  button.textContent = words("copied");
  await new Promise((resolve) => setTimeout(resolve, COPIED_MS));
  button.textContent = button.dataset.label;
  delete button.dataset.label;
}

/** The clipboard interface exists on https and localhost only; over plain http the older way still works. */
async function toClipboard(source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return document.execCommand("copy");
  }
}

function revealPasswords(button: HTMLElement) {
  const show = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(show));
  setPasswordType(button.closest("form"), show ? "text" : "password");
}

/** Before the browser stores what was typed: a revealed password must not end up among the remembered words. */
function hidePasswords(event: Event) {
  setPasswordType(event.target as HTMLFormElement, "password");
}

function setPasswordType(form: HTMLFormElement | null, type: "text" | "password") {
  for (const field of form?.querySelectorAll<HTMLInputElement>("input[autocomplete$=password]") ?? [])
    field.type = type;
}

// Authentication code -----------------------------------------------------------------------------------------------

function submitFullCode(event: Event) {
  const field = event.target as HTMLInputElement;
  // "123 456", as authenticators show it: the boxes hold six.
  if (field.autocomplete === "one-time-code" && /\s/.test(field.value) && /^[\d\s]+$/.test(field.value))
    field.value = field.value.replace(/\s/g, "");
  if (!isFullCode(field)) return;
  const { inputType, data } = event as InputEvent;
  const byHand = inputType === "insertFromPaste" || data?.length === 1;
  const pauseMs = byHand ? CODE_PAUSE_MS.byHand : CODE_PAUSE_MS.byProgram;
  // By then the field may have been changed, or sent and replaced.
  setTimeout(() => field.isConnected && isFullCode(field) && field.form?.requestSubmit(), pauseMs);
}

function isFullCode({ value, dataset }: HTMLInputElement): boolean {
  const digits = value.replace(/\s/g, "");
  return /^\d+$/.test(digits) && digits.length === Number(dataset.submitAtDigits);
}
