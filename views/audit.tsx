import type { AuditEvent, AuditRow } from "#src/store/audit-log.ts";

/** What a sentence needs of an entry. */
export type ToldEntry = Pick<AuditRow, "event" | "actorId" | "actorName" | "targetId" | "targetName" | "detail">;

/** Whom the sentence calls "you": the id of the person who reads it; left out on pages about others. */
type Reader = { reader?: number | undefined };

/**
 * One entry as a sentence: "ann signed in with password and authenticator."
 * Names are marked up, and lead to the person where `peopleAt` gives the address their pages lie under.
 */
export const AuditSentence = ({ entry, reader, peopleAt }: Reader & { entry: ToldEntry; peopleAt?: string }) => (
  <>
    {tell(entry, reader).map((part) =>
      typeof part === "string" ? part : <Name id={part.id} name={part.name} peopleAt={peopleAt} />,
    )}
  </>
);

const Name = ({ id, name, peopleAt }: Person & { peopleAt: string | undefined }) =>
  peopleAt !== undefined && id !== null ? (
    <a class="name" href={`${peopleAt}/${id}`}>
      {name}
    </a>
  ) : (
    <strong class="name">{name}</strong>
  );

/** The same as plain text. */
export function auditSentence(entry: ToldEntry, { reader }: Reader = {}): string {
  return tell(entry, reader)
    .map((part) => (typeof part === "string" ? part : part.name))
    .join("");
}

type Person = { id: number | null; name: string };
type Part = string | Person;
type Told = {
  /** Who did it, as the first word. */
  actor: Part[];
  /** The same inside the sentence. */
  byActor: Part[];
  /** To whom: "bob", "you", "themselves". */
  target: Part[];
  /** The same where nobody acts: "bob", "you". */
  about: Part[];
  /** "bob’s", "your", "their own". */
  targets: Part[];
  /** Nobody is named: an unknown name was typed, or the entry is about no person. */
  nobody: boolean;
  /** "your" or "their", and "you are" or "they are", of the actor. */
  own: string;
  are: string;
  detail: NonNullable<AuditRow["detail"]>;
};

function tell(entry: ToldEntry, reader: number | undefined): Part[] {
  // An entry of a newer version of the program is still shown, by its name.
  if (!Object.hasOwn(SENTENCES, entry.event)) return say`${toTold(entry, reader).actor}: ${entry.event}.`;
  const sentence = SENTENCES[entry.event as AuditEvent];
  return sentence(toTold(entry, reader));
}

function toTold(entry: ToldEntry, reader: number | undefined): Told {
  const detail = entry.detail ?? {};
  const actor = personOf(entry.actorId, entry.actorName);
  const target = personOf(entry.targetId, entry.targetName) ?? actor;
  const isReader = (person: Person | null) => person !== null && person.id !== null && person.id === reader;
  const itself = actor !== null && target !== null && actor.id === target.id;
  const stranger = detail.by === "command line" ? "the operator at the command line" : "somebody";
  const own = isReader(actor) ? "your" : "their";
  return {
    actor: isReader(actor) ? ["You"] : [actor ?? capital(stranger)],
    byActor: isReader(actor) ? ["you"] : [actor ?? stranger],
    target: itself ? [isReader(actor) ? "yourself" : "themselves"] : isReader(target) ? ["you"] : [target ?? "nobody"],
    about: isReader(target) ? ["you"] : [target ?? "nobody"],
    targets: itself ? [`${own} own`] : isReader(target) ? ["your"] : target ? [target, "’s"] : ["somebody’s"],
    nobody: target === null,
    own,
    are: isReader(actor) ? "you are" : "they are",
    detail,
  };
}

