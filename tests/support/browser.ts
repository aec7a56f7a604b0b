import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { requireTool } from "./tools.ts";

const STEP_MS = 30_000;
const ACTION_LIMIT_MS = 10_000;

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What the browser writes to its console about every answer from 400 to 499; those are ordinary answers here. */
const REFUSAL_NOTICE = /^Failed to load resource: the server responded with a status of 4\d\d /;

/** Debian's Chromium, with the back/forward cache that Playwright switches off and people have. */
export function openBrowser(): Promise<Browser> {
  const executablePath = requireTool("chromium");
  return chromium.launch({ executablePath, args: ARGS, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
}

type VisitOptions = Omit<BrowserContextOptions, "javaScriptEnabled"> & { scripts?: boolean };

/** One person at one browser: own cookies, one page, and a list of everything the browser complained about. */
export class Visit {
  private readonly problems: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    /** False: JavaScript is switched off. */
    readonly scripts: boolean,
  ) {}

  static async begin(browser: Browser, { scripts = true, ...options }: VisitOptions = {}): Promise<Visit> {
    const context = await browser.newContext({ ...options, javaScriptEnabled: scripts });
    context.setDefaultTimeout(ACTION_LIMIT_MS);
    const visit = new Visit(context, await context.newPage(), scripts);
    await visit.listen();
    return visit;
  }

  private async listen(): Promise<void> {
    await this.context.exposeFunction("reportCspViolation", (what: string) => this.problems.push(`CSP: ${what}`));
    await this.context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        const report = (globalThis as unknown as { reportCspViolation(what: string): void }).reportCspViolation;
        report(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    this.page.on("pageerror", (error) => this.problems.push(`page error: ${error.message}`));
    this.page.on("console", (message) => {
      const notable = message.type() === "error" || message.type() === "warning";
      if (notable && !REFUSAL_NOTICE.test(message.text())) this.problems.push(`console: ${message.text()}`);
    });
    this.page.on("response", (response) => {
      if (response.status() >= 500) this.problems.push(`${response.status()} from ${response.url()}`);
    });
  }

  /**
   * Throws when the page broke a rule of its content security policy, raised an error or met a 5xx answer.
   *
   * @param expected complaints that belong to what is tested.
   */
  expectClean(expected?: RegExp): void {
    const problems = this.problems.filter((problem) => !expected?.test(problem));
    if (problems.length > 0) throw new Error(`the browser complained:\n${problems.join("\n")}`);
  }

  async end(): Promise<void> {
    await this.context.close();
  }
}

/** The phone in a person's pocket; `oathtool` does the arithmetic, so it is not our own code that agrees with itself. */
export class Authenticator {
  private lastStep = 0;

  constructor(readonly secret: string) {}

  /**
   * A code the server has not seen yet and accepts now. Each 30 second step counts once and one step ahead of the
   * clock is accepted, so two codes are there at once; the third waits for the clock.
   */
  async nextCode(): Promise<string> {
    this.lastStep = Math.max(this.lastStep + 1, Math.floor(Date.now() / STEP_MS));
    await Bun.sleep(Math.max(0, (this.lastStep - 1) * STEP_MS - Date.now()));
    return authenticatorCode(this.secret, this.lastStep * STEP_MS);
  }
}

/** The code of this base32 secret at `atMs`. */
export async function authenticatorCode(secret: string, atMs: number = Date.now()): Promise<string> {
  return run([requireTool("oathtool"), "--totp", "-b", secret, "--now", `@${Math.floor(atMs / 1000)}`]);
}

/** What a phone's camera reads from the screen. */
export async function readQr(page: Page): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "gatehouse-qr-"));
  try {
    const path = join(dir, "screen.png");
    await page.screenshot({ path, fullPage: true });
    return await run([requireTool("zbarimg"), "-q", "--raw", path]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function run(command: string[]): Promise<string> {
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
  const output = (await new Response(child.stdout).text()).trim();
  if ((await child.exited) !== 0 || output === "") throw new Error(`${command[0]} found nothing`);
  return output;
}
