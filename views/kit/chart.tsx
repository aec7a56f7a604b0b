import { type ScaleLinear, scaleBand, scaleLinear, scalePoint } from "d3-scale";
import { area, line } from "d3-shape";
import type { Child } from "hono/jsx";
import { type Language, useLanguage, useWords } from "../words.tsx";

/** The drawing stretches to the card's width; everything that must not stretch is text beside it. */
const WIDTH = 600;
const HEIGHT = 160;
const Y_TICKS = 4;
const MAX_POINT_LABELS = 7;
/** Widest at 360 px without the labels running into each other. */
const MAX_BAND_LABELS = 8;
/** Where not every value gets its own. */
const MAX_LABELS = 5;

type ChartProps = {
  title: string;
  /** What the reader should know about the figures; part of what is read out. */
  description?: string | undefined;
  /** One per value, oldest first. */
  labels: readonly string[];
  /** Values by the name of their series; at most four series. */
  series: Readonly<Record<string, readonly number[]>>;
  format?: ((value: number) => string) | undefined;
  /** Show the title above the drawing. Default: only when read out, as the card has a heading already. */
  heading?: boolean | undefined;
};

/** How values change. Drawn on the server; the figures are behind "Show data". */
export const LineChart = (props: ChartProps) => {
  const format = formatOf(props, useLanguage());
  const { labels, y, series } = scales(props);
  const x = scalePoint([...labels.keys()], [0, WIDTH]);
  const place = (_: number, i: number) => x(i) ?? 0;
  return (
    <Frame {...props} ticks={ticksOf(y, series)} y={y}>
      {series.length === 1 ? (
        <path class="chart-area" d={area<number>(place, y(0), y)(series[0]?.values ?? [])} />
      ) : null}
      {series.map(({ values }, i) => (
        <path
          class="chart-line"
          data-series={i + 1}
          d={line<number>(place, y)(values)}
          fill="none"
          vector-effect="non-scaling-stroke"
        />
      ))}
      {labels.map((label, i) => (
        <rect class="chart-touch" x={place(0, i) - x.step() / 2} y={0} width={x.step() || WIDTH} height={HEIGHT}>
          <title>{pointText(label, series, i, format)}</title>
        </rect>
      ))}
    </Frame>
  );
};

/** Half a sign-in cannot happen: whole values get whole ticks. */
function ticksOf(y: ScaleLinear<number, number>, series: readonly { values: readonly number[] }[]): number[] {
  const whole = series.every(({ values }) => values.every(Number.isInteger));
  return y.ticks(Y_TICKS).filter((tick) => !whole || Number.isInteger(tick));
}

/** Values side by side. */
export const BarChart = (props: ChartProps) => {
  const format = formatOf(props, useLanguage());
  const { labels, y, series } = scales(props);
  const x = scaleBand([...labels.keys()], [0, WIDTH]).padding(labels.length > 20 ? 0.15 : 0.3);
  const inner = scaleBand([...series.keys()], [0, x.bandwidth()]).padding(series.length > 1 ? 0.1 : 0);
  return (
    <Frame {...props} ticks={ticksOf(y, series)} y={y} bands>
      {labels.map((label, i) => (
        <g>
          <title>{pointText(label, series, i, format)}</title>
          <rect class="chart-touch" x={x(i)} y={0} width={x.bandwidth()} height={HEIGHT} />
          {series.map(({ values }, s) => (
            <rect
              class="chart-bar"
              data-series={s + 1}
              x={(x(i) ?? 0) + (inner(s) ?? 0)}
              y={Math.min(y(values[i] ?? 0), y(0))}
              width={inner.bandwidth()}
              height={Math.abs(y(0) - y(values[i] ?? 0))}
            />
          ))}
        </g>
      ))}
    </Frame>
  );
};

type Series = { readonly name: string; readonly values: number[] };

function scales({ labels, series }: ChartProps) {
  const lines: Series[] = Object.entries(series).map(([name, values]) => ({
    name,
    values: labels.map((_, i) => (Number.isFinite(values[i]) ? (values[i] as number) : 0)),
  }));
  const all = lines.flatMap(({ values }) => values);
  const top = Math.max(1, ...all);
  const y = scaleLinear([Math.min(0, ...all), top], [HEIGHT, 0]).nice(Y_TICKS);
  return { labels, y, series: lines };
}

