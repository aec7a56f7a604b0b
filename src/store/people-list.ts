import type { Db, SqlValue } from "../db/db.ts";
import { PERSON_COLUMNS, type Person, type PersonRow, toPerson } from "./people.ts";
import type { Status } from "./person-status.ts";
import type { Role } from "./users.ts";

export const PAGE_SIZE = 50;
/** Beyond this people are not counted, since counting looks at each of them: the page says "1,000+". */
export const COUNTED_UP_TO = 1000;
/** Names looked through at a time for a text in their middle, where no index helps. */
export const LOOKED_THROUGH = 5000;
/** Of people who are locked out, only so many are listed: under attack it may be everybody. */
export const LOCKED_SHOWN = 200;

export const SORTS = ["name", "-name", "created", "-created", "seen", "-seen"] as const;
export type Sort = (typeof SORTS)[number];
export type Wanted = {
  /** Canonical part of a name; "" for everybody. */
  readonly q: string;
  readonly role: Role | null;
  readonly status: Status | null;
  readonly authenticator: "on" | "off" | null;
  /** Names are searched in the order of names, whatever this says. */
  readonly sort: Sort;
};
/** Where the page before ended. Its shape depends on the sort; one of another shape starts from the beginning. */
export type After = readonly (string | number)[];
export type Page = {
  readonly people: readonly Person[];
  /** Null on the last page. */
  readonly next: After | null;
  /** The search stopped looking through names; `next` goes on from there. */
  readonly partly: boolean;
};

/*
 * Every list is made of at most twelve short pieces, one for each facet (role, status, authenticator), merged here. Each
 * piece reads one page from one index, so a page costs the same among a thousand people and among a million, whatever is
 * filtered. A facet that is not wanted is asked for as -1, which no row has; so the texts are fixed.
 */
const FACETS = Array.from({ length: 12 }, (_, facet) => facet);
const NO_FACET = -1;
const LIMIT = PAGE_SIZE + 1;

type Listing = { readonly sql: string; readonly params: number };

/**
 * @param index what each piece reads. MySQL and MariaDB would sometimes rather walk through everybody by id and hope to
 *              meet a page of the wanted soon; SQLite reads the hint as a comment, and needs none.
 */
function listing(index: string, condition: string, columns: string, order: string): Listing {
  const piece = `SELECT * FROM (SELECT ${columns} FROM users /*! FORCE INDEX (${index}) */ WHERE facet = ? AND ${condition}
    ORDER BY ${order} LIMIT ${LIMIT}) AS piece`;
  const sql = `SELECT ${PERSON_COLUMNS} FROM (SELECT id FROM (${FACETS.map((n) => piece + n).join(" UNION ALL ")}) AS pieces
    ORDER BY ${order} LIMIT ${LIMIT}) AS page JOIN users u ON u.id = page.id
    ORDER BY ${order.replaceAll(/\b(id|username_key|signed_in_at)\b/g, "u.$1")}`;
  return { sql, params: condition.split("?").length - 1 };
}

const NAME = ["id, username_key", "username_key"] as const;
const NAMES = listing("users_facet_name", "username_key >= ? AND username_key > ? AND username_key < ?", ...NAME);
const NAMES_BACK = listing("users_facet_name", "username_key < ?", NAME[0], "username_key DESC");
const CREATED = listing("users_facet_id", "id > ?", "id", "id");
const CREATED_BACK = listing("users_facet_id", "id < ?", "id", "id DESC");
const SEEN_UP = ["id, signed_in_at", "signed_in_at, id"] as const;
const SEEN_DOWN = ["id, signed_in_at", "signed_in_at DESC, id DESC"] as const;
const SEEN = listing("users_facet_signed_in", "signed_in_at > ?", ...SEEN_UP);
const SEEN_SAME = listing("users_facet_signed_in", "signed_in_at = ? AND id > ?", ...SEEN_UP);
const SEEN_BACK = listing("users_facet_signed_in", "signed_in_at < ?", ...SEEN_DOWN);
const SEEN_BACK_SAME = listing("users_facet_signed_in", "signed_in_at = ? AND id < ?", ...SEEN_DOWN);