function personOf(id: number | null, name: string | null): Person | null {
  return id === null && name === null ? null : { id, name: name ?? `person ${id}` };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function say(texts: TemplateStringsArray, ...values: readonly (string | number | Part[])[]): Part[] {
  const parts = texts.flatMap((text, i) => [text, ...toParts(values[i] ?? "")]);
  return parts.filter((part) => part !== "");
}

const toParts = (value: string | number | Part[]): Part[] => (Array.isArray(value) ? value : [String(value)]);

type Fact = string | number | boolean | null | undefined;

/** " as admin" when there is something to say, else nothing. */
const also = (before: string, fact: Fact, after = ""): string =>
  fact === undefined || fact === null || fact === "" ? "" : `${before}${fact}${after}`;

const entries = (count: Fact): string => (count === 1 ? "1 entry" : `${count} entries`);

function passwordRefused({ nobody, about, detail }: Told): Part[] {
  if (nobody) return say`Somebody tried to sign in under a name that nobody has.`;
  if (detail.reason === "disabled") return say`A sign-in for ${about} was refused: the account was disabled.`;
  return say`A wrong password was given for ${about}.`;
}

function codeRefused({ about, detail }: Told): Part[] {
  if (detail.reason === "disabled") return say`A sign-in for ${about} was refused: the account was disabled.`;
  const code = detail.factor === "recovery code" ? "recovery code" : "authentication code";
  return say`A wrong ${code} was given for ${about}.`;
}

function throttled({ nobody, about, detail }: Told): Part[] {
  const what = detail.factor === "code" ? "codes" : "passwords";
  const whom: Part[] = nobody ? ["a name that nobody has"] : about;
  return say`Sign-in for ${whom} was held back: too many wrong ${what}.`;
}

function roleChanged({ actor, target, detail }: Told): Part[] {
  const role = detail.to ?? detail.role;
  return say`${actor} made ${target} ${role === "admin" ? "an admin" : role === "user" ? "a user" : "something else"}.`;
}

/** One for every event there is; the compiler asks for those that are missing. */
const SENTENCES: Record<AuditEvent, (told: Told) => Part[]> = {
  "setup.completed": ({ actor, nobody, detail }) =>
    say`${nobody && detail.username ? [{ id: null, name: String(detail.username) }] : actor} became the first admin.`,
  "sign_in.password_accepted": ({ about }) => say`The right password was given for ${about}.`,
  "sign_in.password_refused": passwordRefused,
  "sign_in.code_refused": codeRefused,
  "sign_in.throttled": throttled,
  "session.started": ({ actor, detail }) =>
    say`${actor} signed in${also(" with ", detail.factors?.toString().replace(", ", " and "))}.`,
  "session.ended": ({ actor }) => say`${actor} signed out.`,
  "session.ended_by_other": ({ actor, targets }) => say`${actor} ended one of ${targets} sessions.`,
  "session.end_undone": ({ actor, targets }) => say`${actor} let one of ${targets} ended sessions go on.`,
  "session.confirmed": ({ actor, are }) => say`${actor} confirmed who ${are}.`,
  "session.confirm_refused": ({ about }) => say`The proof asked of ${about} was wrong.`,
  "access.refused": ({ actor, detail }) =>
    say`${actor} asked for ${also("", detail.route) || "a page"} without the right to see it.`,
  "request.foreign_origin": ({ detail }) =>
    say`A form sent from ${also("", detail.from) || "another site"} was refused.`,
  "recovery_code.used": ({ actor }) => say`${actor} used a recovery code.`,
  "recovery_codes.replaced": ({ actor, targets }) => say`${actor} replaced ${targets} recovery codes.`,
  "authenticator.enrolled": ({ actor }) => say`${actor} set up an authenticator.`,
  "authenticator.replaced": ({ actor, targets }) => say`${actor} replaced ${targets} authenticator.`,
  "authenticator.reset": ({ actor, targets }) => say`${actor} removed ${targets} authenticator.`,
  "password.changed": ({ actor, targets }) => say`${actor} changed ${targets} password.`,
  "password.change_refused": ({ targets }) => say`A change of ${targets} password was refused.`,
  "password.reset": ({ actor, targets }) => say`${actor} reset ${targets} password.`,
  "password.reset_refused": ({ targets }) => say`A reset of ${targets} password was refused.`,
  "reset_link.issued": ({ actor, targets }) => say`${actor} issued a link to reset ${targets} password.`,
  "reset_link.withdrawn": ({ actor, targets }) => say`${actor} withdrew ${targets} reset link.`,
  "reset_link.used": ({ actor, targets }) => say`${actor} used ${targets} reset link.`,
  "invitation.issued": ({ actor, target }) => say`${actor} invited ${target}.`,
  "invitation.withdrawn": ({ actor, targets }) => say`${actor} withdrew ${targets} invitation.`,
  "invitation.accepted": ({ actor, own }) => say`${actor} accepted ${own} invitation.`,
  "user.registered": ({ actor, target, detail }) => say`${actor} registered ${target}${also(" as ", detail.role)}.`,
  "user.imported": ({ actor, target, detail }) => say`${actor} imported ${target}${also(" as ", detail.role)}.`,
  "user.role_changed": roleChanged,
  "user.disabled": ({ actor, target }) => say`${actor} disabled ${target}.`,
  "user.enabled": ({ actor, target }) => say`${actor} enabled ${target}.`,
  "user.unlocked": ({ actor, target }) => say`${actor} lifted the wait after wrong tries for ${target}.`,
  "user.sessions_ended": ({ actor, targets, detail }) =>
    say`${actor} ended all of ${detail.everybody === true ? "everybody’s" : targets} sessions.`,
  "user.deleted": ({ actor, target }) => say`${actor} deleted ${target}.`,
  "user.act_refused": ({ byActor, target, detail }) =>
    say`A change to ${target} by ${byActor} was refused${also(": ", detail.reason?.toString().replace(/\.$/, ""))}.`,
  "audit.exported": ({ actor, detail }) => say`${actor} exported the audit log${also(" as ", detail.format)}.`,
  "audit.purged": ({ detail }) =>
    say`${capital(entries(detail.entries ?? 0))} older than ${also("", detail.days) || "some"} days left the audit log.`,
  "fragment.failed": ({ detail }) => say`The panel${also(" “", detail.fragment, "”")} failed.`,
  "layout.changed": ({ actor, own }) => say`${actor} rearranged ${own} dashboard.`,
  "server_key.added": () => say`A new server key was taken into use.`,
};
