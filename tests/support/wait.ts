/** Fails when `work` takes longer than the bound. */
export async function within<T>(boundMs: number, work: Promise<T>): Promise<T> {
  const timer = Promise.withResolvers<never>();
  const alarm = setTimeout(() => timer.reject(new Error(`took longer than ${boundMs} ms`)), boundMs);
  return Promise.race([work, timer.promise]).finally(() => clearTimeout(alarm));
}

/** Tries again until it works, for at most 15 seconds: a server needs a moment to come back. */
export async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + 15_000; ; await Bun.sleep(20)) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}
