import { useLanguage } from "../words.tsx";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A point in time as a date, in UTC and saying so. */
export const On = ({ ms }: { ms: number }) => {
  const { time, words } = useLanguage();
  return <time datetime={new Date(ms).toISOString()}>{words.common.utc(time.format(ms))}</time>;
};

/** A point in time as a person says it: "5 minutes ago"; older than a day, the date. */
export const Ago = ({ ms, nowMs }: { ms: number; nowMs: number }) => {
  const { justNow, minutesAgo, hoursAgo } = useLanguage().words.common;
  const sinceMs = nowMs - ms;
  if (sinceMs >= 24 * HOUR_MS) return <On ms={ms} />;
  const text =
    sinceMs < 2 * MINUTE_MS
      ? justNow
      : sinceMs < HOUR_MS
        ? minutesAgo(Math.floor(sinceMs / MINUTE_MS))
        : hoursAgo(Math.floor(sinceMs / HOUR_MS));
  return <time datetime={new Date(ms).toISOString()}>{text}</time>;
};
