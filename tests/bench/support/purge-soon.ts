/* Preloaded into the program: what it does once a minute begins within a second. All else stays as it is. */
const MINUTE_MS = 60_000;
const later = globalThis.setInterval;

globalThis.setInterval = ((work: () => void, ms?: number, ...rest: unknown[]) =>
  later(work, ms === MINUTE_MS ? 1000 : ms, ...rest)) as typeof setInterval;
