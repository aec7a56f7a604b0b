import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectFiles, ROOT } from "../support/files.ts";

/** A place in the code that a pattern describes. */
export type Found = { readonly rule: string; readonly file: string; readonly line: number; readonly text: string };

const BIOME = join(ROOT, "node_modules/.bin/biome");

/** Everything that is ours and runs in production. */
export const sourceFiles = (): string[] => projectFiles().filter((file) => /^(src|views|static)\/.*\.tsx?$/.test(file));

/**
 * Finds code by its syntax, not by its letters: strings and comments are no hits, spacing and line breaks do not matter.
 *
 * @param rules GritQL patterns by name; Biome reads the code. https://docs.grit.io/language/patterns
 * @param folder where the files lie; default: this project.
 */
export function search(rules: Readonly<Record<string, string>>, files: readonly string[], folder = ROOT): Found[] {
  const home = mkdtempSync(join(tmpdir(), "gatehouse-lint-"));
  try {
    const plugins = Object.entries(rules).map(([rule, pattern], i) => {
      const plugin = join(home, `${i}.grit`);
      const report = `register_diagnostic(span = $found, message = "${rule}", severity = "error")`;
      writeFileSync(plugin, `language js\n${pattern} as $found where { ${report} }\n`);
      return plugin;
    });
    writeFileSync(join(home, "biome.json"), JSON.stringify({ plugins, linter: { rules: { recommended: false } } }));
    return run(home, files, folder);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The same in code that exists only here; `samples` maps a path to its text. */
export function searchIn(rules: Readonly<Record<string, string>>, samples: Readonly<Record<string, string>>): Found[] {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-lint-sample-"));
  try {
    for (const [file, text] of Object.entries(samples)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return search(rules, Object.keys(samples), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Place = { line: number; column: number };
type Report = {
  diagnostics: { category: string; message: string; location: { path: string; start: Place; end: Place } }[];
};

function run(config: string, files: readonly string[], folder: string): Found[] {
  const options = ["--config-path", config, "--reporter=json", "--max-diagnostics=none", "--colors=off"];
  const { stdout, stderr } = Bun.spawnSync([BIOME, "lint", ...options, ...files], { cwd: folder });
  const text = stdout.toString();
  if (!text.startsWith("{")) throw new Error(`biome: ${stderr.toString()}`);
  const { diagnostics } = JSON.parse(text) as Report;
  const broken = diagnostics.find(({ category }) => category === "parse" || category === "internalError/fs");
  if (broken !== undefined) throw new Error(`biome: ${broken.location.path}: ${broken.message}`);
  return diagnostics
    .filter(({ category }) => category === "plugin")
    .map(({ message, location: { path, start, end } }) => {
      const lines = readFileSync(join(folder, path), "utf8").split("\n");
      return { rule: message, file: path, line: start.line, text: between(lines, start, end) };
    });
}

/** Columns count characters from 1. */
function between(lines: readonly string[], start: Place, end: Place): string {
  const part = lines.slice(start.line - 1, end.line);
  part[part.length - 1] = [...(part.at(-1) ?? "")].slice(0, end.column - 1).join("");
  part[0] = [...(part[0] ?? "")].slice(start.column - 1).join("");
  return part.join("\n");
}
