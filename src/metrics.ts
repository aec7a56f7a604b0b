import type { HashPool } from "./auth/hash-pool.ts";

/** What happened since the process started, for Prometheus. Labels are routes, never addresses: those may hold tokens. */
export type Metrics = {
  /** @param route as registered, such as `/fragments/:name`. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** Prometheus text format, version 0.0.4. */
  text(): string;
};

/** Seconds; a page is a few milliseconds, a sign-in some hundred. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

type Durations = { readonly upTo: number[]; seconds: number; count: number };

/**
 * Every request passes here, so this only counts; the text is made when somebody asks. Not prom-client: it costs a fifth of
 * the time to start and a twentieth of every page, for four kinds of lines.
 */
export function createMetrics(pool: Pick<HashPool, "stats">, failures: ReadonlyMap<string, number>): Metrics {
  const requests = new Map<string, number>();
  const durations = new Map<string, Durations>();
  return {
    request: (method, route, status, seconds) => {
      const key = `${method} ${status} ${route}`;
      requests.set(key, (requests.get(key) ?? 0) + 1);
      note(
        durations.getOrInsertComputed(route, () => ({ upTo: BUCKETS.map(() => 0), seconds: 0, count: 0 })),
        seconds,
      );
    },
    text: () =>
      [
        ...family("gatehouse_http_requests_total", "counter", "Requests answered", [...requests].map(toLabels)),
        ...head("gatehouse_http_request_duration_seconds", "histogram", "Time until the answer was ready"),
        ...[...durations].flatMap(([route, taken]) => histogram(route, taken)),
        ...gauge("gatehouse_hashing_busy", "Passwords being hashed", pool.stats().busy),
        ...gauge("gatehouse_hashing_waiting", "Passwords waiting to be hashed", pool.stats().waiting),
        ...gauge("gatehouse_memory_bytes", "Resident memory", process.memoryUsage.rss()),
        ...gauge("gatehouse_uptime_seconds", "Time since start", process.uptime()),
        ...family(
          "gatehouse_fragment_failures",
          "gauge",
          "Answers of a fragment that threw, took too long or were too much, since start",
          [...failures].map(([fragment, count]) => [labels({ fragment }), count]),
        ),
        "",
      ].join("\n"),
  };
}

/** The key of `requests` as labels; neither a method nor a status has a space in it. */
function toLabels([key, count]: [string, number]): [string, number] {
  const [method = "", status = "", ...route] = key.split(" ");
  return [labels({ method, route: route.join(" "), status }), count];
}

function note(durations: Durations, seconds: number): void {
  const bucket = BUCKETS.findIndex((limit) => seconds <= limit);
  if (bucket >= 0) durations.upTo[bucket]!++;
  durations.seconds += seconds;
  durations.count++;
}

/** Buckets are cumulative: each also holds what the smaller ones hold. */
function histogram(route: string, { upTo, seconds, count }: Durations): string[] {
  const name = "gatehouse_http_request_duration_seconds";
  let soFar = 0;
  const lines = BUCKETS.map((le, i) => {
    soFar += upTo[i]!;
    return `${name}_bucket${labels({ le, route })} ${soFar}`;
  });
  const all = labels({ route });
  return [
    ...lines,
    `${name}_bucket${labels({ le: "+Inf", route })} ${count}`,
    `${name}_sum${all} ${seconds}`,
    `${name}_count${all} ${count}`,
  ];
}

const head = (name: string, type: string, help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

function family(name: string, type: string, help: string, values: readonly (readonly [string, number])[]): string[] {
  return [...head(name, type, help), ...values.map(([labelled, value]) => `${name}${labelled} ${value}`)];
}

const gauge = (name: string, help: string, value: number): string[] => family(name, "gauge", help, [["", value]]);

function labels(pairs: Readonly<Record<string, string | number>>): string {
  const written = Object.entries(pairs).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return `{${written.join(",")}}`;
}

const escaped = (text: string): string => text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
