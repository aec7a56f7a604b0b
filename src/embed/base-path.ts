/*
 * Pages say "/login" wherever they stand. Mounted in another app the path in front is taken off what comes in and put
 * into what goes out, here and nowhere else.
 */

/** The request as the house expects it: without the path it is mounted under. */
export function inward(request: Request, base: string): Request {
  const strip = (address: string) => {
    const url = new URL(address);
    if (url.pathname === base || url.pathname.startsWith(`${base}/`))
      url.pathname = url.pathname.slice(base.length) || "/";
    return url.href;
  };
  const inner = new Request(strip(request.url), request);
  const page = request.headers.get("HX-Current-URL");
  if (page !== null && URL.canParse(page)) inner.headers.set("HX-Current-URL", strip(page));
  return inner;
}

/** A raw quote is never text: JSX escapes it. So whatever looks like an attribute is one. */
const ADDRESSES = / (href|src|action|formaction|hx-get|hx-post|hx-sse:connect)="\/(?!\/)/g;
const ONE_TIME = ["/invite/", "/reset/", "/setup/"];
const HEADERS = ["Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url"];

/** The answer with that path put in front of every address of ours: in headers, in attributes, in one-time links. */
export function outward(answer: Response, origin: string, base: string): Response {
  const headers = new Headers(answer.headers);
  for (const name of HEADERS) {
    const address = headers.get(name);
    if (address?.startsWith("/")) headers.set(name, base + address);
  }
  const hasAddresses = /^text\/(html|csv|event-stream)/.test(headers.get("Content-Type") ?? "");
  if (answer.body === null || !hasAddresses) return new Response(answer.body, { status: answer.status, headers });
  headers.delete("Content-Length");
  const rewrite = (text: string) =>
    ONE_TIME.reduce(
      (done, path) => done.replaceAll(origin + path, origin + base + path),
      text.replace(ADDRESSES, ` $1="${base}/`),
    );
  return new Response(answer.body.pipeThrough(rewriting(rewrite, headers)), { status: answer.status, headers });
}

/** A stream goes through message by message, anything else when it is complete: no address is cut in two. */
function rewriting(rewrite: (text: string) => string, headers: Headers): ReadableWritablePair<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const streams = headers.get("Content-Type")?.startsWith("text/event-stream");
  let held = "";
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      held += decoder.decode(chunk, { stream: true });
      const end = streams ? held.lastIndexOf("\n\n") + 2 : 0;
      if (end < 2) return;
      controller.enqueue(encoder.encode(rewrite(held.slice(0, end))));
      held = held.slice(end);
    },
    flush: (controller) => controller.enqueue(encoder.encode(rewrite(held + decoder.decode()))),
  });
}