/** After every name there can be. */
const LAST_NAME = "\u{10FFFF}";
const LAST_NUMBER = Number.MAX_SAFE_INTEGER;

/** One page of people. "Created" is the order of registration, which is the order of ids. */
export async function listPeople(db: Db, wanted: Wanted, after: After | null, nowMs: number): Promise<Page> {
  if (wanted.status === "locked") return listLocked(db, wanted, nowMs);
  if (wanted.q !== "") return searchPeople(db, wanted, after);
  const { people, more } = await sortedPage(db, facetsOf(wanted), wanted.sort, after);
  const last = people.at(-1);
  return { people, next: more && last ? positionOf(last, wanted.sort) : null, partly: false };
}

function sortedPage(db: Db, facets: readonly number[], sort: Sort, after: After | null) {
  const [first, second] = after ?? [];
  const name = typeof first === "string" ? first : null;
  const number = typeof first === "number" ? first : null;
  if (sort === "name") return read(db, facets, [NAMES, ["", name ?? "", LAST_NAME]]);
  if (sort === "-name") return read(db, facets, [NAMES_BACK, [name ?? LAST_NAME]]);
  if (sort === "created") return read(db, facets, [CREATED, [number ?? 0]]);
  if (sort === "-created") return read(db, facets, [CREATED_BACK, [number ?? LAST_NUMBER]]);
  const [beyond, same, start] = sort === "seen" ? [SEEN, SEEN_SAME, -1] : [SEEN_BACK, SEEN_BACK_SAME, LAST_NUMBER];
  if (number === null || typeof second !== "number") return read(db, facets, [beyond, [start]]);
  return read(db, facets, [same, [number, second]], [beyond, [number]]);
}

function positionOf(person: Person, sort: Sort): After {
  if (sort === "name" || sort === "-name") return [person.usernameKey];
  if (sort === "created" || sort === "-created") return [person.id];
  return [person.signedInAtMs ?? 0, person.id];
}

/** One page from the first of the listings, filled up from the next. */
async function read(db: Db, facets: readonly number[], ...parts: readonly [Listing, readonly SqlValue[]][]) {
  const rows: PersonRow[] = [];
  for (const [{ sql, params }, values] of parts) {
    if (values.length !== params) throw new TypeError(`a listing takes ${params} values`);
    if (rows.length < LIMIT)
      rows.push(
        ...(await db.all<PersonRow>(
          sql,
          facets.flatMap((facet) => [facet, ...values]),
        )),
      );
  }
  return { people: rows.slice(0, PAGE_SIZE).map(toPerson), more: rows.length > PAGE_SIZE };
}

/** @returns one entry for each facet: its number, or NO_FACET. */
function facetsOf({ role, status, authenticator }: Wanted): number[] {
  return FACETS.map((facet) => {
    const state = (["active", "invited", "disabled"] as const)[Math.floor((facet % 6) / 2)]!;
    const fits =
      (role === null || (role === "admin") === facet >= 6) &&
      (status === null || status === "locked" || status === state) &&
      (authenticator === null || (authenticator === "on") === (facet % 2 === 1));
    return fits ? facet : NO_FACET;
  });
}

/**
 * First the names that begin with the text, by the index; then those that hold it further on, of which a fixed number is
 * looked through for each page.
 */
