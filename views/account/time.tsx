const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const DATE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** A point in time as a date, in UTC and saying so. */
export const On = ({ ms }: { ms: number }) => <time datetime={new Date(ms).toISOString()}>{DATE.format(ms)} UTC</time>;

/** A point in time as a person says it: "5 minutes ago"; older than a day, the date. */
export const Ago = ({ ms, nowMs }: { ms: number; nowMs: number }) =>
  nowMs - ms < 24 * HOUR_MS ? (
    <time datetime={new Date(ms).toISOString()}>{agoInWords(nowMs - ms)}</time>
  ) : (
    <On ms={ms} />
  );

function agoInWords(ms: number): string {
  if (ms < 2 * MINUTE_MS) return "just now";
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} minutes ago`;
  const hours = Math.floor(ms / HOUR_MS);
  return hours === 1 ? "an hour ago" : `${hours} hours ago`;
}
