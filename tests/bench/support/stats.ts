/** Median of the rounds, and how far the outermost rounds lie from it. */
export type Figure = { readonly median: number; readonly low: number; readonly high: number; readonly rounds: number };

export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: sorted[0] ?? 0, high: sorted.at(-1) ?? 0, rounds: sorted.length };
}

/**
 * Quotients round by round: both were measured within seconds of each other, so what slowed the machine down slowed both.
 */
export function ratio(above: readonly number[], below: readonly number[]): Figure {
  return figure(above.map((value, round) => value / (below[round] ?? Number.NaN)));
}

/** @param sorted ascending. */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}

export function percentile(values: readonly number[], q: number): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    q,
  );
}
