import type { Db, SqlValue } from "../db/db.ts";
import { SESSION_SELECT, type SessionRow } from "./user-sessions.ts";

/**
 * Looks sessions up for many requests with few statements, and writes their activity behind.
 *
 * All that come in one turn of the event loop go together, up to 64 in one statement; while several statements are under
 * way already, the next wait and gather. Every look-up is sent after its request arrived and nothing is kept, so a session
 * that was ended anywhere is refused by the very next request.
 */
export type SessionGatherer = {
  /** @throws what the database throws, to every request that was in the same statement. */
  find(sessionId: string): Promise<SessionRow | null>;
  /** Notes activity soon, many sessions in one statement. A plain UPDATE: an ended session stays ended. */
  touch(sessionId: string, nowMs: number): void;
  /** Resolves when all activity is written; for the end of the process. */
  settled(): Promise<void>;
};

/**
 * Few fixed texts, so that the server keeps them prepared; a shorter list is filled up with its last id. One is a list
 * too: joined by `= ?`, SQLite takes over three times as long for it (14 µs instead of 4).
 */
const SIZES = [1, 4, 16, 64] as const;
const LARGEST = 64;
/**
 * So that a far or busy server keeps nobody waiting in line. Not more: what waits meanwhile makes the next group larger, and
 * a statement costs this process as much as thirty rows of it.
 */
const MAX_UNDER_WAY = 4;

const placeholders = (size: number): string => Array(size).fill("?").join(", ");
const FIND = new Map<number, string>(
  SIZES.map((size) => [size, `${SESSION_SELECT} WHERE s.session_id IN (${placeholders(size)}) AND s.expires_at > 0`]),
);
const TOUCH = new Map<number, string>(
  SIZES.map((size) => [
    size,
    `UPDATE user_sessions SET last_seen_at = ?
      WHERE session_id IN (${placeholders(size)}) AND last_seen_at < ? AND expires_at > 0`,
  ]),
);

export function gatherSessions(db: Db, onError: (error: unknown) => void): SessionGatherer {
  return { find: gatherFinds(db), ...gatherTouches(db, onError) };
}

type Waiter = { resolve(row: SessionRow | null): void; reject(error: unknown): void };

function gatherFinds(db: Db): SessionGatherer["find"] {
  const waiting = new Map<string, Waiter[]>();
  let underWay = 0;
  let soon = false;

  /** After this turn of the event loop: all requests that arrived together go together. */
  function askSoon(): void {
    if (soon || underWay >= MAX_UNDER_WAY) return;
    soon = true;
    setImmediate(() => {
      soon = false;
      while (waiting.size > 0 && underWay < MAX_UNDER_WAY) void ask();
    });
  }

  async function ask(): Promise<void> {
    underWay++;
    const group = takeFirst(waiting, LARGEST);
    try {
      const ids = [...group.keys()];
      const rows = await db.all<SessionRow>(textFor(FIND, ids.length), filledUp(ids));
      const found = new Map(rows.map((row) => [row.sessionId, row]));
      for (const [id, waiters] of group) for (const waiter of waiters) waiter.resolve(found.get(id) ?? null);
    } catch (error) {
      for (const waiters of group.values()) for (const waiter of waiters) waiter.reject(error);
    } finally {
      underWay--;
      if (waiting.size > 0) askSoon();
    }
  }

  return (sessionId) =>
    new Promise((resolve, reject) => {
      const waiters = waiting.get(sessionId);
      if (waiters) waiters.push({ resolve, reject });
      else waiting.set(sessionId, [{ resolve, reject }]);
      askSoon();
    });
}

function gatherTouches(db: Db, onError: (error: unknown) => void): Pick<SessionGatherer, "touch" | "settled"> {
  const waiting = new Map<string, number>();
  let writing: Promise<void> | null = null;

  async function write(): Promise<void> {
    // One turn of the event loop later, so that all requests of this turn are in it.
    await new Promise(setImmediate);
    while (waiting.size > 0) {
      const group = takeFirst(waiting, LARGEST);
      const nowMs = Math.max(...group.values());
      const ids = [...group.keys()];
      await db.run(textFor(TOUCH, ids.length), [nowMs, ...filledUp(ids), nowMs]).catch(onError);
    }
    writing = null;
  }

  return {
    touch: (sessionId, nowMs) => {
      waiting.set(sessionId, nowMs);
      writing ??= write();
    },
    settled: async () => {
      while (writing !== null) await writing;
    },
  };
}

/** Takes the oldest entries out of the map: nobody waits for ever behind newer ones. */
function takeFirst<T>(waiting: Map<string, T>, count: number): Map<string, T> {
  const taken = new Map<string, T>();
  for (const [id, value] of waiting) {
    if (taken.size === count) break;
    taken.set(id, value);
    waiting.delete(id);
  }
  return taken;
}

const sizeFor = (count: number): number => SIZES.find((size) => size >= count) ?? LARGEST;
const textFor = (texts: Map<number, string>, count: number): string => texts.get(sizeFor(count)) ?? "";

function filledUp(ids: readonly string[]): SqlValue[] {
  const last = ids.at(-1) ?? "";
  return [...ids, ...Array<string>(sizeFor(ids.length) - ids.length).fill(last)];
}
