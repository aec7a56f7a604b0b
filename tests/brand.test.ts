import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAssets, serveAsset } from "#src/assets.ts";
import { accentRules, contrast, isReadable, logoKind, MAX_LOGO_BYTES } from "#src/brand.ts";
import { loadConfig } from "#src/config.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-brand-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>x</script></svg>';
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

describe("the accent", () => {
  test.each([
    ["#000000", "#ffffff", 21],
    ["#767676", "#ffffff", 4.54],
    ["#1d4ed8", "#1d4ed8", 1],
  ])("contrast of %s and %s is %d", (one, other, ratio) => {
    expect(contrast(one, other)).toBeCloseTo(ratio, 2);
  });

  test("must be readable on the light pages", () => {
    expect(["#1d4ed8", "#b91c1c", "#000000", "#767676", "#ffcc00", "#ffffff"].map(isReadable)).toEqual([
      ...[true, true, true, false, false, false],
    ]);
  });

  for (const accent of ["#1d4ed8", "#b91c1c", "#000000", "#0f766e", "#6d28d9"])
    test(`${accent} is readable on dark pages too, and so is what stands on it`, () => {
      const colours = [...accentRules(accent).matchAll(/#[0-9a-f]{3,6}\b/g)].map(([colour]) => colour);
      const [light, dark, lightStrong, darkStrong, , onDark] = colours as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      expect(light).toBe(accent);
      for (const text of [dark, darkStrong]) expect(contrast(text, "#242b29")).toBeGreaterThanOrEqual(7);
      for (const text of [light, lightStrong]) expect(contrast(text, "#ffffff")).toBeGreaterThanOrEqual(4.5);
      expect(contrast(onDark, dark)).toBeGreaterThanOrEqual(4.5);
    });

  test("is in the style sheet, which has another address then", async () => {
    const plain = await loadAssets();
    const blue = await loadAssets({ accent: "#1d4ed8", logo: null });
    const red = await loadAssets({ accent: "#b91c1c", logo: null });
    for (const place of ["outside", "inside"] as const) {
      expect(new Set([plain, blue, red].map((assets) => assets[place].css)).size).toBe(3);
      const sheet = new TextDecoder().decode(blue.find(blue[place].css)?.body("identity"));
      expect(sheet.includes("--accent: light-dark(#1d4ed8,#")).toBe(true);
      expect([blue[place].js, blue.icon]).toEqual([plain[place].js, plain.icon]);
    }
  });
});

describe("the logo", () => {
  test("is an SVG or a PNG by its content, whatever its name says", () => {
    expect(logoKind(file("a.txt", SVG))).toBe("svg");
    expect(logoKind(file("b.svg", `<?xml version="1.0"?>\n<!-- made by hand -->\n${SVG}`))).toBe("svg");
    expect(logoKind(file("c.svg", PNG))).toBe("png");
    for (const other of ["", "<html><svg></svg></html>", "GIF89a", "<svgx>"])
      expect(logoKind(file("d.svg", other))).toBeNull();
    expect(logoKind(folder)).toBeNull();
  });

  test("has at most 64 KB", () => {
    const [svg, room] = [SVG, MAX_LOGO_BYTES - SVG.length];
    expect(logoKind(file("e.svg", svg + " ".repeat(room)))).toBe("svg");
    expect(logoKind(file("f.svg", svg + " ".repeat(room + 1)))).toBeNull();
  });

  test.each([
    ["svg", SVG, "image/svg+xml"],
    ["png", PNG, "image/png"],
  ])("%s is served by its content, as a picture and nothing else", async (kind, content, type) => {
    const { brand } = loadConfig({ APP_LOGO: file(`logo.${kind}`, content) });
    const assets = await loadAssets(brand);
    expect(assets.icon).toMatch(new RegExp(`^/static/logo\\.[0-9a-f]{10}\\.${kind}$`));
    const answer = serveAsset(assets, new Request(`http://localhost${assets.icon}`))!;
    expect(answer.headers.get("Content-Type")).toBe(type);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(content));
    writeFileSync(brand.logo!, Buffer.concat([Buffer.from(content), Buffer.from("\n")]));
    expect((await loadAssets(brand)).icon).not.toBe(assets.icon);
  });
});
