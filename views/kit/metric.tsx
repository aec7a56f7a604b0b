import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import type { Child } from "hono/jsx";
import { useLanguage } from "../words.tsx";

type MetricProps = {
  label: string;
  value: string | number;
  /** Change since before: a number gets its sign; text is shown as it is. */
  delta?: number | string | undefined;
  /** Whether more is good news. Default: it is. */
  better?: "up" | "down" | undefined;
  /** Recent values, oldest first, drawn as a small line. */
  trend?: readonly number[] | undefined;
};

/** One figure that matters. Put several into `Metrics`. */
export const Metric = ({ label, value, delta, better = "up", trend = [] }: MetricProps) => {
  const { number } = useLanguage();
  return (
    <div class="metric">
      <p class="metric-label">{label}</p>
      <p class="metric-value">{typeof value === "number" ? number.format(value) : value}</p>
      {delta === undefined ? null : (
        <p class="metric-delta" data-tone={toneOf(delta, better)}>
          {typeof delta === "number" ? `${delta > 0 ? "+" : ""}${number.format(delta)}` : delta}
        </p>
      )}
      {trend.length > 1 ? <Sparkline values={trend} /> : null}
    </div>
  );
};

/** Figures beside each other, as many in a row as there is room for. */
export const Metrics = ({ children }: { children?: Child }) => <div class="metrics">{children}</div>;

function toneOf(delta: number | string, better: "up" | "down"): "good" | "bad" | undefined {
  const change = typeof delta === "number" ? delta : Number.parseFloat(delta);
  if (!change) return undefined;
  return change > 0 === (better === "up") ? "good" : "bad";
}

const WIDTH = 120;
const HEIGHT = 28;

/** For the eye only: the figures beside it say what matters. */
const Sparkline = ({ values }: { values: readonly number[] }) => {
  const x = scaleLinear([0, values.length - 1], [0, WIDTH]);
  const y = scaleLinear([Math.min(...values), Math.max(...values)], [HEIGHT - 2, 2]);
  const path = line<number>((_, i) => x(i), y)([...values]);
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="chart-line" data-series="1" d={path} fill="none" vector-effect="non-scaling-stroke" />
    </svg>
  );
};
