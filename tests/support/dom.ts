import { Window } from "happy-dom";
import { loadAssets } from "#src/assets.ts";

const ORIGIN = "http://localhost:3000";
/** htmx starts, swaps and settles in timers of a few milliseconds. */
const TICK_MS = 5;
const MAX_REDIRECTS = 5;

/** Browser things our bundle asks for by name. Passed in as parameters: nothing of happy-dom becomes global. */
const GLOBALS = [
  ...["window", "document", "location", "history", "navigator", "Document", "DOMParser", "Node", "Element"],
  ...["ShadowRoot", "HTMLTemplateElement", "HTMLInputElement", "HTMLTextAreaElement", "CustomEvent", "FormData", "CSS"],
  ...["CSSStyleSheet", "IntersectionObserver", "MutationObserver", "XPathEvaluator", "console", "getSelection"],
];

type Application = { fetch(request: Request): Response | Promise<Response> };
type Parser = { parseFromString(html: string, type: string): Document };

const scriptText = async (place: "outside" | "inside") => {
  const assets = await loadAssets();
  return new TextDecoder().decode(assets.find(assets[place].js)?.body("identity"));
};
const outsideScript = scriptText("outside");
const insideScript = scriptText("inside");

/**
 * One page of an application in a browser of its own, with our client script running. Every request goes to
 * `app.fetch`; cookies are kept and redirects followed as a browser does it. No layout, no CSP, no bfcache.
 */
export async function openPage(app: Application, path: string): Promise<DomPage> {
  const page = new DomPage(app, path);
  await page.load();
  return page;
}

/** What htmx leaves on the window its extensions read as a global; here the window is a parameter. */
const GLOBAL_HTMX = `const htmx = new Proxy({}, {
  get: (_, name) => (typeof window.htmx[name] === "function" ? window.htmx[name].bind(window.htmx) : window.htmx[name]),
});`;

export class DomPage {
  readonly window: Window;
  /** Everything that was sent, oldest first. */
  readonly requests: Request[] = [];
  /** Where HX-Redirect would have gone; the page itself stays as it is. */
  readonly navigations: string[] = [];
  private readonly cookies = new Map<string, string>();
  private running = 0;

  constructor(
    private readonly app: Application,
    path: string,
  ) {
    this.window = new Window({ url: ORIGIN + path });
  }

  get document(): Document {
    return this.window.document as unknown as Document;
  }

  /** The element, or a failed test that names the selector. */
  find<T extends Element = HTMLElement>(selector: string): T {
    const element = this.document.querySelector<T>(selector);
    if (!element) throw new Error(`No ${selector} in the page.`);
    return element;
  }

  /** Types into the field of this name. */
  fill(name: string, value: string): void {
    const field = this.find<HTMLInputElement>(`input[name="${name}"]`);
    field.focus();
    field.value = value;
    field.dispatchEvent(this.event("input"));
  }

  /** Presses the button with this text. */
  press(text: string): void {
    const button = [...this.document.querySelectorAll("button")].find((one) => one.textContent?.trim() === text);
    if (!button) throw new Error(`No button "${text}" in the page.`);
    button.click();
  }

  event(type: string): Event {
    return new this.window.Event(type, { bubbles: true }) as unknown as Event;
  }

  /** Until no request is under way and everything is swapped. */
  async settle(): Promise<void> {
    do await Bun.sleep(TICK_MS);
    while (this.running > 0);
    await Bun.sleep(TICK_MS);
  }

  async load(): Promise<void> {
    const answer = await this.send(this.window.location.href, {});
    this.document.write(await answer.text());
    Object.assign(this.window, { fetch: (url: string, init: RequestInit) => this.send(url, init) });
    const isInside = this.document.querySelector("body.inside") !== null;
    const script = await (isInside ? insideScript : outsideScript);
    const scope = { ...browserScope(this.window), ...(isInside && this.insideScope()) } as Record<string, unknown>;
    const names = [...GLOBALS, "fetch"];
    new Function(...names, GLOBAL_HTMX + script)(...names.map((name) => scope[name]));
    const { htmx } = this.window as unknown as { htmx: { _loc: unknown } };
    htmx._loc = navigationRecorder(this.navigations);
    await this.settle();
  }

  /** What the script of people who are signed in uses besides; where it would go is noted. */
  private insideScope() {
    const go = (address: string) => void this.navigations.push(address);
    const location = new Proxy(this.window.location, {
      get: (real, name) => (name === "replace" || name === "assign" ? go : Reflect.get(real, name, real)),
    });
    return { fetch: (url: string, init: RequestInit) => this.send(url, init), location };
  }

  async close(): Promise<void> {
    await this.window.happyDOM.close();
  }

  private async send(url: string, init: RequestInit): Promise<Response> {
    this.running++;
    try {
      return await this.follow(new URL(url, this.window.location.href).href, init);
    } finally {
      this.running--;
    }
  }

  private async follow(url: string, { method = "GET", body = null, headers, signal = null }: RequestInit) {
    let request = new Request(url, { method, body, signal, headers: this.withBrowserHeaders(headers) });
    for (let hops = 0; hops < MAX_REDIRECTS; hops++) {
      this.requests.push(request.clone() as Request);
      const response = await this.app.fetch(request);
      this.keepCookies(response);
      const location = response.headers.get("Location");
      if (response.status < 300 || response.status > 399 || location === null) return response;
      request = new Request(new URL(location, request.url), { headers: this.withBrowserHeaders(headers) });
    }
    throw new Error("Too many redirects.");
  }

  private withBrowserHeaders(given: RequestInit["headers"]): Headers {
    const headers = new Headers(given);
    headers.set("Origin", ORIGIN);
    headers.set("Sec-Fetch-Site", "same-origin");
    headers.set("Cookie", [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    return headers;
  }

  private keepCookies(response: Response): void {
    for (const cookie of response.headers.getSetCookie()) {
      const { name, value, maxAge } = Bun.Cookie.parse(cookie);
      if (maxAge === 0 || value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

function navigationRecorder(navigations: string[]) {
  return {
    set href(address: string) {
      navigations.push(address);
    },
    reload() {
      navigations.push("reload");
    },
  };
}

/** The window's own objects, plus what happy-dom lacks or does differently from browsers. */
function browserScope(window: Window): Record<string, unknown> {
  const own = window as unknown as Record<string, unknown>;
  return {
    ...Object.fromEntries(GLOBALS.map((name) => [name, own[name]])),
    window,
    getSelection: () => window.getSelection(),
    XPathEvaluator: NoHxOn,
    Document: { parseHTMLUnsafe: (html: string) => parseHtml(window, html) },
    // htmx logs failures with whole elements in them: thousands of lines.
    console: { ...console, error() {} },
  };
}

/** htmx looks for hx-on attributes by XPath; there are none here, a test of the views sees to it. */
class NoHxOn {
  createExpression() {
    return { evaluate: () => ({ iterateNext: () => null }) };
  }
}

/** happy-dom's parser drops bare table rows inside a template, and htmx wraps every answer in one. */
function parseHtml(window: Window, html: string): Document {
  const parser = new window.DOMParser() as unknown as Parser;
  const wrapped = /^<template>([\s\S]*)<\/template>$/.exec(html.trim());
  if (!wrapped) return parser.parseFromString(html, "text/html");
  const parsed = parser.parseFromString("<body></body>", "text/html");
  const template = parsed.createElement("template");
  template.innerHTML = wrapped[1]!;
  parsed.body.append(template);
  return parsed;
}
