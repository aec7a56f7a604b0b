/**
 * Everything that runs in the browser, as one bundle: with two scripts htmx may start before the second has registered.
 * Nothing here is needed to sign in; without it every form and link still works.
 */
import htmx, { type HtmxRequestCtx } from "htmx.org";

const UNREACHABLE = "Could not reach the server. Try again.";
const UNREADABLE = "The server's answer could not be shown. Reload the page and try again.";
/** Long enough to press the button oneself, short enough not to be waited for. */
const CODE_PAUSE_MS = 250;
const COPIED_MS = 2000;

// Back and forward load the page again instead of asking for it behind the old address.
htmx.config.history = "reload";

lockDown();
document.addEventListener("click", onClick);
document.addEventListener("input", submitFullCode);
document.addEventListener("submit", hidePasswords, true);
htmx.on("htmx:config:request", skipHiddenPolls);
htmx.on("htmx:before:request", markBusy);
htmx.on("htmx:after:request", forgetTrouble);
htmx.on("htmx:before:swap", refuseForeignAnswers);
htmx.on("htmx:after:swap", placeFocus);
htmx.on("htmx:finally:request", clearBusy);
htmx.on("htmx:error", ({ detail }) => showTrouble(detail.ctx, detail.ctx?.response ? UNREADABLE : UNREACHABLE));
// A page kept by the browser may show what its visitor may no longer see.
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

type RequestEvent = CustomEvent<{ ctx: HtmxRequestCtx }>;

function skipHiddenPolls(event: RequestEvent) {
  if (event.detail.ctx.sourceEvent?.type === "every" && document.hidden) event.preventDefault();
}

/** Still busy means that the answer was a redirect: the page is about to go, a second click must not send again. */
function markBusy(event: RequestEvent) {
  const { target } = event.detail.ctx;
  if (target.ariaBusy === "true") event.preventDefault();
  else target.ariaBusy = "true";
}

function clearBusy({ detail: { ctx } }: RequestEvent) {
  if (!ctx.response?.headers.has("HX-Redirect")) ctx.target.ariaBusy = null;
}

/** htmx swaps whatever comes back. A proxy's error page or JSON would wipe out the form with what was typed in it. */
function refuseForeignAnswers(event: RequestEvent) {
  const { ctx } = event.detail;
  if (!ctx.response || !ctx.text) return;
  const fromProxy = ctx.response.status === 502 || ctx.response.status === 504;
  if (!fromProxy && ctx.response.headers.get("Content-Type")?.startsWith("text/html")) return;
  event.preventDefault();
  showTrouble(ctx, fromProxy ? UNREACHABLE : UNREADABLE);
}

/** A card says for itself that it is out of date; it would otherwise repeat the message at every refresh. */
function showTrouble(ctx: HtmxRequestCtx | undefined, message: string) {
  if (ctx?.target.matches(".card-body")) (ctx.target as HTMLElement).dataset.offline = "";
  else say(message, "toast");
}

function forgetTrouble({ detail: { ctx } }: RequestEvent) {
  delete (ctx.target as HTMLElement).dataset.offline;
  say("");
}

/** Puts a message into the live region of the layout, where it is read out; without a class name only there. */
function say(text: string, className = "visually-hidden") {
  const message = Object.assign(document.createElement("p"), { className, textContent: text });
  document.getElementById("toasts")?.replaceChildren(...(text ? [message] : []));
}

// Focus -------------------------------------------------------------------------------------------------------------

/** htmx keeps the focus where ids allow it and obeys autofocus. This is for the rest: first mistake, else the heading. */
function placeFocus({ detail: { ctx } }: RequestEvent) {
  const root = ctx.target.isConnected ? ctx.target : ctx.sourceElement;
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
  const button = (event.target as Element).closest<HTMLElement>("[data-copy], [data-print], [data-reveal]");
  if (!button) return;
  if (button.dataset.copy) copy(button, button.dataset.copy);
  else if (button.dataset.print) window.print();
  else revealPasswords(button);
}

async function copy(button: HTMLElement, selector: string) {
  const source = document.querySelector<HTMLElement>(selector);
  if (!source) return;
  const copied = await toClipboard(source);
  say(copied ? "Copied." : "Selected. Press Ctrl+C or Command+C to copy.", copied ? undefined : "toast");
  if (!copied || button.dataset.label) return;
  button.dataset.label = button.textContent;
  button.textContent = "Copied";
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
  const show = button.ariaPressed !== "true";
  button.ariaPressed = String(show);
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

/** Only for digits typed or pasted by hand: a program that fills in the field presses the button itself. */
function submitFullCode(event: Event) {
  const field = event.target as HTMLInputElement;
  const { inputType, data } = event as InputEvent;
  const byHand = inputType === "insertFromPaste" || data?.length === 1;
  if (!byHand || !isFullCode(field)) return;
  setTimeout(() => isFullCode(field) && field.form?.requestSubmit(), CODE_PAUSE_MS);
}

function isFullCode({ value, dataset }: HTMLInputElement): boolean {
  const digits = value.replace(/\s/g, "");
  return /^\d+$/.test(digits) && digits.length === Number(dataset.submitAtDigits);
}
