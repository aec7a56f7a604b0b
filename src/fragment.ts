import type { Child } from "hono/jsx";
import type { Logger } from "pino";
import { z } from "zod";
import type { Language } from "#views/words.tsx";
import type { Db } from "./db/db.ts";

/** For the schemas of forms, so that a fragment needs no other import. */
export { z };

/** Who looks at a fragment. Frozen; there is deliberately nothing more to read. */
export type FragmentUser = { readonly id: number; readonly username: string; readonly role: "admin" | "user" };

/** One text for everybody, or one per language by its code; who speaks none of them reads the English one. */
export type Text = string | ({ readonly en: string } & { readonly [code: string]: string });

/** The text in the language with this code. */
export const textIn = (text: Text, code: string): string => (typeof text === "string" ? text : (text[code] ?? text.en));

/** Whole seconds, such as "30s". */
export type Interval = `${number}s`;

/** What every function of a fragment is given, made anew for each request. */
export type FragmentContext = {
  readonly user: FragmentUser;
  /** The house's database: fixed statements with `?` for every value, in words both SQLite and MySQL know. */
  readonly db: Omit<Db, "close">;
  /** What the person reads: its `code`, and how days, times and numbers are written in it. */
  readonly language: Pick<Language, "code" | "time" | "day" | "dayShort" | "number" | "collator">;
  /** Picks the person's language: `say({ en: "People", de: "Personen" })`. */
  readonly say: (text: Text) => string;
  /** Lines carry the fragment's name and the number of the request. */
  readonly log: Logger;
  /** Unix time in milliseconds at which the request began. */
  readonly nowMs: number;
  /** Unix time in milliseconds now; for what runs longer than one answer. */
  readonly clock: () => number;
  /** Milliseconds without activity after which a session ends. */
  readonly sessionIdleMs: number;
  /** Address of the fragment: `/fragments/<name>`. Links and forms of its own start with it. */
  readonly href: string;
  /** `id` of the element that holds the content; what htmx swaps when a part of the card leads on in the card. */
  readonly id: string;
  /** The part of the address behind `?`. */
  readonly query: URLSearchParams;
  /** What stood in the place of `:names` in the path of a route. */
  readonly params: Readonly<Record<string, string>>;
  /** Aborted when nobody waits for the answer any more: time limit, closed page, ended session. */
  readonly signal: AbortSignal;
  /** Goes round at once and then at every interval, until nobody waits any more. For `live`. */
  readonly every: (interval: Interval) => AsyncIterable<void>;
};

const GO_TO = Symbol("goTo");
type GoTo = { readonly [GO_TO]: string };

/** As the answer of a form: moves the browser on to another page. */
export const goTo = (address: string): GoTo => Object.freeze({ [GO_TO]: address });

/** The address, when the answer is one of `goTo`. */
export const goToAddress = (answer: unknown): string | null =>
  typeof answer === "object" && answer !== null && GO_TO in answer ? (answer as GoTo)[GO_TO] : null;

const PART = Symbol("part");
type Part = { readonly [PART]: { readonly id: string; readonly view: Child } };

/** As a view of `live`: changes what is in the element with this `id` and leaves the rest of the card alone. */
export const part = (id: string, view: Child): Part => Object.freeze({ [PART]: { id, view } });

/** Which element a view of `live` is for; the whole card, unless it is one of `part`. */
export const partOf = (view: unknown, wholeId: string): { readonly id: string; readonly view: Child } =>
  typeof view === "object" && view !== null && PART in view
    ? (view as Part)[PART]
    : { id: wholeId, view: view as Child };

/** What a route answers: a view, or `goTo()`; nothing (null, undefined) means as its docstring says. */
export type Answer = Child | GoTo | undefined;

/** First mistake per field. */
export type FormErrors = Partial<Record<string, string>>;

export type FragmentForm<Schema extends z.ZodType> = {
  readonly schema: Schema;
  readonly refuse?: FormView;
};
type FormView = (
  context: FragmentContext,
  errors: FormErrors,
  posted: Readonly<Record<string, string>>,
) => Child | Promise<Child>;

