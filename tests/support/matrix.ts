/**
 * Who may do what, found out by asking: every route of the program as every kind of visitor.
 *
 *   bun tests/support/matrix.ts      writes the table into SECURITY.md
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, openApp, PASSWORD } from "./app.ts";
import { ROOT, read } from "./files.ts";

const START = "<!-- who may do what: written by tests/support/matrix.ts -->";
const END = "<!-- end of who may do what -->";
const MINUTE_MS = 60_000;

/** The table as it stands in SECURITY.md. */
export function writtenMatrix(): string {
  const text = read("SECURITY.md");
  return text.slice(text.indexOf(START) + START.length, text.indexOf(END)).trim();
}

/** The table as it should be. Forms are sent empty. */
export async function matrix(): Promise<string> {
  const t = await openApp();
  try {
    await t.addUser("ann"); // whom admins act on: `:id` is 1
    const bob = await t.addUser("bob");
    const half = async () => {
      const browser = t.browser("192.0.2.3");
      await browser.post("/login", { username: bob.username, password: PASSWORD });
      return browser;
    };
    const carol = await t.addUser("carol", { role: "admin" });
    const visitors: (() => Promise<Browser>)[] = [
      async () => t.browser("192.0.2.1"),
      half,
      once(async () => t.signIn(await t.addUser("carol2"))),
      once(() => t.signIn(carol)),
    ];
    const rows: string[][] = [["Address", "Stranger", "Half signed in", "User", "Admin", "Proof of who one is"]];
    rows.push(rows[0]!.map(() => "---"));
    for (const { method, path } of routesOf(t.app.routes)) {
      const cells = [];
      for (const visitor of visitors) cells.push(await verdict(await visitor(), method, path));
      rows.push([`\`${method} ${path}\``, ...cells, ""]);
    }
    // Last, for the clock only goes forward: ten minutes after the last proof some acts ask for another.
    const late = await t.signIn(carol, t.browser("192.0.2.2"));
    t.advance(11 * MINUTE_MS);
    for (const row of rows.slice(2)) {
      const [method = "", path = ""] = row[0]!.replaceAll("`", "").split(" ");
      if (row[4] === "yes" && (await asksAgain(late, method, path))) row[5] = "asked for";
    }
    return rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
  } finally {
    await t.close();
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** Without signing out, which would make a stranger of the visitor, and panels, which decide themselves (`can`). */
function routesOf(routes: readonly { method: string; path: string }[]): { method: string; path: string }[] {
  const names = new Set(routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${path} ${method}`));
  return [...names]
    .sort()
    .map((name) => ({ path: name.split(" ")[0]!, method: name.split(" ")[1]! }))
    .filter(({ path }) => path !== "/logout" && !path.startsWith("/fragments/"));
}

const addressOf = (path: string): string => path.replace(/:\w+(\{[^}]*\})?/g, "1").replace("*", "x");

const ask = (browser: Browser, method: string, path: string): Promise<Response> =>
  method === "GET" ? browser.get(addressOf(path)) : browser.plainPost(addressOf(path), {});

async function verdict(browser: Browser, method: string, path: string): Promise<string> {
  const { status, headers } = await ask(browser, method, path);
  if (path.includes(":token")) return "with its token";
  if (status === 303 && /^\/login(\?|$)/.test(headers.get("Location") ?? "")) return "signs in first";
  if (status === 403) return "refused";
  if (status === 404) return "404";
  if (status >= 500) throw new Error(`${method} ${path} answered ${status}`);
  return "yes";
}

async function asksAgain(browser: Browser, method: string, path: string): Promise<boolean> {
  const answer = await ask(browser, method, path);
  return answer.status === 403 && (await answer.text()).includes('action="/confirm');
}

if (import.meta.main) {
  const text = read("SECURITY.md");
  const [before = "", after = ""] = [text.slice(0, text.indexOf(START)), text.slice(text.indexOf(END))];
  writeFileSync(join(ROOT, "SECURITY.md"), `${before}${START}\n\n${await matrix()}\n\n${after}`);
}
