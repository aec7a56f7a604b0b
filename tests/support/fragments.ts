import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashToken, newToken } from "#src/auth/token.ts";
import type { Fragments } from "#src/discover.ts";
import type { Fragment } from "#src/fragment.ts";
import { sqlInsertSession } from "#src/store/user-sessions.ts";
import type { Browser, TestApp, TestUser } from "./app.ts";

/** As htmx asks for the content of a card. */
export const PARTIAL = { "HX-Request": "true", "HX-Request-Type": "partial" };

const HEAD = `import { defineFragment, form, goTo, z } from "#src/fragment.ts";
`;

/**
 * A temporary folder of fragments, outside the project; gone after the tests of the file.
 *
 * @param sources what follows the imports of each file, by name.
 * @param shared stands in front of every one.
 */
export async function writeFragments(
  sources: Readonly<Record<string, string>>,
  shared = "",
  folder = mkdtempSync(join(tmpdir(), "gatehouse-fragments-")),
): Promise<string> {
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, source] of Object.entries(sources))
    await Bun.write(join(folder, name.includes(".") ? name : `${name}.tsx`), `${HEAD}${shared}\n${source}\n`);
  return folder;
}

/** Fragments defined in the test itself. */
export function fragmentsOf(all: Readonly<Record<string, Fragment>>): Fragments {
  return {
    usable: Object.entries(all).map(([name, fragment]) => ({ name, fragment })),
    faulty: [],
    find: (name) => all[name] ?? null,
    failures: new Map(),
  };
}

/** A browser that is signed in already, without the way there: many of them cost nothing. */
export async function signedIn({ deps, browser, db }: TestApp, user: TestUser): Promise<Browser> {
  const token = newToken();
  const nowMs = deps.clock();
  const expiresAtMs = nowMs + deps.config.sessionLifetimeMs;
  const session = {
    sessionId: hashToken(token),
    userId: user.id,
    nowMs,
    expiresAtMs,
    ip: "203.0.113.7",
    userAgent: "",
  };
  await db.batch([sqlInsertSession(session)]);
  const visitor = browser();
  visitor.cookies.set("session", token);
  return visitor;
}