/**
 * How a posted form is checked. Files, fields sent twice and broken text never reach the schema.
 *
 * @param refuse the form again, with its mistakes; answered with 422. Without it only the status is answered.
 */
export const form = <Schema extends z.ZodType>(schema: Schema, refuse?: FormView): FragmentForm<Schema> =>
  Object.freeze({ schema, ...(refuse && { refuse }) });

/** Collects what a fragment answers below its own address. Paths start with `/`; `:name` stands for one segment. */
export type FragmentRoutes = {
  /** A page below the fragment. Answering null or nothing means: there is no such page (404). */
  get(path: string, answer: (context: FragmentContext) => Answer | Promise<Answer>): void;
  /** A form. Answering null or nothing means: done, show the fragment again. */
  post<Schema extends z.ZodType>(
    path: string,
    form: FragmentForm<Schema>,
    answer: (context: FragmentContext, values: z.output<Schema>) => Answer | Promise<Answer>,
  ): void;
};

export type FragmentRoute =
  | { readonly method: "GET"; readonly path: string; answer(context: FragmentContext): Answer | Promise<Answer> }
  | {
      readonly method: "POST";
      readonly path: string;
      readonly form: FragmentForm<z.ZodType>;
      answer(context: FragmentContext, values: unknown): Answer | Promise<Answer>;
    };

export type FragmentDefinition = {
  /** Heading of the card and entry in the menu. */
  title: Text;
  /** One line below the heading. */
  description?: Text;
  /** One character in front of the heading. Not read out. */
  icon?: string;
  /** Cards are sorted by this, then by title, until a person arranges their own. Default 100. */
  order?: number;
  /** Width of the card: a "third" (default), "half" or "full"; cards that share a row fill it. */
  size?: "third" | "half" | "full";
  /**
   * Room held free until the content is there, so that nothing below it moves: 1 for a few lines (default), 2 for figures
   * or facts, 3 for a table or a chart, 4 for figures over a chart.
   */
  height?: 1 | 2 | 3 | 4;
  /**
   * Who may see it: menu entry, card, page, everything below it and its live stream alike, asked anew on every request.
   * Default: everybody signed in. It looks at the user only, so that the answer is the same wherever it is asked;
   * anything but `true`, and a throw too, means no.
   */
  can?: (user: FragmentUser) => boolean;
  /** How often the card fetches itself anew while the page is visible. Such requests never keep a session alive. */
  refresh?: Interval;
  /** How long an answer may take before the card gives up on it, at most "60s". Default "5s". */
  timeLimit?: Interval;
  /** The content. May be async; what it throws is shown as an error box in this card alone. */
  render?: (context: FragmentContext) => Child | Promise<Child>;
  /**
   * The content as it changes, sent through the one stream of the page; usually `async function* ({ every }) { … }`.
   * It ends with the session. Without `render`, the first view is also the content when the page opens.
   */
  live?: (context: FragmentContext) => AsyncIterable<Child | Part>;
  /** Forms and pages below `/fragments/<name>/`. Called once, when the file is loaded. */
  routes?: (routes: FragmentRoutes) => void;
  /** Takes the place of the sentence in the error box. It is shown to people: no details that help an attacker. */
  onError?: (error: Error, context: FragmentContext) => Child | Promise<Child>;
};

export type Fragment = Readonly<
  Required<Pick<FragmentDefinition, "title" | "order" | "size" | "height" | "can">> &
    Pick<FragmentDefinition, "description" | "icon" | "refresh" | "render" | "live" | "onError"> & {
      timeLimitMs: number;
      /** Throws a TypeError when they cannot be used; `discoverFragments` reads them once to find out. */
      routes: readonly FragmentRoute[];
    }
>;

const DEFAULT_TIME_LIMIT = "5s";
const MAX_TIME_LIMIT_MS = 60_000;
const made = new WeakSet<object>();

/**
 * Describes one panel of the dashboard. Save the file as `src/fragments/<name>.tsx` with this as its default export and
 * it is there: a card, a menu entry and the page `/fragments/<name>`.
 *
 * @throws TypeError that names the property when the description cannot be used; the start reports it for that file.
 */
