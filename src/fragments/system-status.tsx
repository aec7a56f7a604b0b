import { defineFragment, type FragmentContext } from "#src/fragment.ts";
import { Metric, Metrics } from "#views/kit/index.ts";

const KEPT = 30;
const MIB = 1024 ** 2;

/** How this process and its database are, for as long as somebody looks. */
export default defineFragment({
  title: "System",
  description: "This process, every 5 seconds",
  order: 40,
  size: "half",
  can: (user) => user.role === "admin",
  live: async function* ({ db, every }) {
    const latencies: number[] = [];
    for await (const _ of every("5s")) {
      latencies.push(await latencyMs(db));
      if (latencies.length > KEPT) latencies.shift();
      yield (
        <Metrics>
          <Metric label="Database" value={`${latencies.at(-1)?.toFixed(2)} ms`} trend={latencies} />
          <Metric label="Memory" value={`${Math.round(process.memoryUsage.rss() / MIB)} MiB`} />
          <Metric label="Running for" value={duration(process.uptime())} />
        </Metrics>
      );
    }
  },
});

async function latencyMs(db: FragmentContext["db"]): Promise<number> {
  const startedMs = performance.now();
  await db.one("SELECT 1 AS fine");
  return performance.now() - startedMs;
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 1440)} days`;
}
