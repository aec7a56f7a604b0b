import type { Child } from "hono/jsx";
import type { Person } from "#src/store/people.ts";
import { statusOf } from "#src/store/person-status.ts";
import { OneTimeLink } from "../copy.tsx";
import { type Outcome, OutcomeMessage } from "../undo.tsx";
import { type Language, useLanguage, useWords } from "../words.tsx";

/** A person as the admin's screens show them. */
export type ShownPerson = Omit<Person, "usernameKey">;

/** Who looks, and when: decides what is shown as over, and which row is one's own. */
export type Viewing = { readonly nowMs: number; readonly visitorId: number };

/** What is as it should be is no badge: those who are not stand out. */
const STATUS_TONE = { invited: undefined, disabled: "bad", locked: "warn" } as const;

export const Status = ({ person, nowMs }: { person: ShownPerson; nowMs: number }) => {
  const status = statusOf(person, nowMs);
  const text = useWords().people.statuses[status];
  return status === "active" ? (
    <span class="muted">{text}</span>
  ) : (
    <span class="badge" data-tone={STATUS_TONE[status]}>
      {text}
    </span>
  );
};

/** A moment; the exact one, in UTC, on hover. */
export const When = ({ ms, nowMs, exact = false }: { ms: number; nowMs: number; exact?: boolean }) => {
  const language = useLanguage();
  const text = language.words.common.utc(language.time.format(ms));
  return (
    <time datetime={new Date(ms).toISOString()} title={text}>
      {exact ? text : roughly(language, ms, nowMs)}
    </time>
  );
};

function roughly({ day, words: { people } }: Language, ms: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - ms) / 60_000);
  if (minutes < 0 || minutes >= 7 * 1440) return day.format(ms);
  if (minutes < 1) return people.justNow;
  if (minutes < 60) return people.minutesAgo(minutes);
  return minutes < 1440 ? people.hoursAgo(Math.floor(minutes / 60)) : people.daysAgo(Math.floor(minutes / 1440));
}

/** What an act came to, read out at once; with the link it made, if it made one. */
export const OutcomeNotice = ({ outcome, target }: { outcome: Outcome; target?: string | undefined }) =>
  outcome.handover ? <OneTimeLink {...outcome.handover} qr /> : <OutcomeMessage outcome={outcome} target={target} />;

type SelectProps = {
  id: string;
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  /** The first option stands for none, and has to be replaced. */
  required?: boolean;
  /** Where the first option says what it is for. */
  labelHidden?: boolean;
};

export const Select = ({ id, name, label, value, options, required, labelHidden = false }: SelectProps) => (
  <div class="field">
    <label for={id} class={labelHidden ? "visually-hidden" : undefined}>
      {label}
    </label>
    <select id={id} name={name} required={required}>
      {options.map(([option, text]) => (
        <option value={option} selected={option === value}>
          {text}
        </option>
      ))}
    </select>
  </div>
);

type ActProps = {
  action: string;
  /** Root that is swapped. */
  target: string;
  children?: Child;
  class?: string;
  /** Only where one page has two forms with the same address. */
  id?: string;
};

/** A form of one act; works as a plain form too. */
export const ActForm = ({ action, target, children, class: name, id }: ActProps) => (
  <form
    id={id ?? action.replace(/\W+/g, "-").slice(1)}
    class={name}
    method="post"
    action={action}
    hx-post={action}
    hx-target={target}
    hx-swap="outerHTML"
    hx-sync="this:drop"
  >
    {children}
  </form>
);