type FrameProps = ChartProps & {
  ticks: number[];
  y: (value: number) => number;
  /** Values have a width of their own: each label stands in the middle of it. */
  bands?: boolean;
  children?: Child;
};

const Frame = (props: FrameProps) => {
  const { title, description, labels, series, heading, ticks, y, bands = false, children } = props;
  const language = useLanguage();
  const format = formatOf(props, language);
  const names = Object.keys(series);
  if (labels.length === 0) return <p class="muted">{language.words.dashboard.kit.noData(title)}</p>;
  return (
    <figure class="chart">
      <figcaption class={heading ? "chart-title" : "visually-hidden"}>{title}</figcaption>
      {names.length > 1 ? <Legend names={names} /> : null}
      <div class="chart-plot">
        <ol class="chart-y" aria-hidden="true">
          {[...ticks].reverse().map((tick) => (
            <li>{format(tick)}</li>
          ))}
        </ol>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={[title, description, summary(props, language)].filter(Boolean).join(". ")}
        >
          {ticks.map((tick) => (
            <path class="chart-grid" d={`M0 ${y(tick)}H${WIDTH}`} vector-effect="non-scaling-stroke" />
          ))}
          {children}
        </svg>
        <XLabels labels={labels} bands={bands} />
      </div>
      {description ? <p class="hint">{description}</p> : null}
      <DataTable {...props} />
    </figure>
  );
};

/** As many as fit at equal distances, the latest among them: each stands below its value. */
const XLabels = ({ labels, bands }: { labels: readonly string[]; bands: boolean }) => {
  const count = labels.length;
  const step = count > (bands ? MAX_BAND_LABELS : MAX_POINT_LABELS) ? Math.ceil(count / MAX_LABELS) : 1;
  const spare = !bands || step > 1;
  return (
    <ol class="chart-x" data-bands={bands ? "" : undefined} aria-hidden="true">
      {labels.map((label, i) => {
        const nth = (count - 1 - i) / step;
        return <li data-spare={spare && nth % 2 === 1 ? "" : undefined}>{Number.isInteger(nth) ? label : ""}</li>;
      })}
    </ol>
  );
};

const Legend = ({ names }: { names: readonly string[] }) => (
  <ul class="chart-legend">
    {names.map((name, i) => (
      <li data-series={i + 1}>{name}</li>
    ))}
  </ul>
);

const DataTable = (props: ChartProps) => {
  const { title, labels, series } = props;
  const format = formatOf(props, useLanguage());
  const { showData, dataOf, label: labelTitle } = useWords().dashboard.kit;
  return (
    <details class="chart-data">
      <summary>{showData}</summary>
      <section class="chart-table" tabindex={0} aria-label={dataOf(title)}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">{labelTitle}</span>
              </th>
              {Object.keys(series).map((name) => (
                <th scope="col" class="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((label, i) => (
              <tr>
                <th scope="row">{label}</th>
                {Object.values(series).map((values) => (
                  <td class="number">{format(values[i] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
};

/** How the author wants values, else as the reader's language has numbers, with two decimals at most. */
const formatOf = ({ format }: ChartProps, { number }: Language) =>
  format ?? ((value: number) => number.format(Math.round(value * 100) / 100));

function summary(props: ChartProps, language: Language): string {
  const { labels, series } = props;
  const format = formatOf(props, language);
  const { kit } = language.words.dashboard;
  const lines = Object.entries(series).map(([name, values]) => {
    const last = values.at(-1) ?? 0;
    return kit.series(name, format(Math.min(...values)), format(Math.max(...values)), format(last));
  });
  return `${kit.values(labels.length, labels[0] ?? "", labels.at(-1) ?? "")} ${lines.join(". ")}`;
}

function pointText(label: string, series: readonly Series[], i: number, format: (value: number) => string): string {
  return `${label}: ${series.map(({ name, values }) => `${name} ${format(values[i] ?? 0)}`).join(", ")}`;
}