async function searchPeople(db: Db, wanted: Wanted, after: After | null): Promise<Page> {
  const facets = facetsOf(wanted);
  const [stage, key] = [after?.[0], typeof after?.[1] === "string" ? after[1] : ""];
  const begins =
    stage === "holds"
      ? { people: [], more: false }
      : await read(db, facets, [NAMES, [wanted.q, key, wanted.q + LAST_NAME]]);
  if (begins.more) return { people: begins.people, next: ["begins", begins.people.at(-1)!.usernameKey], partly: false };
  const from = stage === "holds" ? key : "";
  const holds = await lookThrough(db, facets, wanted.q, from);
  const people = [...begins.people, ...holds.people];
  if (people.length > PAGE_SIZE) {
    const shown = people.slice(0, PAGE_SIZE);
    const lastHolds = shown.length > begins.people.length ? shown.at(-1)!.usernameKey : from;
    return { people: shown, next: ["holds", lastHolds], partly: false };
  }
  return { people, next: holds.end === null ? null : ["holds", holds.end], partly: holds.end !== null };
}

/** `+ 0` keeps the facet's index out of it: the few names that were found are looked up, not the other way round. */
const HOLDS = `SELECT ${PERSON_COLUMNS} FROM (
    SELECT id FROM (SELECT id, username_key FROM users WHERE username_key > ? ORDER BY username_key LIMIT ${LOOKED_THROUGH}) AS part
     WHERE username_key LIKE ? ESCAPE '!' AND NOT (username_key >= ? AND username_key < ?)) AS hit
  JOIN users u ON u.id = hit.id
  WHERE u.facet + 0 IN (${FACETS.map(() => "?").join(", ")}) ORDER BY u.username_key LIMIT ${LIMIT}`;
const END = `SELECT username_key AS last FROM users WHERE username_key > ? ORDER BY username_key LIMIT 1 OFFSET ${LOOKED_THROUGH - 1}`;

/** @returns `end`: the last name that was looked at, null when there are no more. */
async function lookThrough(db: Db, facets: readonly number[], q: string, from: string) {
  const pattern = `%${q.replace(/[!%_]/g, "!$&")}%`;
  const rows = await db.all<PersonRow>(HOLDS, [from, pattern, q, q + LAST_NAME, ...facets]);
  const end = await db.one<{ last: string }>(END, [from]);
  return { people: rows.map(toPerson), end: end?.last ?? null };
}

const LOCKED = `SELECT ${PERSON_COLUMNS} FROM (SELECT DISTINCT user_id FROM (
    SELECT user_id FROM attempts WHERE blocked_until > ? AND user_id IS NOT NULL ORDER BY blocked_until DESC LIMIT 1000) AS blocks
    LIMIT ${LOCKED_SHOWN}) AS locked JOIN users u ON u.id = locked.user_id
  WHERE u.username_key LIKE ? ESCAPE '!' AND u.facet + 0 IN (${FACETS.map(() => "?").join(", ")}) ORDER BY u.username_key`;

/** Who is locked out changes by the minute: the latest of them on one page. */
async function listLocked(db: Db, wanted: Wanted, nowMs: number): Promise<Page> {
  const pattern = `%${wanted.q.replace(/[!%_]/g, "!$&")}%`;
  const rows = await db.all<PersonRow>(LOCKED, [nowMs, pattern, ...facetsOf(wanted)]);
  return { people: rows.map(toPerson), next: null, partly: false };
}

const IN_FACETS = `FROM users /*! FORCE INDEX (users_facet_id) */ WHERE facet IN (${FACETS.map(() => "?").join(", ")})`;
const ONE_MORE = `SELECT id ${IN_FACETS} LIMIT 1 OFFSET ${COUNTED_UP_TO}`;
const COUNT = `SELECT COUNT(*) AS people ${IN_FACETS}`;

/** @returns how many people the filters leave, at most COUNTED_UP_TO + 1; null where only looking would tell. */
export async function countPeople(db: Db, wanted: Wanted): Promise<number | null> {
  if (wanted.q !== "" || wanted.status === "locked") return null;
  const facets = facetsOf(wanted);
  if ((await db.one(ONE_MORE, facets)) !== null) return COUNTED_UP_TO + 1;
  return (await db.one<{ people: number }>(COUNT, facets))?.people ?? 0;
}
