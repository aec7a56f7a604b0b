import { expect, test } from "bun:test";
import { posix } from "node:path";
import { projectFiles, read } from "./support/files.ts";

/** Who may import whom, beside their own room: a folder, or one file where the rest of its folder is off limits. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "src/main": ["src/serve", "src/processes", "src/listen", "src/config", "src/db/driver"],
  "src/serve": [...["src/house", "src/compress", "src/config", "src/limits", "src/listen", "src/log", "src/processes"]],
  "src/processes": ["src/config"],
  "src/listen": ["src/config"],
  "src/log": ["src/config"],
  "src/house": [
    ...["src/app", "src/config", "src/db", "src/discover", "src/store", "src/auth", "src/assets", "src/metrics"],
    ...["src/server-key"],
  ],
  "src/metrics": [],
  "src/compress": [],
  // What can be done to a person: told here, done by the two that may import it.
  "src/acts": ["src/auth/token", "src/store"],
  "src/commands": [
    "src/acts",
    "src/config",
    "src/db",
    "src/discover",
    "src/store",
    "src/auth",
    "src/fragment",
    "src/server-key",
    // The command line speaks English, in the words pages have for the same.
    "views/words/en",
  ],
  "src/cli": [
    "src/commands",
    "src/app",
    "src/config",
    "src/db",
    "src/discover",
    "src/store",
    "src/auth",
    "src/assets",
    "src/server-key",
  ],
  "src/app": [
    ...["src/routes", "src/session", "src/identify", "src/page", "src/problems", "src/refusals", "src/headers"],
    ...["src/limits", "src/web", "src/assets"],
  ],
  "src/identify": ["src/session", "src/web", "src/language", "src/auth/address"],
  // Which language an answer has, for whoever writes one.
  "src/language": ["src/session", "views/words"],
  "src/page": ["src/session", "src/web", "src/language", "src/discover", "src/fragment", "views"],
  // What errors mean for every answer is decided here, once.
  "src/problems": [
    "src/web",
    "src/language",
    "src/auth/dead-link",
    "src/auth/budget",
    "src/auth/hash-pool",
    "src/db/db",
    "views",
  ],
  "src/routes": [
    "src/acts",
    "src/web",
    "src/language",
    "src/session",
    "src/factors",
    "src/auth",
    "src/store",
    "src/discover",
    "src/fragment",
    // For the one error of a batch that a route answers itself: the name is taken.
    "src/db/db",
    "views",
  ],
  "src/fragments": ["src/fragment", "views/kit"],
  "src/factors": ["src/session", "src/auth", "src/store"],
  "src/refusals": ["src/session", "src/web", "src/store/audit-log"],
  "src/limits": ["src/session", "src/web", "src/auth/address", "src/auth/budget"],
  "src/headers": ["src/web"],
  "src/session": ["src/auth", "src/store"],
  "src/server-key": ["src/auth/keys", "src/config", "src/store/server-keys"],
  "src/store": ["src/db"],
  "src/dev": ["src/config"],
  "src/embed": ["src/house", "src/config", "src/session", "src/web", "src/limits"],
  "src/discover": ["src/fragment", "src/outside"],
  "src/outside": [],
  "src/brand": [],
  "src/config": ["src/brand", "src/auth/address"],
  "src/web": ["src/language", "src/auth/mistakes"],
  "src/assets": ["src/brand"],
  "src/auth": [],
  "src/fragment": [],
  "src/db": [],
  // Not the database: a rule about what a row says.
  views: ["src/store/person-status"],
};

/** Packages that belong to one side of the house. */
const ONLY_IN: readonly { packages: RegExp; rooms: readonly string[] }[] = [
  { packages: /^(bun:sqlite|mysql2)(\/|$)/, rooms: ["src/db"] },
  {
    packages: /^(hono|@hono\/zod-validator)(\/(?!jsx).*)?$/,
    rooms: [
      "src/serve",
      "src/embed",
      "src/app",
      "src/routes",
      "src/session",
      "src/web",
      "src/refusals",
      "src/identify",
      "src/language",
      "src/page",
      "src/problems",
      "src/headers",
      "src/limits",
      "src/fragment",
      "src/discover",
      "src/assets",
    ],
  },
];

const TOP_LEVEL = [
  ...["src", "views", "static", "sql", "tests", ".ci"],
  ...["bunfig.toml", "package.json", "package-lock.json", "tsconfig.json", "biome.json"],
  ...["README.md", "SECURITY.md", "sbom.cdx.json", "LICENSE", ".env.example", ".gitignore"],
];

const sources = projectFiles().filter((file) => /^(src|views)\/.*\.tsx?$/.test(file));

test("every file lives in a room of the plan", () => {
  expect(sources.filter((file) => !(roomOf(file) in MAY_IMPORT))).toEqual([]);
});

test("imports follow the plan", () => {
  expect(sources.flatMap((file) => forbiddenImports(file, read(file)))).toEqual([]);
});

test("a forbidden import is found, however it is written", () => {
  const code = `
    import { type Db, open } from "../db/open.ts";
    export { findUser } from "#src/store/users.ts";
    import type { Config } from "#src/config.ts";
    const { Layout } = await import("#views/layout.tsx");
    import { Database } from "bun:sqlite";
    import { Hono } from "hono";
    import { helper } from "./helper.ts";
    // import "../routes/login.tsx"
    open(Database, Hono, helper, "import '../app.tsx'");`;
  expect(forbiddenImports("src/auth/password.ts", code)).toEqual([
    "src/auth/password.ts imports ../db/open.ts",
    "src/auth/password.ts imports #src/store/users.ts",
    "src/auth/password.ts imports bun:sqlite",
    "src/auth/password.ts imports hono",
    "src/auth/password.ts imports #views/layout.tsx",
  ]);
});

test("only src/config.ts reads the environment", () => {
  const environment = /\b(process\s*\??\.\s*env|Bun\s*\.\s*env|import\.meta\.env|process\s*\[)|from "(node:)?process"/;
  const readers = sources.filter((file) => file !== "src/config.ts" && environment.test(read(file)));
  expect(readers).toEqual([]);
});

test("nothing new stands at the top level", () => {
  const found = new Set(projectFiles().map((file) => file.split("/")[0] ?? ""));
  expect([...found].filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
});

/** A file's room: its folder, or for the files that stand alone in `src/` the file itself. */
function roomOf(file: string): string {
  const [top = "", second = ""] = file.split("/");
  return top === "views" ? "views" : `${top}/${second.replace(/\.tsx?$/, "")}`;
}

function forbiddenImports(file: string, code: string): string[] {
  const { imports } = new Bun.Transpiler({ loader: file.endsWith("x") ? "tsx" : "ts" }).scan(code);
  const forbidden = imports.filter(({ path }) => !mayImport(file, path));
  return forbidden.map(({ path }) => `${file} imports ${path}`);
}

function mayImport(file: string, specifier: string): boolean {
  const room = roomOf(file);
  const target = projectPath(file, specifier);
  if (target === null) {
    return ONLY_IN.every(({ packages, rooms }) => !packages.test(specifier) || rooms.includes(room));
  }
  const allowed = [room, ...(MAY_IMPORT[room] ?? [])];
  return allowed.some((place) => target === place || target.startsWith(`${place}/`) || target.startsWith(`${place}.`));
}

/** The imported file relative to the project, or null for a package. */
function projectPath(file: string, specifier: string): string | null {
  if (specifier.startsWith("#")) return specifier.slice(1);
  return specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : null;
}
