import { scaleLog } from "d3-scale";
import { line } from "d3-shape";
import type { Series } from "./bench.ts";

const WIDTH = 850;
const HEIGHT = 420;
const LEFT = 64;
const RIGHT = 340;
const TOP = 24;
const BOTTOM = 48;
/** Told apart without colour by their labels; readable on white and on near-black. */
const COLOURS = [
  "#8a8f98",
  "#6b7cff",
  "#2f6fde",
  "#1d9a6c",
  "#d0872e",
  "#c9503f",
  "#a6428f",
  "#b59a1d",
  "#5d8f9a",
  "#7a6a58",
  "#4f8f3a",
];

/** Throughput against connections, both axes logarithmic: equal distances are equal factors. */
export function plot(series: readonly Series[]): string {
  const counts = series[0]?.points.map(({ connections }) => connections) ?? [];
  const all = series.flatMap(({ points }) => points.map(({ perSecond }) => perSecond));
  const x = scaleLog([Math.min(...counts), Math.max(...counts)], [LEFT, WIDTH - RIGHT]);
  const y = scaleLog([Math.min(...all) / 1.3, Math.max(...all) * 1.2], [HEIGHT - BOTTOM, TOP]);
  const path = line<Series["points"][number]>(
    ({ connections }) => x(connections),
    ({ perSecond }) => y(perSecond),
  );
  const places = spread(series.map(({ points }) => y(points.at(-1)?.perSecond ?? 1)));
  const lines = series.map(({ name, points }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    return (
      `<path d="${path([...points])}" fill="none" stroke="${colour}" stroke-width="2"/>` +
      `<text x="${WIDTH - RIGHT + 10}" y="${places[i]}" dy=".35em" fill="${colour}">${escaped(name)}</text>`
    );
  });
  const rows = ticks(y.domain()).map(
    (value) =>
      `<path d="M${LEFT} ${round(y(value))}H${WIDTH - RIGHT}" stroke="#8a8f98" stroke-opacity=".25"/>` +
      `<text x="${LEFT - 8}" y="${round(y(value))}" dy=".35em" text-anchor="end" fill="#8a8f98">${value.toLocaleString("en")}</text>`,
  );
  const columns = counts.map(
    (count) =>
      `<text x="${round(x(count))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#8a8f98">${count}</text>`,
  );
  const title = `<text x="${LEFT}" y="${HEIGHT - 8}" fill="#8a8f98">connections → requests per second, signed-in fragment</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="Requests per second against connections">${[...rows, ...columns, ...lines, title].join("")}</svg>\n`;
}

/** 1, 2 and 5 times the powers of ten within the domain. */
function ticks([low = 1, high = 1]: readonly number[]): number[] {
  const powers = Array.from({ length: 8 }, (_, power) => 10 ** power);
  return powers.flatMap((power) => [power, 2 * power, 5 * power]).filter((value) => value >= low && value <= high);
}

/** Moves labels apart that would lie on each other. */
function spread(wanted: readonly number[]): number[] {
  const GAP = 15;
  const order = wanted.map((place, i) => ({ place, i })).sort((a, b) => a.place - b.place);
  const result: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const { place, i } of order) {
    last = Math.max(place, last + GAP);
    result[i] = round(last);
  }
  return result;
}

const round = (value: number) => Math.round(value * 10) / 10;
const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
