import { afterEach, expect, test } from "bun:test";
import { Hono } from "hono";
import { type DomPage, openPage } from "#tests/support/dom.ts";
import { Dashboard, FragmentBody } from "#views/dashboard.tsx";
import { RecoveryCodes } from "#views/enrol.tsx";
import { Layout } from "#views/layout.tsx";
import { CodeForm, LoginForm } from "#views/login.tsx";

const APP = {
  name: "Gatehouse",
  outside: { css: "/outside.css", js: "/outside.js" },
  inside: { css: "/inside.css", js: "/inside.js" },
  icon: "/icon.svg",
};

let page: DomPage;
afterEach(() => page.close());

/** Small enough to read: one name, one password, one code. */
function openDoor() {
  const app = new Hono();
  app.get("/login", (c) => c.html(inLayout(<LoginForm />)));
  app.post("/login", async (c) => {
    const { username, password } = await c.req.parseBody<Record<string, string>>();
    if (!username) return c.html(<LoginForm errors={{ username: "Type your username." }} />, 422);
    if (password === "json") return c.json({ oh: "no" });
    if (password === "proxy") return c.html("<h1>Bad gateway</h1>", 502);
    if (password === "gone") throw new TypeError("fetch failed");
    if (password !== "right") return c.html(<LoginForm username={username} error="Wrong." />, 401);
    return c.body(null, 204, { "HX-Redirect": "/" });
  });
  app.get("/login/code", (c) => c.html(inLayout(<CodeForm kind="code" />)));
  app.post("/login/code", (c) => c.html(<CodeForm kind="code" error="Wrong code." />, 401));
  app.onError((error) => {
    throw error;
  });
  return app;
}

const inLayout = (view: unknown) => (
  <Layout title="Test" app={APP} visitor={null} path="/login">
    {view as string}
  </Layout>
);

async function signIn(username: string, password: string): Promise<void> {
  page.fill("username", username);
  page.fill("password", password);
  page.press("Sign in");
  await page.settle();
}

const posts = () => page.requests.filter(({ method }) => method === "POST");
const focused = () => page.document.activeElement?.id;
const toast = () => page.find("#toasts").textContent;

test("a refused form comes back in place, with the name and without the password", async () => {
  page = await openPage(openDoor(), "/login");
  await signIn("ann", "wrong");
  expect(page.find("[role=alert]").textContent).toBe("Wrong.");
  expect(page.find<HTMLInputElement>("#username").value).toBe("ann");
  expect(page.find<HTMLInputElement>("#password").value).toBe("");
  expect(page.document.querySelectorAll("form")).toHaveLength(1);
});

test("after a refusal the focus is where the person goes on: the password, or the first mistake", async () => {
  page = await openPage(openDoor(), "/login");
  await signIn("ann", "wrong");
  expect(focused()).toBe("password");
  page.find("#username").removeAttribute("required");
  await signIn("", "wrong");
  expect(focused()).toBe("username");
});

test("where a form makes room for something else, the focus goes to its heading", async () => {
  const app = new Hono();
  app.get("/login", (c) => c.html(inLayout(<LoginForm />)));
  app.post("/login", (c) => c.html(<RecoveryCodes codes={["AAAAA-BBBBB"]} action="/x" downloadAction="/x.txt" />));
  page = await openPage(app, "/login");
  await signIn("ann", "right");
  expect(page.document.activeElement?.textContent).toBe("Save your recovery codes");
});

test("a double submit sends one request", async () => {
  page = await openPage(openDoor(), "/login");
  page.fill("username", "ann");
  page.fill("password", "wrong");
  page.press("Sign in");
  page.press("Sign in");
  await page.settle();
  expect(posts()).toHaveLength(1);
});

test("204 with HX-Redirect leaves the page, and nothing more is sent from it", async () => {
  page = await openPage(openDoor(), "/login");
  await signIn("ann", "right");
  expect(page.navigations).toEqual(["/"]);
  page.press("Sign in");
  await page.settle();
  expect(posts()).toHaveLength(1);
});

