import type { Child } from "hono/jsx";
import { useWords } from "../words.tsx";

/** Says that there is nothing, and what to do about it. */
export const Empty = ({ title, children }: { title: string; children?: Child }) => (
  <div class="empty">
    <p>
      <strong>{title}</strong>
    </p>
    {children ? <p>{children}</p> : null}
  </div>
);

/** Terms and what they are at the moment. */
export const Facts = ({ facts }: { facts: Readonly<Record<string, Child>> }) => (
  <dl class="facts">
    {Object.entries(facts).map(([term, value]) => (
      <>
        <dt>{term}</dt>
        <dd>{value}</dd>
      </>
    ))}
  </dl>
);

type ProgressProps = {
  label: string;
  /** Left out: it is not known how far things are. */
  value?: number | undefined;
  max?: number | undefined;
};

/** How far a job is. Send it anew from `live` as the job goes on. */
export const Progress = ({ label, value, max = 100 }: ProgressProps) => (
  <div class="progress">
    <p class="row">
      <span class="label">{label}</span>
      {value === undefined ? null : (
        <span class="muted">{useWords().dashboard.kit.percent(Math.floor((Math.min(value, max) / max) * 100))}</span>
      )}
    </p>
    <progress value={value} max={max} aria-label={label} />
  </div>
);
