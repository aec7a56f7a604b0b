import { defineFragment, type FragmentContext, type Text } from "#src/fragment.ts";
import { Metric, Metrics } from "#views/kit/index.ts";

const KEPT = 30;
const MIB = 1024 ** 2;

/** How this process and its database are, for as long as somebody looks. */
export default defineFragment({
  title: "System",
  description: { en: "How this service is doing right now", de: "Wie es diesem Dienst gerade geht" },
  order: 40,
  size: "half",
  height: 2,
  can: (user) => user.role === "admin",
  live: async function* ({ db, every, say, language }) {
    const latencies: number[] = [];
    for await (const _ of every("5s")) {
      latencies.push(await latencyMs(db));
      if (latencies.length > KEPT) latencies.shift();
      yield (
        <Metrics>
          <Metric
            label={say({ en: "Database", de: "Datenbank" })}
            value={`${language.number.format(Number(latencies.at(-1)?.toFixed(2)))} ms`}
            trend={latencies}
          />
          <Metric
            label={say({ en: "Memory", de: "Speicher" })}
            value={`${Math.round(process.memoryUsage.rss() / MIB)} MiB`}
          />
          <Metric label={say({ en: "Running for", de: "Läuft seit" })} value={say(duration(process.uptime()))} />
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

function duration(seconds: number): Text {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "< 1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return { en: `${days} days`, de: `${days} Tagen` };
}
