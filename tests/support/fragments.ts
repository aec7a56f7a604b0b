import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
export async function writeFragments(sources: Readonly<Record<string, string>>, shared = ""): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-fragments-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, source] of Object.entries(sources))
    await Bun.write(join(folder, name.includes(".") ? name : `${name}.tsx`), `${HEAD}${shared}\n${source}\n`);
  return folder;
}
