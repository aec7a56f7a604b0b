import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const known = new Set<string>();

/**
 * Lets files of a folder outside the project be written like those inside: JSX, `#src/…` and `#views/…`, and the
 * project's packages where the folder has none of its own. To be called before the first of them is imported.
 *
 * @param folder absolute path; one inside the project needs nothing and gets nothing.
 */
export function openToOutside(folder: string): void {
  if (folder === ROOT || folder.startsWith(`${ROOT}/`) || known.has(folder)) return;
  known.add(folder);
  // Bun takes what JSX becomes from the tsconfig.json nearest to a file. The one copy of hono/jsx must make all of it.
  const jsx = dirname(Bun.resolveSync("hono/jsx/jsx-dev-runtime", ROOT));
  Bun.plugin({
    name: `fragments in ${folder}`,
    setup(build) {
      build.onLoad({ filter: new RegExp(`^${RegExp.escape(folder)}/.*\\.tsx?$`) }, async ({ path }) => {
        const isTsx = path.endsWith("x");
        const source = await Bun.file(path).text();
        return { contents: isTsx ? `/** @jsxImportSource ${jsx} */${source}` : source, loader: isTsx ? "tsx" : "ts" };
      });
      build.onResolve({ filter: /^(#|[a-z@])/ }, ({ path, importer }) => {
        if (!importer.startsWith(`${folder}/`) || /^(node|bun):|^bun$/.test(path)) return undefined;
        return resolved(path, dirname(importer));
      });
    },
  });
}

/** The house's own names and hono always mean the project's; of other packages the folder's own come first. */
function resolved(specifier: string, from: string): { path: string } | undefined {
  const places = /^(#|hono(\/|$))/.test(specifier) ? [ROOT] : [from, ROOT];
  for (const place of places) {
    try {
      const path = Bun.resolveSync(specifier, place);
      return path.startsWith("/") ? { path } : undefined;
    } catch {}
  }
  return undefined;
}
