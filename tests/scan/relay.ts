import { type IncomingHttpHeaders, request } from "node:http";

/**
 * Stands between an attack program and the server, so that every program can be anybody without knowing how: it adds the
 * session's cookie and the headers a browser sends, gives each request an address of its own (throttling by address would
 * end the scan after five tries), and keeps the session alive when the program ends it by accident. It notes every answer.
 */
export type Relay = {
  readonly url: string;
  /** What was asked so far, and which answers were errors of ours. */
  readonly seen: { requests: number; readonly broken: string[] };
  stop(): void;
};

export type RelayOptions = {
  readonly target: string;
  /** A fresh session's cookie, or null for a stranger. */
  readonly signIn: (() => Promise<string>) | null;
};

const SIGNS_OUT = /^\/(logout|login\?|account\/(sessions|password|authenticator|codes))/;
const OURS = new Set(["host", "cookie", "connection", "accept-encoding", "content-length", "transfer-encoding"]);
/** What databases and runtimes say when a statement or a program breaks. */
const LEAKED = /SQLITE_|SQL syntax|mysql2|bun:sqlite|\bat \/\S+\.tsx?:\d+|node_modules\//;

export async function startRelay({ target, signIn }: RelayOptions): Promise<Relay> {
  const seen = { requests: 0, broken: [] as string[] };
  let cookie = (await signIn?.()) ?? null;

  const pass = async (given: Request): Promise<Response> => {
    // As it came: fetch and URL would tidy it up, and with it the attack.
    const path = given.url.slice(new URL(given.url).origin.length);
    if (given.method === "POST" && signIn !== null && SIGNS_OUT.test(path)) cookie = await signIn();
    const headers: Record<string, string> = {};
    for (const [name, value] of given.headers) if (!OURS.has(name)) headers[name] = value;
    Object.assign(headers, { Origin: target, "X-Forwarded-For": anyAddress() });
    if (cookie !== null) headers.Cookie = `session=${cookie}`;
    const answer = await send(target, path, given.method, headers, Buffer.from(await given.arrayBuffer()));
    seen.requests++;
    // 503 is an answer too: too many passwords at once.
    if ((answer.status >= 500 && answer.status !== 503) || LEAKED.test(answer.text))
      seen.broken.push(`${answer.status} ${given.method} ${path}`.slice(0, 200));
    if (signIn !== null && (answer.headers.location ?? "").startsWith("/login")) cookie = await signIn();
    const shown = new Headers();
    for (const name of ["content-type", "location", "content-security-policy", "x-frame-options"])
      if (typeof answer.headers[name] === "string") shown.set(name, answer.headers[name]);
    const empty = answer.status === 204 || answer.status === 304;
    return new Response(empty ? null : answer.text, { status: answer.status, headers: shown });
  };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 60,
    fetch: (request) => pass(request).catch((error) => new Response(String(error), { status: 502 })),
  });
  return { url: `http://127.0.0.1:${server.port}`, seen, stop: () => void server.stop(true) };
}

/** From the ranges set aside for benchmarks (RFC 2544). */
function anyAddress(): string {
  const any = crypto.getRandomValues(new Uint8Array(3));
  return `198.${18 + (any[0]! & 1)}.${any[1]}.${any[2]}`;
}

type Answer = { status: number; headers: IncomingHttpHeaders; text: string };

function send(
  target: string,
  path: string,
  method: string,
  headers: Record<string, string>,
  body: Buffer,
): Promise<Answer> {
  const { hostname, port } = new URL(target);
  return new Promise((done, fail) => {
    const asked = request({ hostname, port, path, method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        done({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() });
      });
      answer.on("error", fail);
    });
    asked.on("error", fail);
    asked.end(body);
  });
}
