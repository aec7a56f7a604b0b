import { connect } from "node:net";

export type OnWire = { readonly bytes: number; readonly head: string; readonly body: string };

/** Asks as a browser does, over a connection of its own, and counts what comes back, headers included. */
export async function bytesOf(url: string, path: string, headers: Record<string, string> = {}): Promise<OnWire> {
  const { hostname, port, host } = new URL(url);
  const lines = Object.entries({
    Host: host,
    "Accept-Encoding": "gzip, deflate, br, zstd",
    Connection: "close",
    ...headers,
  });
  const request = `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  const answer = await exchange(Number(port), hostname, request);
  const end = answer.indexOf("\r\n\r\n");
  const head = answer.subarray(0, end).toString();
  if (!/^HTTP\/1\.1 200 /.test(head)) throw new Error(`${path}: ${head.split("\r\n")[0]}`);
  const body = new Uint8Array(answer.subarray(end + 4));
  return { bytes: answer.length, head, body: decoded(body, /^content-encoding: *(\S+)/im.exec(head)?.[1]) };
}

function exchange(port: number, host: string, request: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect(port, host, () => socket.write(request));
    socket.on("data", (part: Buffer) => void parts.push(part));
    socket.on("end", () => resolve(Buffer.concat(parts)));
    socket.on("error", reject);
  });
}

function decoded(body: Uint8Array<ArrayBuffer>, encoding: string | undefined): string {
  if (encoding === "gzip") return new TextDecoder().decode(Bun.gunzipSync(body));
  if (encoding === "zstd") return new TextDecoder().decode(Bun.zstdDecompressSync(body));
  return new TextDecoder().decode(body);
}

/** What a page makes the browser fetch: scripts, style sheets, icons and pictures, each address once. */
export function filesOf(html: string): string[] {
  const tags = html.match(/<(?:script|link|img)\b[^>]*>/g) ?? [];
  const addresses = tags.map((tag) => /\s(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? "");
  return [...new Set(addresses.filter((address) => address.startsWith("/")))];
}
