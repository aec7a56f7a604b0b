import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Fragment, type FragmentUser, isFragment, textIn } from "./fragment.ts";
import { openToOutside } from "./outside.ts";

const FILE_NAME = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.tsx?$/;

/** True for what can be a file of the folder, and then an address: lower case, digits and hyphens. */
export const isFragmentName = (name: string): boolean => FILE_NAME.test(`${name}.tsx`);

/** A file that waits for something while it is being imported must not hold up the start for ever. */
const IMPORT_LIMIT_MS = 5000;

export type Entry = { readonly name: string; readonly fragment: Fragment };

export type Fragments = {
  /** In the order of their cards. */
  readonly usable: readonly Entry[];
  /** Files that were left out, with the reason. */
  readonly faulty: readonly { readonly file: string; readonly fault: string }[];
  find(name: string): Fragment | null;
  /** How often each failed since the start, by name. */
  readonly failures: Map<string, number>;
};

/** A file of the fragments folder: usable, or the reason why it is not. */
type Discovered = { file: string } & ({ name: string; fragment: Fragment } | { fault: string });

/**
 * Imports every `<name>.tsx` of the folder. A file that cannot be imported or does not export a fragment is reported
 * and left out; it never keeps the others, or the server, from starting.
 *
 * @param folder absolute path; a missing folder means no fragments.
 */
export async function discoverFragments(folder: string, importLimitMs = IMPORT_LIMIT_MS): Promise<Fragments> {
  openToOutside(folder);
  const files = await readdir(folder).catch(() => []);
  const sources = files.filter((file) => /\.tsx?$/.test(file) && !/\.(test|d)\.tsx?$/.test(file)).sort();
  const discovered = await Promise.all(sources.map((file) => discover(folder, file, importLimitMs)));

  const byName = new Map<string, Fragment>();
  const faulty: { file: string; fault: string }[] = [];
  for (const entry of discovered) {
    if ("fault" in entry) faulty.push(entry);
    else if (byName.has(entry.name)) faulty.push({ file: entry.file, fault: "there is another file of this name" });
    else byName.set(entry.name, entry.fragment);
  }
  return {
    usable: [...byName].map(([name, fragment]) => ({ name, fragment })).sort(byOrder),
    faulty,
    find: (name) => byName.get(name) ?? null,
    failures: new Map(),
  };
}

const byOrder = (a: Entry, b: Entry) =>
  a.fragment.order - b.fragment.order || textIn(a.fragment.title, "en").localeCompare(textIn(b.fragment.title, "en"));

async function discover(folder: string, file: string, importLimitMs: number): Promise<Discovered> {
  const name = FILE_NAME.exec(file)?.[1];
  if (name === undefined) return { file, fault: "name the file with a-z, 0-9 and hyphens, for example my-panel.tsx" };
  try {
    const { default: fragment } = await importWithin(join(folder, file), importLimitMs);
    if (!isFragment(fragment)) return { file, fault: "its default export is not made by defineFragment()" };
    // Collected when first asked for. That is now, when the whole file has run, so that a mistake in them is its fault.
    void fragment.routes;
    return { file, name, fragment };
  } catch (error) {
    return { file, fault: reason(error) };
  }
}

async function importWithin(path: string, limitMs: number): Promise<{ default?: unknown }> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error(`importing it took longer than ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([import(pathToFileURL(path).href), limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Several mistakes in one file come as an error that holds them. */
function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reason).join("; ");
  const message = error instanceof Error ? error.message : String(error);
  return message.trim() || "it failed without saying why";
}

/** The one rule for menu, card, page, what is below it and its stream. Asked on every request; a throw means no. */
export function mayUse(fragment: Fragment, user: FragmentUser): boolean {
  try {
    return fragment.can(Object.freeze({ id: user.id, username: user.username, role: user.role })) === true;
  } catch {
    return false;
  }
}
