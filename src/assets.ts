/** The browser's files: bundled, compressed and named by content once, then served from memory. */
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { accentRules, type Brand, logoKind } from "./brand.ts";

const ROOT = join(import.meta.dir, "..");
const CACHE_FOLDER = join(ROOT, "node_modules/.cache/gatehouse");
const CACHE_FILE = join(CACHE_FOLDER, "assets.json");
/** What only screens behind the door need. */
const INSIDE_ONLY = [
  ...["controls", "inside"],
  ...["cards", "audit", "metrics", "charts", "kit", "people", "people-list", "people-acts"],
];
/** In the order they are put together: later rules of a layer win over earlier ones. */
const ALL_SHEETS = [
  ...["tokens", "base", "buttons", "forms", "boxes", "data", "toasts", "frame", "page", "code"],
  ...INSIDE_ONLY,
  ...["print", "following", "contrast", "helpers"],
];
/** The style sheets of strangers and of people who are signed in, each sent as one file. */
export const SHEETS = {
  outside: ALL_SHEETS.filter((name) => !INSIDE_ONLY.includes(name)).map(sheet),
  inside: ALL_SHEETS.map(sheet),
};
/** Whatever changes the result: our files, the version of htmx, this file. */
const INPUTS = [
  ...new Bun.Glob("static/**/*.{css,ts,svg}").scanSync(ROOT),
  ...["node_modules/htmx.org/package.json", "src/assets.ts", "src/brand.ts"],
].sort();
/** Best first, where the browser has no preference. */
const ENCODINGS = ["br", "zstd", "gzip"] as const;
const CONTENT_TYPES = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
} as const;

export type Encoding = (typeof ENCODINGS)[number] | "identity";
export type Asset = { contentType: string; body(encoding: Encoding): Uint8Array<ArrayBuffer> };
type Files = { css: string; js: string };
export type Assets = {
  /** Addresses for the page: `/static/<name>.<hash>.<ext>`. */
  outside: Files;
  /** Instead of those, for people who are signed in: strangers need not wait for all of it. */
  inside: Files;
  /**
   * The icon itself as a `data:` address: smaller than the headers of the request it saves. The address of a file where the
   * installation has a picture of its own; it is only ever shown as a picture, where script in an SVG does not run.
   */
  icon: string;
  /** By address; null for anything that is not one of the files. */
  find(path: string): Asset | null;
};

type Built = { path: string; contentType: string; bodies: Record<Encoding, string> };
type Pair = { css: Built; js: Built };
type Cached = { key: string; outside: Pair; inside: Pair; logo?: Built; icon: string };

/**
 * Builds the files, or reads what an earlier start has built from the same inputs (a few milliseconds).
 *
 * @throws when a script does not compile.
 */
export async function loadAssets(brand: Brand = { accent: null, logo: null }): Promise<Assets> {
  const key = await hashInputs(brand);
  const { outside, inside, logo, icon } = (await readCache(key)) ?? (await build(key, brand));
  const files = [...Object.values(outside), ...Object.values(inside), ...(logo ? [logo] : [])];
  const assets = new Map(files.map((file) => [file.path, toAsset(file)]));
  return {
    outside: { css: outside.css.path, js: outside.js.path },
    inside: { css: inside.css.path, js: inside.js.path },
    icon,
    find: (path) => assets.get(path) ?? null,
  };
}

/** Answers GET and HEAD for a known address; null for everything else, which is then somebody else's to answer. */
export function serveAsset(assets: Assets, request: Request): Response | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  const asset = assets.find(new URL(request.url).pathname);
  if (!asset) return null;
  const encoding = chooseEncoding(request.headers.get("Accept-Encoding") ?? "");
  const body = asset.body(encoding);
  const headers = new Headers({
    "Content-Type": asset.contentType,
    "Content-Length": String(body.byteLength),
    "Cache-Control": "public, max-age=31536000, immutable",
    Vary: "Accept-Encoding",
  });
  if (encoding !== "identity") headers.set("Content-Encoding", encoding);
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

/** The coding with the highest weight, ours first among equals; `q=0` forbids one. RFC 9110, 12.5.3. */
function chooseEncoding(acceptEncoding: string): Encoding {
  const weights = new Map(acceptEncoding.toLowerCase().split(",").map(parseCoding));
  const weightOf = (encoding: Encoding) => weights.get(encoding) ?? weights.get("*") ?? 0;
  const best = ENCODINGS.reduce((a, b) => (weightOf(b) > weightOf(a) ? b : a));
  return weightOf(best) > 0 ? best : "identity";
}

