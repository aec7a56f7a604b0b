import { afterEach, expect, test } from "bun:test";
import { Hono } from "hono";
import { type DomPage, openPage } from "#tests/support/dom.ts";
import { ConfirmDialog } from "#views/confirm.tsx";
import { Layout } from "#views/layout.tsx";

const APP = {
  name: "Gatehouse",
  outside: { css: "/outside.css", js: "/outside.js" },
  inside: { css: "/inside.css", js: "/inside.js" },
  icon: "/icon.svg",
};
const UNREACHABLE = "Could not reach the server. Try again.";

let page: DomPage;
afterEach(() => page.close());

/** A page with a form whose answer is a dialog, which the server then does not answer. */
async function openDialog(): Promise<HTMLDialogElement> {
  const app = new Hono();
  app.get("/", (c) =>
    c.html(
      <Layout title="Test" app={APP} visitor={{ username: "ann", role: "user" }} path="/">
        <form id="act" method="post" action="/act" hx-post="/act" hx-swap="outerHTML">
          <button type="submit">Act</button>
        </form>
      </Layout>,
    ),
  );
  app.post("/act", (c) => {
    c.header("HX-Retarget", "#dialogs");
    c.header("HX-Reswap", "innerHTML");
    return c.html(<ConfirmDialog kind="password" canUseCode={false} />, 403);
  });
  app.post("/confirm", () => {
    throw new TypeError("fetch failed");
  });
  app.onError((error) => {
    throw error;
  });
  page = await openPage(app, "/");
  page.press("Act");
  await page.settle();
  return page.find<HTMLDialogElement>("#dialogs > dialog");
}

async function confirm(): Promise<void> {
  page.find<HTMLInputElement>("dialog[open] input[type=password]").value = "x";
  page.press("Confirm");
  await page.settle();
}

test("a message is read out where it can be: in the dialog that is open, not behind it", async () => {
  const dialog = await openDialog();
  expect(dialog.open).toBe(true);
  await confirm();
  expect(dialog.querySelector(":scope > [role=alert]")?.textContent).toBe(UNREACHABLE);
  expect(page.find("#toasts").textContent).toBe("");
});

test("the same message again is a new one, and there is never more than one", async () => {
  const dialog = await openDialog();
  await confirm();
  const first = dialog.querySelector(":scope > [role=alert]");
  await confirm();
  const all = dialog.querySelectorAll(":scope > [role=alert]");
  expect(all).toHaveLength(1);
  expect(all[0]).not.toBe(first);
});

test("the region for messages is in the page from the start, and polite", async () => {
  await openDialog();
  const region = page.find("#toasts");
  expect([region.getAttribute("role"), region.getAttribute("aria-live")]).toEqual(["status", "polite"]);
});
