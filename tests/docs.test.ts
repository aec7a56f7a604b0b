import { describe, expect, test } from "bun:test";
import { createApp, type Deps } from "#src/app.tsx";
import { loadConfig, VARIABLES } from "#src/config.ts";
import { QUESTIONS } from "./bench/questions.ts";
import { kept, told } from "./bench/support/results.ts";
import { projectFiles, read } from "./support/files.ts";

const readme = read("README.md");
/** The cells of every table. */
const rows = [...readme.matchAll(/^\|(.*)\|$/gm)].map(([, row = ""]) => row.split("|").map((cell) => cell.trim()));

describe("every variable", () => {
  for (const [name, { schema }] of Object.entries(VARIABLES)) {
    test(`${name} has its row in README.md, with the true default, and its line in .env.example`, () => {
      const cells = rows.find((row) => row[0] === `\`${name}\``) ?? [];
      const fallback = schema.safeParse(undefined).data;
      const isPlain = typeof fallback === "string" || typeof fallback === "number";
      expect(cells.length).toBe(4);
      expect(cells[1]).toBe(isPlain ? String(fallback) : "");
      expect(read(".env.example")).toMatch(new RegExp(`^#? ?${name}=`, "m"));
    });
  }
});

test("every npm script is in README.md", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const commands = Object.keys(scripts).map((name) =>
    /^(start|test)$/.test(name) ? `npm ${name}` : `npm run ${name}`,
  );
  expect(commands.filter((command) => !readme.includes(command))).toEqual([]);
});

test("every address is in README.md", () => {
  const { routes } = createApp({ config: loadConfig({}), fragments: { usable: [] } } as unknown as Deps);
  const addresses = routes.filter(({ method }) => method !== "ALL").map(({ path }) => path.replace(/:(\w+)/g, "<$1>"));
  expect([...new Set(addresses)].filter((address) => !readme.includes(`\`${address}\``))).toEqual([]);
});

test("README.md tells what the benchmark found", async () => {
  const [, part = ""] = /<!-- figures -->\n([\s\S]*)<!-- \/figures -->/.exec(readme) ?? [];
  expect(part).toBe(told(await kept()));
  expect(Object.keys(await kept())).toEqual(Object.keys(QUESTIONS));
});

test("every file README.md points to exists", () => {
  const files = new Set(projectFiles());
  const links = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, target = ""]) => target);
  expect(links.filter((target) => !files.has(target))).toEqual([]);
});

test("no file names a place on somebody's machine or a package registry", () => {
  const place = /(?<![\w.$}])\/(work|root|tmp)\/\w|\bregistry\.[a-z]|"resolved"\s*:/;
  const texts = projectFiles().filter((file) => !/\.(png|jpe?g|ico|woff2?)$/.test(file));
  const found = texts.flatMap((file) => {
    const line = read(file)
      .split("\n")
      .find((text) => place.test(text));
    return line === undefined ? [] : [`${file}: ${line.trim().slice(0, 120)}`];
  });
  expect(found).toEqual([]);
});
