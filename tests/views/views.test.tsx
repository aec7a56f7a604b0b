import { expect, test } from "bun:test";
import { Glob } from "bun";
import { Window } from "happy-dom";
import type { Child } from "hono/jsx";
import { ChoosePasswordForm, SetupForm } from "#views/choose-password.tsx";
import { OneTimeLink } from "#views/copy.tsx";
import { EnrolForm, RecoveryCodes } from "#views/enrol.tsx";
import { Layout } from "#views/layout.tsx";
import { CodeForm, LoginForm } from "#views/login.tsx";
import { problemText } from "#views/problem.tsx";
import { Qr } from "#views/qr.tsx";
import { en } from "#views/words/en.ts";
import { HOSTILE, SAMPLES } from "./samples.tsx";

const VIEWS = `${import.meta.dirname}/../../views`;

function parse(view: Child): Document {
  const { document } = new Window();
  document.write(String(view));
  return document as unknown as Document;
}

const everything = (document: Document) => [...document.querySelectorAll("*")];
const attributes = (document: Document) =>
  everything(document).flatMap((element) => [...element.attributes].map(({ name, value }) => ({ name, value })));

/** Names of all exported views: what starts with a capital and is a function. */
async function exportedViews(): Promise<string[]> {
  const modules = await Promise.all(
    [...new Glob("**/*.tsx").scanSync(VIEWS)].map((file) => import(`${VIEWS}/${file}`)),
  );
  const exported = modules.flatMap((module) => Object.entries(module));
  return exported.filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === "function").map(([name]) => name);
}

test("every exported view has a sample in tests/views/samples.tsx", async () => {
  expect(Object.keys(SAMPLES).toSorted()).toEqual((await exportedViews()).toSorted());
});

for (const [name, views] of Object.entries(SAMPLES))
  for (const [index, view] of views.entries()) {
    const document = parse(view);
    const title = `${name} ${index + 1}`;

    test(`${title}: hostile text stays text`, () => {
      expect(String(view)).not.toMatch(/<script>|<img src=x/);
      expect(attributes(document).filter(({ name }) => /[<>"'&]/.test(name))).toEqual([]);
    });

    test(`${title}: nothing in it that the Content-Security-Policy forbids`, () => {
      const banned = /^(style|on.*|(data-)?hx-on.*|srcdoc|nonce)$/;
      expect(attributes(document).filter(({ name }) => banned.test(name))).toEqual([]);
      expect(attributes(document).filter(({ value }) => /^\s*(javascript|js):/i.test(value))).toEqual([]);
      expect(document.querySelectorAll("style, script:not([src]), iframe, object, base")).toHaveLength(0);
      expect([...document.querySelectorAll("[hx-trigger*='[']")]).toEqual([]);
    });

    test(`${title}: forms work with and without JavaScript`, () => {
      for (const form of document.querySelectorAll("form")) expect(mistakesOfForm(form)).toEqual([]);
    });

    test(`${title}: ids are unique, labels and descriptions lead somewhere, no secret is echoed`, () => {
      expect(brokenReferences(document)).toEqual([]);
      expect(
        document.querySelectorAll("input[type=password][value], input[autocomplete=one-time-code][value]"),
      ).toHaveLength(0);
    });
  }

function mistakesOfForm(form: Element): string[] {
  const mistakes: string[] = [];
  // Asking changes nothing: the fields are part of the address.
  if (form.hasAttribute("hx-get") && !form.hasAttribute("hx-post")) return asksRightly(form) ? [] : ["hx-get"];
  if (form.getAttribute("method") !== "post") mistakes.push("method");
  if (!form.getAttribute("action")) mistakes.push("action");
  // A download needs a real navigation: the only reason to do without htmx.
  if (/\.(txt|csv)$|\/export$/.test(form.getAttribute("action") ?? "")) return mistakes;
  // A menu: each of its buttons posts by itself.
  const buttons = [...form.querySelectorAll("button[type=submit][formaction]")];
  if (buttons.length > 0)
    return mistakes.concat(buttons.filter((button) => !postsByItself(button)).map(() => "button"));
  // So does going on where a page without scripts was interrupted: the browser itself repeats its post.
  if (form.getAttribute("action")?.startsWith("/confirm?")) return mistakes;
  if (form.getAttribute("hx-post") !== form.getAttribute("action")) mistakes.push("hx-post");
  if (form.getAttribute("hx-swap") !== "outerHTML") mistakes.push("hx-swap");
  if (form.getAttribute("hx-sync") !== "this:drop") mistakes.push("hx-sync");
  if (!form.id) mistakes.push("id");
  return mistakes;
}

const asksRightly = (form: Element): boolean =>
  (form.getAttribute("method") ?? "get") === "get" && form.getAttribute("hx-get") === form.getAttribute("action");

const postsByItself = (button: Element): boolean =>
  button.getAttribute("hx-post") === button.getAttribute("formaction") &&
  button.getAttribute("hx-swap") === "outerHTML" &&
  button.getAttribute("hx-sync") === "this:drop";

function brokenReferences(document: Document): string[] {
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  const used = ["for", "aria-describedby", "aria-labelledby"].flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].flatMap((element) => element.getAttribute(name)?.split(" ") ?? []),
  );
  const unlabelled = [...document.querySelectorAll("input:not([type=hidden])")].filter(
    (input) => !input.getAttribute("aria-label") && !document.querySelector(`label[for="${input.id}"]`),
  );
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index),
    ...used.filter((id) => !ids.includes(id)),
    ...unlabelled.map(({ outerHTML }) => outerHTML),
  ];
}

