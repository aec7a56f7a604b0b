import { expect, test } from "bun:test";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { type Encoding, loadAssets, SHEETS, serveAsset } from "#src/assets.ts";
import { projectFiles, read } from "./support/files.ts";
import { firstPage } from "./views/first-page.tsx";

/** A person on a slow line waits for these bytes before the first page works. */
const FIRST_VISIT_LIMIT_BYTES = 25 * 1024;

const assets = await loadAssets();
const addressesOf = ({ outside, inside }: typeof assets) => [outside, inside].flatMap(({ css, js }) => [css, js]);
const addresses = addressesOf(assets);

function ask(path: string, acceptEncoding?: string, method = "GET"): Response | null {
  const headers = acceptEncoding === undefined ? {} : { "Accept-Encoding": acceptEncoding };
  return serveAsset(assets, new Request(`http://localhost${path}`, { method, headers }));
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const DECODE: Record<Encoding, (bytes: Uint8Array<ArrayBuffer>) => Uint8Array> = {
  br: (bytes) => brotliDecompressSync(bytes),
  zstd: (bytes) => Bun.zstdDecompressSync(bytes),
  gzip: (bytes) => Bun.gunzipSync(bytes),
  identity: (bytes) => bytes,
};

test("addresses name the content and stay the same for the same content", async () => {
  for (const [place, { css, js }] of Object.entries({ outside: assets.outside, inside: assets.inside })) {
    expect(css).toMatch(new RegExp(`^/static/${place}\\.[0-9a-f]{10}\\.css$`));
    expect(js).toMatch(new RegExp(`^/static/${place}\\.[0-9a-f]{10}\\.js$`));
  }
  expect(addressesOf(await loadAssets())).toEqual(addresses);
});

test("every coding holds the same content", () => {
  for (const address of addresses) {
    const asset = assets.find(address)!;
    const plain = text(asset.body("identity"));
    for (const [coding, decode] of Object.entries(DECODE))
      expect(text(decode(asset.body(coding as Encoding)))).toBe(plain);
  }
});

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["zstd, gzip", "zstd"],
  ["gzip", "gzip"],
  ["GZIP", "gzip"],
  ["br;q=0, gzip", "gzip"],
  ["br; q=0.1, gzip;q=0.9", "gzip"],
  ["*", "br"],
  ["*, br;q=0", "zstd"],
  ["*;q=0", null],
  ["br;q=nonsense", null],
  ["deflate", null],
  ["identity", null],
  ["", null],
  [undefined, null],
])("Accept-Encoding %p is answered with %p", async (accepted, coding) => {
  const response = ask(assets.outside.css, accepted)!;
  expect(response.headers.get("Content-Encoding")).toBe(coding);
  const body = new Uint8Array(await response.arrayBuffer());
  expect(response.headers.get("Content-Length")).toBe(String(body.length));
  expect(text(DECODE[(coding ?? "identity") as Encoding](body))).toContain("@layer tokens,base,parts");
});

test("browsers keep the files for ever, caches keep the codings apart", () => {
  const types = addresses.map((address) => {
    const { headers } = ask(address)!;
    expect(headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    expect(headers.get("Vary")).toBe("Accept-Encoding");
    return headers.get("Content-Type");
  });
  const [style, script] = ["text/css; charset=utf-8", "text/javascript; charset=utf-8"];
  expect(types).toEqual([style, script, style, script]);
});

test("HEAD answers the same headers without the body", async () => {
  const get = ask(assets.outside.js, "br")!;
  const head = ask(assets.outside.js, "br", "HEAD")!;
  expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
  expect(await head.text()).toBe("");
});

test("the icon is part of the page, and still the icon", async () => {
  const [type, text = ""] = assets.icon.split(",", 2);
  expect(type).toBe("data:image/svg+xml");
  const shape = (svg: string) => svg.replaceAll('"', "'").replace(/>\s+</g, "><").trim();
  expect(decodeURIComponent(text)).toBe(shape(await Bun.file("static/icon.svg").text()));
});

test.each(["outside", "inside"] as const)("the style sheet %s loses comments and spaces, nothing else", (place) => {
  const sent = text(assets.find(assets[place].css)!.body("identity"));
  const written = SHEETS[place]
    .map(read)
    .join("")
    .replace(/\/\*[\s\S]*?\*\//g, "");
  const bare = (css: string) => css.replace(/\s+/g, "");
  expect(bare(sent)).toBe(bare(written));
  expect(sent).not.toContain("/*");
});

test("every file of static/css is part of it", () => {
  const files = projectFiles().filter((file) => /^static\/.*\.css$/.test(file));
  expect(files).toEqual([...SHEETS.inside].sort());
});

test("only the files themselves are there", () => {
  const old = assets.outside.css.replace(/[0-9a-f]{10}/, "0123456789");
  for (const path of [
    "/static/",
    "/static/outside.css",
    old,
    `${assets.outside.css}/`,
    "/static/../package.json",
    "/static/%2e%2e/x",
  ])
    expect(ask(path)).toBeNull();
  expect(ask(assets.outside.css, "br", "POST")).toBeNull();
});

test("the script carries no names of its sources and nothing that needs eval", () => {
  const script = text(assets.find(assets.outside.js)!.body("identity"));
  expect(script).not.toContain("sourceMappingURL");
  expect(script).not.toContain(import.meta.dirname);
});

test("a first visit to the sign-in page costs less than 25 KB", () => {
  const files = [assets.outside.css, assets.outside.js].map((address) => assets.find(address)!.body("br").length);
  const page = brotliCompressSync(firstPage(assets)).length;
  expect(files.reduce((sum, bytes) => sum + bytes, page)).toBeLessThan(FIRST_VISIT_LIMIT_BYTES);
});