test("a form is busy while its request is under way", async () => {
  page = await openPage(openDoor(), "/login");
  const form = page.find("#login");
  const states: (string | null)[] = [];
  for (const event of ["htmx:after:request", "htmx:finally:request"])
    page.document.addEventListener(event, () => states.push(form.getAttribute("aria-busy")));
  await signIn("ann", "json");
  expect(states).toEqual(["true", null]);
});

for (const [password, message] of [
  ["gone", "Could not reach the server. Try again."],
  ["proxy", "Could not reach the server. Try again."],
  ["json", "The server's answer could not be shown. Reload the page and try again."],
] as const)
  test(`what is typed survives an answer that is none of ours (${password}), and a message says so`, async () => {
    page = await openPage(openDoor(), "/login");
    await signIn("ann", password);
    expect(toast()).toBe(message);
    expect(page.find<HTMLInputElement>("#username").value).toBe("ann");
    expect(page.document.querySelector("h1")?.textContent).toBe("Sign in");
    await signIn("ann", "wrong");
    expect(toast()).toBe("");
  });

test("an answer that asks for another place is put there and leaves the form usable", async () => {
  const app = new Hono();
  app.get("/login", (c) => c.html(inLayout(<LoginForm />)));
  app.post("/login", (c) => c.html("<p>Busy.</p>", 503, { "HX-Retarget": "#toasts", "HX-Reswap": "innerHTML" }));
  page = await openPage(app, "/login");
  await signIn("ann", "right");
  expect(toast()).toBe("Busy.");
  expect(page.find("#login").hasAttribute("aria-busy")).toBe(false);
  await signIn("ann", "right");
  expect(posts()).toHaveLength(2);
});

test("the last digit of a code sends it, once", async () => {
  page = await openPage(openDoor(), "/login/code");
  const code = page.find<HTMLInputElement>("#code");
  for (const digit of "123456") {
    code.value += digit;
    code.dispatchEvent(Object.assign(page.event("input"), { data: digit, inputType: "insertText" }));
  }
  await Bun.sleep(300);
  await page.settle();
  expect(posts()).toHaveLength(1);
  expect(page.find("#code-error").textContent).toBe("Wrong code.");
  expect(focused()).toBe("code");
});

test("passwords can be shown, and are hidden again before they are sent", async () => {
  page = await openPage(openDoor(), "/login");
  const password = page.find<HTMLInputElement>("#password");
  page.press("Show password");
  expect(password.type).toBe("text");
  page.fill("username", "ann");
  page.fill("password", "wrong");
  page.press("Sign in");
  expect(password.type).toBe("password");
  await page.settle();
});

const CARD = { name: "pulse", title: "Pulse", size: "third", height: 1, refresh: "1s" } as const;

test("a card fetches its fragment, marks what it asks by itself as polling and says when it is out of date", async () => {
  const app = new Hono();
  app.get("/", (c) => c.html(inLayout(<Dashboard cards={[CARD]} admin />)));
  const beat = (
    <FragmentBody id="fragment-pulse" href="/fragments/pulse" refresh="1s">
      Beat.
    </FragmentBody>
  );
  let answer = () => new Response(String(beat), { headers: { "Content-Type": "text/html" } });
  app.get("/fragments/pulse", () => answer());
  page = await openPage(app, "/");
  const body = page.find(".card-body");
  expect(body.textContent).toBe("Beat.");
  answer = () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "Content-Type": "text/html" } });
  await Bun.sleep(1000);
  await page.settle();
  expect(page.requests.map(({ headers }) => headers.get("X-Polling"))).toEqual([null, "1", "1"]);
  expect(body.textContent).toBe("Beat.");
  expect(body.hasAttribute("data-offline")).toBe(true);
  expect(toast()).toBe("");
});

test("script in attributes of a fragment does nothing", async () => {
  const app = new Hono();
  app.get("/", (c) => c.html(inLayout(<Dashboard cards={[CARD]} admin />)));
  app.get("/fragments/pulse", (c) =>
    c.html(
      '<p hx-get="/filter" hx-trigger="load[true]">1</p><p hx-get="/values" hx-trigger="load" hx-vals="js:{a: 1}">2</p>',
    ),
  );
  page = await openPage(app, "/");
  expect(page.requests.map(({ url }) => new URL(url).pathname)).toEqual(["/", "/fragments/pulse"]);
});