/** What browser tests and password managers find things by. */
const CONTRACT: [view: Child, fields: Record<string, string>, button: string][] = [
  [<LoginForm />, { username: "Username", password: "Password" }, "Sign in"],
  [<CodeForm kind="code" />, { code: "Authentication code" }, "Verify"],
  [<CodeForm kind="recovery" />, { recovery_code: "Recovery code" }, "Verify"],
  [
    <SetupForm action="/setup/x" />,
    { username: "Username", new_password: "New password", confirm_password: "Confirm new password" },
    "Create account",
  ],
  [
    <ChoosePasswordForm id="reset" action="/reset/x" username="ann" title="Reset" submit="Reset password" />,
    { username: "Username", new_password: "New password", confirm_password: "Confirm new password" },
    "Reset password",
  ],
];

test("fields, labels and buttons of the contract are there", () => {
  for (const [view, fields, button] of CONTRACT) {
    const document = parse(view);
    const found = [...document.querySelectorAll("label")].map((label) => [
      document.getElementById(label.htmlFor)?.getAttribute("name"),
      label.textContent,
    ]);
    expect(Object.fromEntries(found)).toEqual(fields);
    expect(document.querySelector("button[type=submit]")?.textContent).toBe(button);
  }
});

test("the text of the key, the recovery codes and the one-time link is exactly what they are", () => {
  const textOf = (view: Child, id: string) => parse(view).querySelector(`[data-testid="${id}"]`)?.textContent;
  const enrol = <EnrolForm qr="x" secret="JBSWY3DPEHPK3PXP" uri="x" issuer="x" account="x" action="/x" />;
  expect(textOf(enrol, "totp-key")).toBe("JBSWY3DPEHPK3PXP");
  const codes = <RecoveryCodes codes={["AAAAA-BBBBB", "CCCCC-DDDDD"]} action="/x" downloadAction="/x.txt" />;
  expect(textOf(codes, "recovery-codes")?.split(/\s+/).filter(Boolean)).toEqual(["AAAAA-BBBBB", "CCCCC-DDDDD"]);
  const link = <OneTimeLink href="https://gatehouse.test/invite/abc" label="Invitation" />;
  expect(textOf(link, "one-time-link")).toBe("https://gatehouse.test/invite/abc");
});

test("the menu marks the page, also for pages below an entry", () => {
  const current = (path: string) => {
    const menu = [{ title: "People", href: "/admin/users" }];
    const app = { name: "x", outside: { css: "x", js: "x" }, inside: { css: "x", js: "x" }, icon: "x" };
    const page = <Layout title="x" app={app} visitor={{ username: "ann", role: "admin" }} menu={menu} path={path} />;
    return [...parse(page).querySelectorAll("[aria-current]")].map(({ textContent }) => textContent);
  };
  expect(current("/")).toEqual(["Dashboard"]);
  expect(current("/admin/users/7")).toEqual(["People"]);
  expect(current("/admin/users-old")).toEqual([]);
});

test("strangers get no menu; between password and code there is only the way out", () => {
  const app = { name: "x", outside: { css: "x", js: "x" }, inside: { css: "x", js: "x" }, icon: "x" };
  const stranger = parse(<Layout title="x" app={app} visitor={null} path="/login" />);
  const halfway = parse(<Layout title="x" app={app} visitor={null} path="/login/code" canCancel />);
  expect(stranger.querySelectorAll("nav, button")).toHaveLength(0);
  expect(halfway.querySelectorAll("nav")).toHaveLength(0);
  expect(halfway.querySelector("form[action='/logout'] button")?.textContent).toBe("Sign out");
});

test("the QR code has its quiet zone and is dark on white", () => {
  const svg = parse(<Qr text="otpauth://totp/ann" label="For ann" />).querySelector("svg");
  const side = Number(svg?.getAttribute("viewBox")?.split(" ")[2]);
  expect(svg?.querySelector("rect")?.getAttribute("fill")).toBe("#fff");
  const starts = [...(svg?.querySelector("path")?.getAttribute("d") ?? "").matchAll(/M(\d+) (\d+)h(\d+)/g)];
  for (const [, x, y, width] of starts) {
    expect(Math.min(Number(x), Number(y))).toBeGreaterThanOrEqual(4);
    expect(Math.max(Number(x) + Number(width), Number(y) + 1)).toBeLessThanOrEqual(side - 4);
  }
});

test("every error status says what happened and what to do", () => {
  for (const status of [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503]) {
    expect(problemText(en, status).title).not.toBe("");
    expect(problemText(en, status).message).toMatch(/\.$/);
  }
  expect(problemText(en, 502)).toEqual(problemText(en, 500));
  expect(problemText(en, 418)).toEqual(problemText(en, 400));
});

test("hostile text is really hostile", () => {
  expect(`<p title="${HOSTILE}">`).toMatch(/<script>/);
});
