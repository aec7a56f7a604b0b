import type { Child } from "hono/jsx";
import type { Logger } from "pino";
import type { Db } from "./db/db.ts";

/** Who looks at a fragment. Frozen; there is deliberately nothing more to read. */
export type FragmentUser = { readonly id: number; readonly username: string; readonly role: "admin" | "user" };

/** What a fragment is given. */
export type FragmentContext = {
  readonly user: FragmentUser;
  readonly db: Db;
  readonly log: Logger;
  /** Unix time in milliseconds at which the request began. */
  readonly nowMs: number;
  /** Milliseconds without activity after which a session ends. */
  readonly sessionIdleMs: number;
  /** The part of the address behind `?`. */
  readonly query: URLSearchParams;
};

export type FragmentDefinition = {
  /** Heading of the card and entry in the menu. */
  title: string;
  /** One line below the heading. */
  description?: string;
  /** Cards are sorted by this, then by title. Default 100. */
  order?: number;
  /** Width of the card. Default "third". */
  size?: "third" | "half" | "full";
  /**
   * Who may see it: menu entry, card and page alike, asked anew on every request. Default: everybody signed in.
   * It may look at the user only, so that the answer is the same wherever it is asked.
   */
  can?: (user: FragmentUser) => boolean;
  /** How often the card fetches itself anew, in seconds: "30s". Such requests never keep a session alive. */
  refresh?: `${number}s`;
  /** The content. May be async; what it throws is shown as an error box in this card alone. */
  render: (context: FragmentContext) => Child | Promise<Child>;
};

export type Fragment = Readonly<
  Required<Pick<FragmentDefinition, "title" | "order" | "size" | "can" | "render">> &
    Pick<FragmentDefinition, "description" | "refresh">
>;

const made = new WeakSet<object>();

/**
 * Describes one panel of the dashboard. Save the file as `src/fragments/<name>.tsx` with this as its default export and
 * it is there: a card, a menu entry and the page `/fragments/<name>`.
 *
 * @throws TypeError that names the property when the description cannot be used; the start reports it for that file.
 */
export function defineFragment(definition: FragmentDefinition): Fragment {
  const fragment = Object.freeze({ order: 100, size: "third" as const, can: () => true, ...definition });
  const wrong = firstMistake(fragment);
  if (wrong !== null) throw new TypeError(wrong);
  made.add(fragment);
  return fragment;
}

/** True only for what `defineFragment` made. */
export function isFragment(value: unknown): value is Fragment {
  return typeof value === "object" && value !== null && made.has(value);
}

function firstMistake(fragment: Fragment): string | null {
  if (typeof fragment.title !== "string" || fragment.title.trim() === "") return "title must be a text";
  if (typeof fragment.render !== "function") return "render must be a function";
  if (typeof fragment.can !== "function") return "can must be a function";
  if (!["third", "half", "full"].includes(fragment.size)) return 'size must be "third", "half" or "full"';
  if (!Number.isFinite(fragment.order)) return "order must be a number";
  if (fragment.refresh !== undefined && !/^[1-9]\d{0,4}s$/.test(fragment.refresh))
    return 'refresh must be whole seconds such as "30s"';
  return null;
}
