import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "#tests/support/browser.ts";
import { type Look, type Looker, openScreens, SCREENS, type Screens } from "#tests/support/screens.ts";

const LIMIT_MS = 60_000;
const DESK = { colorScheme: "light", width: 1280, height: 800 } as const;
const PHONE = { colorScheme: "light", width: 360, height: 740 } as const;

let browser: Browser;
let screens: Screens;
let looker: Looker;

beforeAll(async () => {
  [browser, screens] = await Promise.all([openBrowser(), openScreens()]);
}, LIMIT_MS);
afterAll(async () => {
  await browser?.close();
  await screens?.close();
}, LIMIT_MS);

/** One thing in one window. */
function see(what: string, look: Look, screen: string, work: (page: Page) => Promise<void>): void {
  test(
    what,
    async () => {
      looker = await screens.look(browser, look);
      try {
        await work(await looker.show(SCREENS.find(({ name }) => name === screen)!));
      } finally {
        await looker.end();
      }
    },
    LIMIT_MS,
  );
}

const boxOf = async (page: Page, selector: string) => (await page.locator(selector).first().boundingBox())!;

describe("the code field", () => {
  see("takes what authenticators show, and sends it", DESK, "code", async (page) => {
    const taken = await page.evaluate(() => {
      const field = document.querySelector<HTMLInputElement>("#code")!;
      field.value = "000 000";
      field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
      // Here: soon it is sent, and the answer empties the field.
      return field.value;
    });
    expect(taken).toBe("000000");
    await page.locator("#code-error").waitFor();
  });

  see("shows each digit in its box, and does not scroll behind the last one", DESK, "code", async (page) => {
    await page.locator("#code").evaluate((field: HTMLInputElement) => field.removeAttribute("data-submit-at-digits"));
    const before = await boxOf(page, ".code-boxes");
    await page.locator("#code").pressSequentially("123456");
    const after = await boxOf(page, ".code-boxes");
    expect(after).toEqual(before);
    const scrolled = await page
      .locator("#code")
      .evaluate(({ scrollLeft, scrollWidth, clientWidth }) => [scrollLeft, scrollWidth > clientWidth]);
    expect(scrolled).toEqual([0, false]);
  });

  see("stays inside a narrow window with large text", { ...PHONE, width: 320 }, "code", async (page) => {
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    const { x, width } = await boxOf(page, ".code-boxes");
    expect(x + width).toBeLessThanOrEqual(320);
  });
});

describe("a toast", () => {
  const ending = (page: Page) => page.getByRole("button", { name: /^End the session/ }).first();
  const toast = (page: Page) => page.locator("#toasts > .toast");
  const endOne = async (page: Page) => {
    await page.clock.install();
    await ending(page).click();
    await toast(page).getByText("Session ended.").waitFor();
  };

  see("is undone with the keyboard alone", DESK, "account", async (page) => {
    const before = await ending(page).count();
    await endOne(page);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Sessions");
    await page.keyboard.press("Control+z");
    await toast(page).getByText("Session restored.").waitFor();
    expect(await ending(page).count()).toBe(before);
  });

  see("stays while it has the focus, and goes when it is dismissed", DESK, "account", async (page) => {
    await endOne(page);
    await toast(page).getByRole("button", { name: "Undo" }).focus();
    await page.clock.runFor(120_000);
    expect(await toast(page).count()).toBe(1);
    await page.keyboard.press("Enter");
    await toast(page).getByText("Session restored.").waitFor();
    await toast(page).getByRole("button", { name: "Dismiss" }).click();
    expect(await toast(page).count()).toBe(0);
  });

  see("with a mistake stays", DESK, "person", async (page) => {
    await page.clock.install();
    await page.locator("#toasts").evaluate((toasts) => {
      const bad = document.createElement("div");
      bad.className = "toast";
      bad.setAttribute("role", "alert");
      toasts.append(bad);
    });
    await page.clock.runFor(600_000);
    expect(await toast(page).count()).toBe(1);
  });

  see("is above an open dialog, and goes back when that closes", DESK, "account", async (page) => {
    await endOne(page);
    await page.keyboard.press("Control+k");
    await page.locator("#palette[open] #toasts > .toast").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("body > #toasts > .toast").waitFor();
    await page.keyboard.press("Control+z");
    await toast(page).getByText("Session restored.").waitFor();
  });

  see(
    "leaves after reading time, later with an undo; the page says it to screen readers",
    DESK,
    "account",
    async (page) => {
      await endOne(page);
      expect(await page.locator("#toasts").getAttribute("role")).toBe("status");
      await page.clock.runFor(15_000);
      expect(await toast(page).count()).toBe(1);
      await page.clock.runFor(10_000);
      expect(await toast(page).count()).toBe(0);
    },
  );
});

describe("on a phone", () => {
  const inSight = async (page: Page, selector: string) => {
    const { x, width } = await boxOf(page, `.menu ${selector}`);
    return x >= 0 && x + width <= 360;
  };

  see("the menu shows where one is, however far it is scrolled", PHONE, "panel", async (page) => {
    for (const far of [0, 10_000]) {
      await page.locator(".menu > ul").evaluate((list, far) => list.scrollTo(far, 0), far);
      expect(await inSight(page, "[aria-current]")).toBe(true);
    }
  });

  see("the menu begins with what everybody looks for", PHONE, "people", async (page) => {
    for (const path of ["/", "/admin/users", "/admin/audit", "/account"])
      expect([path, await inSight(page, `[href='${path}']`)]).toEqual([path, true]);
  });
});

describe("a refused field that has the focus is still marked as refused", () => {
  const outlineOf = (page: Page, selector: string) =>
    page.locator(selector).evaluate((one) => getComputedStyle(one).outlineColor);
  const colorOf = (page: Page, selector: string) =>
    page.locator(selector).evaluate((one) => getComputedStyle(one).color);

  see("among others", DESK, "reset-with-errors", async (page) => {
    await page.locator("#new_password").focus();
    expect(await outlineOf(page, "#new_password")).toBe(await colorOf(page, "#new_password-error"));
  });

  see("as six boxes", DESK, "code-refused", async (page) => {
    await page.locator("#code").focus();
    expect(await outlineOf(page, ".code-boxes")).toBe(await colorOf(page, "#code-error"));
  });
});

describe("where only the system's colours are left", () => {
  const forced = (page: Page) => page.emulateMedia({ forcedColors: "active" });
  const colorsOf = (page: Page, selector: string) =>
    page.locator(selector).evaluate((one) => {
      const { backgroundColor, color } = getComputedStyle(one);
      return [backgroundColor, color];
    });

  see("the menu still tells where one is", DESK, "account", async (page) => {
    await forced(page);
    const current = await colorsOf(page, ".menu a[aria-current]");
    expect(current).not.toEqual(await colorsOf(page, ".menu a[href='/']"));
  });

  see("a drawing has the colour of texts", DESK, "dashboard", async (page) => {
    await page.locator(".chart-line").first().waitFor();
    await forced(page);
    const stroke = await page
      .locator(".chart-line")
      .first()
      .evaluate((one) => getComputedStyle(one).stroke);
    const [, text] = await colorsOf(page, "h1");
    expect(stroke).toBe(text!);
  });

  see("there are still six boxes", DESK, "code", async (page) => {
    await forced(page);
    const lines = await page
      .locator(".code-boxes")
      .evaluate((boxes) => getComputedStyle(boxes, "::after").backgroundImage);
    expect(lines).toStartWith("repeating-linear-gradient");
  });
});
