import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { HashPool } from "./auth/hash-pool.ts";

/** What happened since the process started, for Prometheus. Labels are routes, never addresses: those may hold tokens. */
export type Metrics = {
  /** @param route as registered, such as `/fragments/:name`. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** Prometheus text format. */
  text(): Promise<string>;
};

/** Seconds; a page is a few milliseconds, a sign-in some hundred. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics(pool: Pick<HashPool, "stats">, failures: ReadonlyMap<string, number>): Metrics {
  const registers = [new Registry()];
  const requests = new Counter({
    name: "gatehouse_http_requests_total",
    help: "Requests answered",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const duration = new Histogram({
    name: "gatehouse_http_request_duration_seconds",
    help: "Time until the answer was ready",
    labelNames: ["route"],
    buckets: BUCKETS,
    registers,
  });
  gauge(registers, "gatehouse_hashing_busy", "Passwords being hashed", () => pool.stats().busy);
  gauge(registers, "gatehouse_hashing_waiting", "Passwords waiting to be hashed", () => pool.stats().waiting);
  gauge(registers, "gatehouse_memory_bytes", "Resident memory", () => process.memoryUsage.rss());
  gauge(registers, "gatehouse_uptime_seconds", "Time since start", () => process.uptime());
  const fragmentFailures = new Gauge({
    name: "gatehouse_fragment_failures",
    help: "Answers of a fragment that threw, took too long or were too much, since start",
    labelNames: ["fragment"],
    registers,
    collect() {
      for (const [fragment, count] of failures) fragmentFailures.set({ fragment }, count);
    },
  });
  return {
    request: (method, route, status, seconds) => {
      requests.inc({ method, route, status });
      duration.observe({ route }, seconds);
    },
    text: () => registers[0]!.metrics(),
  };
}

function gauge(registers: Registry[], name: string, help: string, value: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(value());
    },
  });
}
