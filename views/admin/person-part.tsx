import type { Child } from "hono/jsx";
import type { AuditRow } from "#src/store/audit-log.ts";
import type { OpenSession } from "#src/store/user-sessions.ts";
import type { FieldErrors } from "../field.tsx";
import type { Outcome } from "../undo.tsx";
import { ActForm, type ShownPerson, type Viewing } from "./parts.tsx";

export type PersonProps = {
  person: ShownPerson;
  viewing: Viewing;
  sessions: readonly OpenSession[];
  /** Newest first. */
  entries: readonly AuditRow[];
  codesLeft: number;
  /** Until when an unspent link opens; null: there is none. */
  invitationEndMs: number | null;
  resetLinkEndMs: number | null;
  outcome?: Outcome | undefined;
  errors?: FieldErrors | undefined;
  /** What was typed into the form that has the errors. */
  typed?: Readonly<Record<string, string>> | undefined;
};

/** What each section is given. */
export type Part = PersonProps & { at: (act: string) => string; own: boolean };

type TopicProps = { id: string; title: string; text?: Child; children?: Child };

/** One topic of a person's page. */
export const Topic = ({ id, title, text, children }: TopicProps) => (
  <section id={id} class="section topic" aria-labelledby={`${id}-title`}>
    <header>
      <h2 id={`${id}-title`}>{title}</h2>
      {text ? <p class="muted">{text}</p> : null}
    </header>
    <div class="stack">{children}</div>
  </section>
);

type ChoiceProps = { action: string; button: string; text: Child; danger?: boolean };

/** One act and what it does. */
export const Choice = ({ action, button, text, danger = false }: ChoiceProps) => (
  <ActForm action={action} target="#person" class="choice">
    <p>{text}</p>
    <button type="submit" class={danger ? "danger" : undefined}>
      {button}
    </button>
  </ActForm>
);
