import { expect } from "bun:test";
import { Authenticator, type Visit } from "./browser.ts";
import type { RunningGatehouse } from "./server.ts";

export const ADMIN = { username: "ann", password: "correct horse battery staple" };

/** What the first admin holds in hands after setting up. */
export type Belongings = { authenticator: Authenticator; recoveryCodes: string[] };

/** From the printed address to the dashboard. */
export async function createFirstAdmin(visit: Visit, server: RunningGatehouse): Promise<Belongings> {
  await openSetup(visit, server);
  const authenticator = new Authenticator(await shownKey(visit));
  await submitCode(visit, await authenticator.nextCode());
  const recoveryCodes = await saveRecoveryCodes(visit);
  await expectDashboard(visit);
  return { authenticator, recoveryCodes };
}

/** Name and password of the first admin; ends on the page that shows the authenticator's key. */
export async function openSetup({ page }: Visit, server: RunningGatehouse): Promise<void> {
  await page.goto(server.setupUrl);
  await page.getByLabel("Username", { exact: true }).fill(ADMIN.username);
  await page.getByLabel("New password", { exact: true }).fill(ADMIN.password);
  await page.getByLabel("Confirm new password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByTestId("totp-key").waitFor();
}

/** The key a person would type by hand. */
export async function shownKey({ page }: Visit): Promise<string> {
  return ((await page.getByTestId("totp-key").textContent()) ?? "").replace(/\s/g, "");
}

/** Notes the codes down, says so and goes on. */
export async function saveRecoveryCodes({ page }: Visit): Promise<string[]> {
  const shown = (await page.getByTestId("recovery-codes").textContent()) ?? "";
  await page.getByLabel("I have saved these codes").check();
  await page.getByRole("button", { name: "Continue" }).click();
  return shown.trim().split(/\s+/);
}

/** First step; ends where the code is asked for. */
export async function submitPassword({ page }: Visit, server: RunningGatehouse): Promise<void> {
  await page.goto(`${server.url}/login`);
  await page.getByLabel("Username", { exact: true }).fill(ADMIN.username);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Authentication code").waitFor();
}

/** As a password manager does: fills the field in and presses the button. */
export async function submitCode({ page }: Visit, code: string): Promise<void> {
  await page.getByLabel("Authentication code").fill(code);
  await page.getByRole("button", { name: "Verify" }).click();
}

/** Digit by digit, as a person does: with scripts the sixth one sends the form. */
export async function typeCode({ page, scripts }: Visit, code: string): Promise<void> {
  await page.getByLabel("Authentication code").pressSequentially(code);
  if (!scripts) await page.getByRole("button", { name: "Verify" }).click();
}

export async function submitRecoveryCode({ page }: Visit, code: string): Promise<void> {
  await page.getByRole("link", { name: "Use a recovery code instead" }).click();
  await page.getByLabel("Recovery code").fill(code);
  await page.getByRole("button", { name: "Verify" }).click();
}

export async function signOut({ page }: Visit): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/login**");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

/** Signed in as the admin, at the front page. */
export async function expectDashboard({ page }: Visit): Promise<void> {
  await page.getByRole("heading", { name: "Dashboard" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/");
  const banner = await page.getByRole("banner").textContent();
  expect(banner).toContain(ADMIN.username);
  expect(banner).toContain("admin");
}

/** The sign-in page as a whole, once, and nothing of the house behind it. */
export async function expectSignInPage({ page }: Visit): Promise<void> {
  await page.waitForURL("**/login**");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await page.getByRole("heading", { name: "Sign in" }).count()).toBe(1);
  expect(await page.getByRole("banner").count()).toBe(1);
  expect(await page.getByRole("button", { name: "Sign out" }).count()).toBe(0);
  expect(await page.getByText(ADMIN.username, { exact: true }).count()).toBe(0);
}
