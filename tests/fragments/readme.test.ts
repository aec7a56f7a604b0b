import { expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { discoverFragments } from "#src/discover.ts";
import * as kit from "#views/kit/index.ts";
import { read } from "../support/files.ts";

const readme = read("README.md");
const section = readme.slice(readme.indexOf("## Add a fragment"), readme.indexOf("## Languages"));

test("every property of defineFragment has its row", () => {
  const [, type = ""] = /export type FragmentDefinition = \{([\s\S]*?)\n\};/.exec(read("src/fragment.ts")) ?? [];
  const properties = [...type.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name);
  expect(properties.length).toBeGreaterThan(8);
  expect(properties.filter((name) => !section.includes(`| \`${name}\` `))).toEqual([]);
});

test("everything a fragment is given is named", () => {
  const [, type = ""] = /export type FragmentContext = \{([\s\S]*?)\n\};/.exec(read("src/fragment.ts")) ?? [];
  const names = [...type.matchAll(/readonly (\w+):/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter((name) => !new RegExp(`\`${name}[\`(]`).test(section))).toEqual([]);
});

test("every part of the kit has its row", () => {
  expect(Object.keys(kit).filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
});

test("the example is the sample itself, one file of at most 40 lines", () => {
  const sample = read("src/fragments/overview.tsx");
  expect(section).toContain(sample);
  expect(sample.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
});

test("every example that is a whole file can be used as it stands", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-readme-"));
  const files = [...section.matchAll(/```tsx\n(import [\s\S]*?)```/g)].map(([, text = ""]) => text);
  for (const [index, text] of files.entries()) await Bun.write(join(folder, `example-${index}.tsx`), text);
  const { usable, faulty } = await discoverFragments(folder);
  expect({ usable: usable.length, faulty }).toEqual({ usable: 3, faulty: [] });
});
