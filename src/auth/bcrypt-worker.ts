import { setPriority } from "node:os";
import { compareSync, hashSync } from "bcryptjs";

/** One piece of work for this thread. */
export type HashRequest =
  | { readonly kind: "hash"; readonly text: string; readonly rounds: number }
  | { readonly kind: "compare"; readonly text: string; readonly hash: string };

export type HashReply =
  | { readonly ok: true; readonly value: string | boolean }
  | { readonly ok: false; readonly message: string };

const LOWEST_PRIORITY = 19;

yieldToMainThread();

self.addEventListener("message", ({ data }: MessageEvent<HashRequest>) => {
  self.postMessage(reply(data));
});

/** bcryptjs throws on input it does not know ("$2x$", a cost out of range); the caller gets that as an error, not a crash. */
function reply(request: HashRequest): HashReply {
  try {
    return { ok: true, value: run(request) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

function run(request: HashRequest): string | boolean {
  return request.kind === "hash" ? hashSync(request.text, request.rounds) : compareSync(request.text, request.hash);
}

/**
 * With as many hashing threads as cores, the thread that answers requests would have to share its core.
 *
 * On Linux priority belongs to a thread, and pid 0 means the calling one. Elsewhere it belongs to the process, where
 * this would slow down everything, so it is left alone. Helper threads the runtime starts from here (JIT, GC) inherit
 * the low priority; measured with all cores hashing, the main thread was still on time more often than without it.
 */
function yieldToMainThread(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(0, LOWEST_PRIORITY);
  } catch {
    // A sandbox may forbid the call; hashing then competes with requests as an equal, nothing else changes.
  }
}
