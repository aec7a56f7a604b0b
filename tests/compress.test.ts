import { expect, test } from "bun:test";
import { compressed } from "#src/compress.ts";

const PAGE = `<!DOCTYPE html><html lang="en">${"<p>Sign in</p>".repeat(200)}</html>`;

async function ask(sent: Record<string, string>, body = PAGE, type = "text/html; charset=UTF-8", status = 200) {
  const answer = new Response(body, { status, headers: { "Content-Type": type, Vary: "HX-Request-Type" } });
  const request = new Request("http://localhost/login", { headers: sent });
  const { headers, ...rest } = await compressed(request, Promise.resolve(answer)).then(async (given) => ({
    headers: given.headers,
    bytes: await given.bytes(),
  }));
  return { coding: headers.get("Content-Encoding"), vary: headers.get("Vary"), ...rest };
}

test("the page of a first visit is packed, and is the same page", async () => {
  const { coding, vary, bytes } = await ask({ "Accept-Encoding": "gzip, deflate, br, zstd" });
  expect([coding, vary]).toEqual(["gzip", "HX-Request-Type, Accept-Encoding"]);
  expect(bytes.length).toBeLessThan(PAGE.length / 4);
  expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(PAGE);
});

test("whoever brings a cookie gets the page as it is: its length must not tell of what is in it", async () => {
  const { coding, bytes } = await ask({ "Accept-Encoding": "gzip", Cookie: "session=x" });
  expect(coding).toBeNull();
  expect(new TextDecoder().decode(bytes)).toBe(PAGE);
});

test.each([
  ["no such coding", { "Accept-Encoding": "br" }],
  ["a forbidden coding", { "Accept-Encoding": "br, gzip;q=0" }],
  ["a coding forbidden at length", { "Accept-Encoding": "gzip; q=0.000" }],
  ["nothing said", {}],
])("%s: as it is", async (_, sent) => {
  expect((await ask(sent)).coding).toBeNull();
});

test("small pages, errors and other types stay as they are", async () => {
  const sent = { "Accept-Encoding": "gzip;q=0.5" };
  expect((await ask(sent)).coding).toBe("gzip");
  expect((await ask(sent, "<p>short</p>")).coding).toBeNull();
  expect((await ask(sent, PAGE, "text/html", 404)).coding).toBeNull();
  expect((await ask(sent, PAGE, "text/css")).coding).toBeNull();
});