export function defineFragment(definition: FragmentDefinition): Fragment {
  const wrong = firstMistake(definition);
  if (wrong !== null) throw new TypeError(wrong);
  const { routes, timeLimit = DEFAULT_TIME_LIMIT, ...rest } = definition;
  // Not yet: what stands below `export default` in the file, schemas for example, does not exist so far.
  let collected: readonly FragmentRoute[] | undefined;
  const fragment: Fragment = Object.freeze({
    order: 100,
    size: "third" as const,
    height: 1 as const,
    can: () => true,
    ...rest,
    timeLimitMs: intervalMs(timeLimit),
    get routes() {
      collected ??= Object.freeze(collectRoutes(routes));
      return collected;
    },
  });
  made.add(fragment);
  return fragment;
}

/** True only for what `defineFragment` made. */
export function isFragment(value: unknown): value is Fragment {
  return typeof value === "object" && value !== null && made.has(value);
}

export const intervalMs = (interval: Interval): number => Number.parseInt(interval, 10) * 1000;

const SIZES: readonly unknown[] = ["third", "half", "full"];
const HEIGHTS: readonly unknown[] = [1, 2, 3, 4];
const isInterval = (value: unknown) => typeof value === "string" && /^[1-9]\d{0,4}s$/.test(value);
const isOptional = (value: unknown, type: string) => value === undefined || typeof value === type;

const isText = (value: unknown): value is Text =>
  typeof value === "string" ||
  (typeof value === "object" && value !== null && "en" in value && Object.values(value).every(isString));
const isString = (value: unknown) => typeof value === "string";

function firstMistake(definition: FragmentDefinition): string | null {
  const { title, icon, order = 100, size = "third", height = 1, refresh, timeLimit = DEFAULT_TIME_LIMIT } = definition;
  if (!isText(title) || textIn(title, "en").trim() === "") return "title must be a text";
  if (definition.description !== undefined && !isText(definition.description)) return "description must be a text";
  if (!isOptional(icon, "string") || [...new Intl.Segmenter().segment(icon ?? "")].length > 1)
    return "icon must be one character";
  if (!Number.isFinite(order)) return "order must be a number";
  if (!SIZES.includes(size)) return 'size must be "third", "half" or "full"';
  if (!HEIGHTS.includes(height)) return "height must be 1, 2, 3 or 4";
  if (refresh !== undefined && !isInterval(refresh)) return 'refresh must be whole seconds such as "30s"';
  if (!isInterval(timeLimit) || intervalMs(timeLimit) > MAX_TIME_LIMIT_MS)
    return 'timeLimit must be whole seconds from "1s" to "60s"';
  for (const name of ["can", "render", "live", "routes", "onError"] as const)
    if (!isOptional(definition[name], "function")) return `${name} must be a function`;
  if (definition.render === undefined && definition.live === undefined) return "render or live must be there";
  return null;
}

const PATH = /^(\/(:[a-z][a-z0-9]*|[a-z0-9]+([._-][a-z0-9]+)*))+$/i;

function collectRoutes(describe: FragmentDefinition["routes"]): FragmentRoute[] {
  const routes: FragmentRoute[] = [];
  const add = (route: FragmentRoute) => {
    const { method, path, answer } = route;
    const own = method === "POST" && path === "/";
    if (!own && !PATH.test(path)) throw new TypeError(`routes: "${path}" is no path such as "/items/:id"`);
    if (typeof answer !== "function") {
      const shape = method === "POST" ? "r.post(path, form(schema), answer)" : "r.get(path, answer)";
      throw new TypeError(`routes: ${method} ${path} has no function that answers, as in ${shape}`);
    }
    if (routes.some((known) => known.method === method && known.path === path))
      throw new TypeError(`routes: ${method} ${path} is there twice`);
    routes.push(Object.freeze(route));
  };
  describe?.({
    get: (path, answer) => add({ method: "GET", path, answer }),
    post: (path, form, answer) => add({ method: "POST", path, form, answer: answer as FragmentRoute["answer"] }),
  });
  return routes;
}
