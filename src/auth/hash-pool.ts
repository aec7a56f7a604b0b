import { availableParallelism } from "node:os";
import type { HashReply, HashRequest } from "./bcrypt-worker.ts";

/**
 * bcrypt on worker threads: on the main thread one sign-in would freeze every other request for about 100 ms at a time.
 *
 * All calls reject with `HashingBusy` when the queue is full, and with an ordinary Error when the worker broke, the
 * input is none bcrypt knows, or the pool is closed. None of them says anything about the password.
 */
export type HashPool = {
  /** @param rounds bcrypt cost, 4 to 31. */
  hash(text: string, rounds: number): Promise<string>;
  compare(text: string, hash: string): Promise<boolean>;
  /** Stops the threads; what was running or waiting rejects. */
  close(): void;
  stats(): { readonly busy: number; readonly waiting: number; readonly workers: number };
};

/** Too many people are signing in at this moment; nothing was hashed. Answered with 503 and `Retry-After`. */
export class HashingBusy extends Error {
  override readonly name = "HashingBusy";
  constructor(readonly retryAfterSeconds: number) {
    super("Too many passwords are waiting to be hashed");
  }
}

export type HashPoolOptions = {
  /** Threads at most; one per core unless told. They start with the first work, not with the server. */
  readonly size?: number;
  /** Waiting jobs at most, beyond those running. */
  readonly queueLimit?: number;
  /** The program the threads run; tests put in one that breaks. */
  readonly script?: URL;
};

type Job = {
  readonly request: HashRequest;
  resolve(value: string | boolean): void;
  reject(error: Error): void;
};

/** The page's library types hide what Bun's Worker can do besides. */
type BunWorker = Worker & Pick<Bun.Worker, "ref" | "unref">;

type Slot = { readonly worker: BunWorker; job: Job | null };

const QUEUE_LIMIT = 64;
/** How long a full queue of 64 takes two cores at cost 12. */
const RETRY_AFTER_SECONDS = 10;

export function createHashPool(options: HashPoolOptions = {}): HashPool {
  const pool = new Pool(
    options.size ?? availableParallelism(),
    options.queueLimit ?? QUEUE_LIMIT,
    options.script ?? new URL("./bcrypt-worker.ts", import.meta.url),
  );
  return {
    hash: async (text, rounds) => String(await pool.run({ kind: "hash", text, rounds })),
    compare: async (text, hash) => (await pool.run({ kind: "compare", text, hash })) === true,
    close: () => pool.close(),
    stats: () => pool.stats(),
  };
}

class Pool {
  readonly #slots = new Set<Slot>();
  readonly #waiting: Job[] = [];
  #closed = false;

  constructor(
    private readonly size: number,
    private readonly queueLimit: number,
    private readonly script: URL,
  ) {}

  run(request: HashRequest): Promise<string | boolean> {
    if (this.#closed) return Promise.reject(new Error("The hash pool is closed"));
    const slot = this.#freeSlot();
    if (slot === null && this.#waiting.length >= this.queueLimit) {
      return Promise.reject(new HashingBusy(RETRY_AFTER_SECONDS));
    }
    return new Promise((resolve, reject) => {
      const job = { request, resolve, reject };
      if (slot === null) this.#waiting.push(job);
      else this.#start(slot, job);
    });
  }

  close(): void {
    this.#closed = true;
    const stopped = new Error("The hash pool was closed");
    for (const job of this.#waiting.splice(0)) job.reject(stopped);
    for (const slot of [...this.#slots]) this.#drop(slot, stopped);
  }

  stats(): ReturnType<HashPool["stats"]> {
    const busy = [...this.#slots].filter((slot) => slot.job !== null).length;
    return { busy, waiting: this.#waiting.length, workers: this.#slots.size };
  }

  #freeSlot(): Slot | null {
    for (const slot of this.#slots) if (slot.job === null) return slot;
    return this.#slots.size < this.size ? this.#addSlot() : null;
  }

  #addSlot(): Slot {
    const slot: Slot = { worker: new Worker(this.script.href) as BunWorker, job: null };
    slot.worker.addEventListener("message", ({ data }: MessageEvent<HashReply>) => this.#finish(slot, data));
    slot.worker.addEventListener("error", (event) => this.#broke(slot, event.message));
    slot.worker.addEventListener("close", () => this.#broke(slot, "it ended"));
    slot.worker.unref();
    this.#slots.add(slot);
    return slot;
  }

  /** A working thread holds the process, so that an operator's command does not end before its answer; an idle one does not. */
  #start(slot: Slot, job: Job): void {
    slot.job = job;
    slot.worker.ref();
    slot.worker.postMessage(job.request);
  }

  #finish(slot: Slot, reply: HashReply): void {
    const job = slot.job;
    slot.job = null;
    slot.worker.unref();
    const next = this.#waiting.shift();
    if (next !== undefined) this.#start(slot, next);
    if (reply.ok) job?.resolve(reply.value);
    else job?.reject(new Error(`bcrypt: ${reply.message}`));
  }

  /** The thread is gone: its job fails, and whoever waits gets a new thread. */
  #broke(slot: Slot, reason: string): void {
    if (!this.#slots.has(slot)) return;
    this.#drop(slot, new Error(`The hashing thread broke: ${reason}`));
    const next = this.#waiting.shift();
    if (next !== undefined) this.#start(this.#addSlot(), next);
  }

  #drop(slot: Slot, reason: Error): void {
    this.#slots.delete(slot);
    slot.worker.terminate();
    slot.job?.reject(reason);
  }
}
