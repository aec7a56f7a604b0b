import type { Context } from "hono";
import { canonicalUsername } from "../../auth/username.ts";
import { type After, SORTS, type Sort, type Wanted } from "../../store/people-list.ts";
import { STATUSES, type Status } from "../../store/person-status.ts";
import type { Role } from "../../store/users.ts";

/** What the address of the list says; whatever it says wrongly counts as not said. */
export type Query = { readonly wanted: Wanted; readonly after: After | null; readonly typed: string };

const LONGEST_SEARCH = 64;
const ADDRESS = "/admin/users";

export const readQuery = (c: Context): Query => parseQuery(c.req.query());

/** The list somebody acts from; null where they do so elsewhere. */
export function queryOfPage(c: Context): Query | null {
  const page = c.req.header("HX-Current-URL") ?? "";
  if (!URL.canParse(page)) return null;
  const { pathname, searchParams } = new URL(page);
  return pathname.endsWith(ADDRESS) ? parseQuery(Object.fromEntries(searchParams)) : null;
}

function parseQuery({ q = "", role, status, mfa, sort, after }: Partial<Record<string, string>>): Query {
  const typed = q.slice(0, LONGEST_SEARCH);
  const wanted: Wanted = {
    q: canonicalUsername(typed) ?? "",
    role: oneOf<Role>(["admin", "user"], role),
    status: oneOf<Status>(STATUSES, status),
    authenticator: oneOf(["on", "off"], mfa),
    sort: oneOf<Sort>(SORTS, sort) ?? "name",
  };
  return { wanted, typed, after: parseAfter(after) };
}

function oneOf<T extends string>(choices: readonly T[], value: string | undefined): T | null {
  return choices.find((choice) => choice === value) ?? null;
}

/** What the list can be narrowed down by, as the address has it. */
export type Filter = "q" | "role" | "status" | "mfa";

type Change = { sort?: string; after?: After | null; without?: readonly Filter[] };

/** The address of a page of the list, with no more in it than it takes. */
export function listAddress({ wanted, typed }: Query, change: Change = {}): string {
  const { role, status, authenticator } = wanted;
  const sort = change.sort ?? wanted.sort;
  const said: Record<string, string | null> = {
    q: typed,
    role,
    status,
    mfa: authenticator,
    sort: sort === "name" ? null : sort,
    after: change.after ? formatAfter(change.after) : null,
  };
  for (const filter of change.without ?? []) said[filter] = null;
  const params = new URLSearchParams(Object.entries(said).filter((entry): entry is [string, string] => !!entry[1]));
  return params.size === 0 ? ADDRESS : `${ADDRESS}?${params}`;
}

function formatAfter(after: After): string {
  return Buffer.from(JSON.stringify(after)).toString("base64url");
}

/** Anybody can write an address: what is no position means the first page. */
function parseAfter(text: string | undefined): After | null {
  if (text === undefined || text.length > 1200) return null;
  try {
    const after: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    const fine = Array.isArray(after) && after.length <= 2 && after.every(isPosition);
    return fine ? (after as After) : null;
  } catch {
    return null;
  }
}

const isPosition = (part: unknown): boolean =>
  (typeof part === "string" && part.length <= 600) || Number.isSafeInteger(part);