function parseCoding(part: string): [coding: string, weight: number] {
  const [coding = "", ...parameters] = part.split(";").map((text) => text.trim());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  return [coding, weight ? Number(weight.slice(2)) || 0 : 1];
}

function toAsset({ contentType, bodies }: Built): Asset {
  const decoded = new Map(Object.entries(bodies).map(([encoding, text]) => [encoding, Uint8Array.fromBase64(text)]));
  return { contentType, body: (encoding) => decoded.get(encoding)! };
}

async function hashInputs({ accent, logo }: Brand): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256").update(Bun.version);
  for (const input of INPUTS) hasher.update(`\0${input}\0`).update(await Bun.file(join(ROOT, input)).bytes());
  hasher.update(`\0${accent}\0`).update(logo === null ? "" : await Bun.file(logo).bytes());
  return hasher.digest("hex");
}

/** null when there is nothing, or nothing usable: the cache only saves time. */
async function readCache(key: string): Promise<Cached | null> {
  try {
    const cached: Cached = await Bun.file(CACHE_FILE).json();
    return cached.key === key ? cached : null;
  } catch {
    return null;
  }
}

async function build(key: string, { accent, logo }: Brand): Promise<Cached> {
  const styles = async (files: readonly string[]) =>
    Buffer.from(withoutComments((await Promise.all(files.map(read))).join("\n") + accentRules(accent)));
  const pair = async (name: "outside" | "inside", script: string) => ({
    css: pack(name, "css", await styles(SHEETS[name])),
    js: pack(name, "js", await bundle(script)),
  });
  const picture = logo === null ? {} : { logo: pack("logo", logoKind(logo) ?? "svg", await Bun.file(logo).bytes()) };
  const cached: Cached = {
    key,
    outside: await pair("outside", "static/client.ts"),
    inside: await pair("inside", "static/inside.ts"),
    ...picture,
    icon: picture.logo?.path ?? dataAddress(await read("static/icon.svg")),
  };
  await writeCache(JSON.stringify(cached));
  return cached;
}

function sheet(name: string): string {
  return `static/css/${name}.css`;
}

function read(path: string): Promise<string> {
  return Bun.file(join(ROOT, path)).text();
}

/**
 * A quarter of the style sheet as it is sent. Comments and indentation go, texts in quotes stay; not the bundler's work,
 * because it would rewrite light-dark() and color-mix() for browsers of 2020.
 */
function withoutComments(css: string): string {
  const parts = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\/\*[\s\S]*?\*\/|\s*([{};,])\s*|\s+/g;
  return css.replace(parts, (_, quoted?: string, sign?: string) => quoted ?? sign ?? " ").trim();
}

/** Quotes and spaces need no escape inside a quoted attribute; the fewer there are, the better it compresses. */
function dataAddress(svg: string): string {
  const line = svg.replace(/>\s+</g, "><").replaceAll('"', "'").trim();
  return `data:image/svg+xml,${line.replace(/[%#<>]/g, encodeURIComponent)}`;
}

async function bundle(entry: string): Promise<Uint8Array> {
  const result = await Bun.build({
    entrypoints: [join(ROOT, entry)],
    target: "browser",
    format: "iife",
    minify: true,
  });
  return new Uint8Array(await result.outputs[0]!.arrayBuffer());
}

function pack(name: string, extension: keyof typeof CONTENT_TYPES, body: Uint8Array): Built {
  const bytes = Buffer.from(body);
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 10);
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  return {
    path: `/static/${name}.${hash}.${extension}`,
    contentType: CONTENT_TYPES[extension],
    bodies: {
      br: brotliCompressSync(bytes, brotli).toString("base64"),
      zstd: Bun.zstdCompressSync(bytes, { level: 19 }).toString("base64"),
      gzip: Buffer.from(Bun.gzipSync(bytes, { level: 9 })).toString("base64"),
      identity: bytes.toString("base64"),
    },
  };
}

/** Written aside and renamed, so that two processes starting at once never read half a file. */
async function writeCache(text: string): Promise<void> {
  try {
    await mkdir(CACHE_FOLDER, { recursive: true });
    const aside = `${CACHE_FILE}.${process.pid}`;
    await Bun.write(aside, text);
    await rename(aside, CACHE_FILE);
  } catch {
    // A read-only installation builds at every start; nothing else is lost.
  }
}
