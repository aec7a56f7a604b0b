import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

/** Every file of the project that is under version control, or new and not ignored; relative paths. */
export function projectFiles(): string[] {
  const git = Bun.spawnSync(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT });
  if (git.exitCode !== 0) throw new Error(`git ls-files: ${git.stderr.toString()}`);
  const files = git.stdout.toString().split("\0").filter(Boolean);
  return [...new Set(files)].filter((file) => Bun.file(join(ROOT, file)).size > 0).sort();
}

export const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
