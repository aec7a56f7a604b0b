import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Fragment, type FragmentUser, isFragment } from "./fragment.ts";

const FILE_NAME = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.tsx?$/;

/** A file of the fragments folder: usable, or the reason why it is not. */
export type Discovered =
  | { readonly name: string; readonly file: string; readonly fragment: Fragment }
  | { readonly name: string; readonly file: string; readonly fragment: null; readonly fault: string };

export type Fragments = {
  /** In the order of their cards. */
  readonly usable: readonly { readonly name: string; readonly fragment: Fragment }[];
  readonly faulty: readonly { readonly file: string; readonly fault: string }[];
  find(name: string): Fragment | null;
};

/**
 * Imports every `<name>.tsx` of the folder. A file that cannot be imported or does not export a fragment is reported
 * and left out; it never keeps the others, or the server, from starting.
 *
 * @param folder absolute path; a missing folder means no fragments.
 */
export async function discoverFragments(folder: string): Promise<Fragments> {
  const files = await readdir(folder).catch(() => []);
  const sources = files.filter((file) => /\.tsx?$/.test(file) && !/\.(test|d)\.tsx?$/.test(file)).sort();
  const discovered = await Promise.all(sources.map((file) => discover(folder, file)));
  const usable = discovered
    .filter((entry) => entry.fragment !== null)
    .sort((a, b) => a.fragment.order - b.fragment.order || a.fragment.title.localeCompare(b.fragment.title));
  const byName = new Map(usable.map((entry) => [entry.name, entry.fragment]));
  return {
    usable,
    faulty: discovered.filter((entry) => entry.fragment === null),
    find: (name) => byName.get(name) ?? null,
  };
}

async function discover(folder: string, file: string): Promise<Discovered> {
  const name = FILE_NAME.exec(file)?.[1];
  if (name === undefined)
    return {
      name: file,
      file,
      fragment: null,
      fault: "name the file with a-z, 0-9 and hyphens, for example my-panel.tsx",
    };
  try {
    const module = (await import(pathToFileURL(join(folder, file)).href)) as { default?: unknown };
    if (isFragment(module.default)) return { name, file, fragment: module.default };
    return { name, file, fragment: null, fault: "its default export is not made by defineFragment()" };
  } catch (error) {
    return { name, file, fragment: null, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** The one rule for menu, card and page. A `can` that throws means no. */
export function mayUse(fragment: Fragment, user: FragmentUser): boolean {
  try {
    return fragment.can(Object.freeze({ id: user.id, username: user.username, role: user.role })) === true;
  } catch {
    return false;
  }
}
