import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import { bufferToFormData } from "hono/utils/buffer";
import type { Deps } from "./app.tsx";
import { throttleAddress } from "./auth/address.ts";
import { createBudget } from "./auth/budget.ts";
import { visitorOrNull } from "./session.ts";
import type { PublicEnv } from "./web.tsx";

/*
 * How much of anything one request may bring, and how much strangers may ask for. Bun itself limits the header with the
 * address in it (16 KiB, 431), refuses what is ambiguous (400) and cuts off who sends nothing for long.
 */

export const MAX_BODY_BYTES = 64 * 1024;
const MAX_FIELDS = 100;
const AMPERSAND = "&".charCodeAt(0);
/** A whole list of people is the one thing larger than a form. */
const MAX_LIST_BYTES = 1024 * 1024;
const TAKES_LISTS = /^\/admin\/users\/import(\/|$)/;

/** For Bun.serve. Bodies that are only somewhat too large reach the application, which answers them with a page. */
export const SERVER_LIMITS = { maxRequestBodySize: 20 * MAX_BODY_BYTES, idleTimeout: 10 } as const;

/** Names and addresses, IPv6 in brackets, with or without a port; "a, b" is what two Host headers become. */
const HOST = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

/**
 * Refuses requests that leave open whom they are for: no http address, or a Host header that is none, or two of them
 * (RFC 9112, 3.2). Routing would read the wrong part of such an address as the path.
 *
 * A request without Host is a probe that speaks HTTP/1.0; Bun hands it over with the path alone.
 *
 * @returns the request with a whole address, or null.
 */
export function soundRequest(request: Request): Request | null {
  const host = request.headers.get("Host");
  if (host === null) return request.url.startsWith("/") ? new Request(`http://localhost${request.url}`, request) : null;
  return HOST.test(host) && /^https?:\/\//.test(request.url) && URL.canParse(request.url) ? request : null;
}

export const limitBody = (): MiddlewareHandler => {
  const most = (maxSize: number) => bodyLimit({ maxSize, onError: () => Promise.reject(new HTTPException(413)) });
  const [usual, lists] = [most(MAX_BODY_BYTES), most(MAX_LIST_BYTES)];
  return (c, next) => (TAKES_LISTS.test(c.req.path) ? lists(c, next) : usual(c, next));
};

/**
 * Reads the form, once for all handlers, and refuses those no page of ours sends: unreadable ones, ones of very many
 * fields, and text that was not valid UTF-8. The decoder puts U+FFFD for broken bytes, so different inputs would become
 * the same text.
 */
export const limitForm: MiddlewareHandler = createMiddleware(async (c, next) => {
  if (c.req.method !== "POST" || c.req.header("Content-Type") === undefined) return next();
  const body = new Uint8Array(await c.req.arrayBuffer());
  // Before it is taken apart: a body of nothing but separators would become half a million fields first.
  if (separators(body) > MAX_FIELDS && isUrlEncoded(c)) throw new HTTPException(413, { message: "too many fields" });
  if (body.length > MAX_BODY_BYTES && visitorOrNull(c)?.user.role !== "admin") throw new HTTPException(413);
  const fields = await readForm(c, body).catch((cause) => {
    throw new HTTPException(400, { message: "not a readable form", cause });
  });
  let count = 0;
  for (const field of fields) {
    if (++count > MAX_FIELDS) throw new HTTPException(413, { message: "too many fields" });
    if (field.some((text) => typeof text === "string" && text.includes("\uFFFD")))
      throw new HTTPException(400, { message: "not UTF-8" });
  }
  await next();
});

const isUrlEncoded = (c: Context): boolean => !/^multipart\//i.test(c.req.header("Content-Type") ?? "");

function separators(body: Uint8Array): number {
  let count = 0;
  for (const byte of body) if (byte === AMPERSAND && ++count > MAX_FIELDS) break;
  return count;
}

/** Kept where Hono looks for it, so that no handler reads the body again. */
async function readForm(c: Context, body: Uint8Array<ArrayBuffer>): Promise<FormData> {
  const form = await bufferToFormData(body.buffer, c.req.header("Content-Type") ?? "");
  c.req.bodyCache.formData = form;
  return form;
}

/** Counts the forms of people who are not signed in. It stands before every route such a form can reach. */
export const limitStrangers = ({ clock }: Deps): MiddlewareHandler<PublicEnv> => {
  const budget = createBudget();
  return createMiddleware<PublicEnv>(async (c, next) => {
    const stranger = c.req.method === "POST" && visitorOrNull(c) === null;
    if (stranger) budget.spend(throttleAddress(c.var.address), clock());
    await next();
  });
};
