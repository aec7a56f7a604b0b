import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { loadConfig } from "../config.ts";
import { isFragmentName } from "../discover.ts";
import { answer, type Group, Refused, WrongUsage } from "./tool.ts";

const ROOT = join(import.meta.dirname, "../..");
const HOUSE_FRAGMENTS = join(ROOT, "src/fragments");

export const fragmentCommands: Group = (program) => {
  const fragment = program.command("fragment").description("panels of the dashboard");
  fragment
    .command("new")
    .description("write a new panel, and beside the built-in ones its test")
    .argument("<name>", "file name and address, such as sales-figures")
    .option("--admin", "for admins only")
    .action(async (name: string, options: { admin?: boolean }, command) => {
      const files = await newFragment(loadConfig().fragmentsDir, name, options.admin === true);
      const shown = files.map((file) => relative(process.cwd(), file));
      answer(command, { files: shown, address: `/fragments/${name}` }, textFor(shown, name));
    });
};

function textFor(files: readonly string[], name: string): string {
  const written = files.map((file) => `  ${file}`).join("\n");
  return `Wrote\n${written}\n\nWith "npm run dev" it is on the dashboard now, and at /fragments/${name}.`;
}

/**
 * Writes a panel that works, and beside the house's own panels also its test. Nothing else has to be edited.
 *
 * @param folder the fragments folder; from outside the project the test's helpers cannot be reached.
 * @returns the absolute paths of the new files.
 * @throws WrongUsage for a name no address can have, Refused when one of the files is there already.
 */
async function newFragment(folder: string, name: string, admin: boolean): Promise<string[]> {
  if (!isFragmentName(name))
    throw new WrongUsage(`"${name}" is no name: use a-z, 0-9 and hyphens, as in sales-figures.`);
  const files: [path: string, text: string][] = [[join(folder, `${name}.tsx`), panel(name, admin)]];
  if (folder === HOUSE_FRAGMENTS) files.push([join(ROOT, `tests/fragments/${name}.test.ts`), panelTest(name, admin)]);
  for (const [path, text] of files) await writeNew(path, text);
  return files.map(([path]) => path);
}

async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") throw new Refused(`${path} is there already.`);
    throw error;
  }
}

function titleOf(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const panel = (name: string, admin: boolean) => `import { defineFragment } from "#src/fragment.ts";
import { Metric, Metrics } from "#views/kit/index.ts";

/** What this panel is for. */
export default defineFragment({
  title: "${titleOf(name)}",
${admin ? '  can: (user) => user.role === "admin",\n' : ""}  refresh: "60s",
  render: async ({ user, db }) => {
    const row = await db.one<{ people: number }>("SELECT COUNT(*) AS people FROM users");
    return (
      <Metrics>
        <Metric label={\`People, as \${user.username} sees it\`} value={row?.people ?? 0} />
      </Metrics>
    );
  },
});
`;

const panelTest = (name: string, admin: boolean) => `import { expect, test } from "bun:test";
import { openApp } from "#tests/support/app.ts";
import { PARTIAL } from "#tests/support/fragments.ts";

// Who may see it, and who may not, is tested for every panel in tests/routes/fragments.test.ts.
test("${titleOf(name)} counts the people", async () => {
  const t = await openApp();
  const ann = await t.signIn(await t.addUser("ann"${admin ? ', { role: "admin" }' : ""}));
  const answer = await ann.get("/fragments/${name}", PARTIAL);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("as ann sees it");
  await t.close();
});
`;
