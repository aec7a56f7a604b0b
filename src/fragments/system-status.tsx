import { defineFragment, type FragmentContext } from "#src/fragment.ts";
import { Metric, Metrics } from "#views/kit/index.ts";

const KEPT = 30;
const MIB = 1024 ** 2;

/** How this process and its database are, for as long as somebody looks. */
export default defineFragment({
  title: "System",
  description: { en: "This process, every 5 seconds", de: "Dieser Prozess, alle 5 Sekunden" },
  order: 40,
  size: "half",
  can: (user) => user.role === "admin",
  live: async function* ({ db, every, say }) {
    const latencies: number[] = [];
    for await (const _ of every("5s")) {
      latencies.push(await latencyMs(db));
      if (latencies.length > KEPT) latencies.shift();
      yield (
        <Metrics>
          <Metric
            label={say({ en: "Database", de: "Datenbank" })}
            value={`${latencies.at(-1)?.toFixed(2)} ms`}
            trend={latencies}
          />
          <Metric
            label={say({ en: "Memory", de: "Speicher" })}
            value={`${Math.round(process.memoryUsage.rss() / MIB)} MiB`}
          />
          <Metric
            label={say({ en: "Running for", de: "Läuft seit" })}
            value={duration(process.uptime(), say({ en: "days", de: "Tagen" }))}
          />
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

function duration(seconds: number, days: string): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60
    ? `${Math.floor(minutes / 60)} h ${minutes % 60} min`
    : `${Math.floor(minutes / 1440)} ${days}`;
}
