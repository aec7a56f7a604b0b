import type { AuditEvent } from "#src/store/audit-log.ts";
import { also, capital, type Part, say, type Tell, type Told } from "../told.ts";

const tell: Tell = (event, told) =>
  // An entry of a newer version of the program is still shown, by its name.
  Object.hasOwn(SENTENCES, event)
    ? SENTENCES[event as AuditEvent](english(told))
    : say`${english(told).actor}: ${event}.`;

/** The audit log: its page, and its entries as sentences. */
export const audit = {
  title: "Audit log",
  newest: "Newest",
  older: "Older entries",
  pages: "Pages",
  export: "Export",
  exportCsv: "Export CSV",
  exportJsonl: "Export JSONL",
  confirmToExport: "Confirm it’s you to export",
  what: "What happened",
  everything: "Everything",
  all: (topic: string) => `All: ${topic.toLowerCase()}`,
  who: "Who did it",
  whom: "To whom",
  fromAddress: "From address",
  fromDay: "From day",
  toDay: "To day",
  more: "More filters",
  filter: "Filter",
  clear: "Clear",
  topics: {
    "sign-in": "Signing in and out",
    credentials: "Passwords and authenticators",
    people: "People",
    refusals: "Refused requests",
    system: "The system",
  },
  /** "sign_in.password_refused" reads "Sign in: password refused". */
  event: (event: string): string => inWords(event),
  /** What an entry has besides, by its name in there. */
  fact: (name: string): string => inWords(name),
  nothingLookedUp: "Nothing was looked up",
  correct: "Correct the marked field and filter again.",
  noEntries: "No entries",
  nothingFits: "No entries match these filters. Names and addresses must be complete.",
  nothingYet: "Nothing has been recorded yet.",
  allUtc: "All times are UTC.",
  eventLabel: "Event",
  time: "Time",
  address: "Address",
  browser: "Browser",
  request: "Request",
  openPerson: "Open person",
  notADay: "Use a day such as 2026-01-31.",
  notAnAddress: "This is not an IP address.",
  beforeFirst: "This is before the first day.",
  tell,
  /** Somebody whose name is not known. */
  personOf: (id: number) => `person ${id}`,
};

function inWords(name: string): string {
  return capital(name.replace(".", ": ").replaceAll("_", " "));
}

/** The same with the words English has for whom it is about. */
type English = {
  /** Who did it, as the first word. */
  actor: Part[];
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
  detail: Told["detail"];
};

function english({ actor, target, actorReads, targetReads, itself, atCommandLine, detail }: Told): English {
  const stranger = atCommandLine ? "the operator at the command line" : "somebody";
  const own = actorReads ? "your" : "their";
  return {
    actor: actorReads ? ["You"] : [actor ?? capital(stranger)],
    target: itself ? [actorReads ? "yourself" : "themselves"] : targetReads ? ["you"] : [target ?? "nobody"],
    about: targetReads ? ["you"] : [target ?? "nobody"],
    targets: itself ? [`${own} own`] : targetReads ? ["your"] : target ? [target, "’s"] : ["somebody’s"],
    nobody: target === null,
    own,
    are: actorReads ? "you are" : "they are",
    detail,
  };
}

const entries = (count: unknown): string => (count === 1 ? "1 entry" : `${count} entries`);

function passwordRefused({ nobody, about, detail }: English): Part[] {
  if (nobody) return say`Somebody tried to sign in with an unknown username.`;
  if (detail.reason === "disabled") return say`A sign-in for ${about} was refused: the account was disabled.`;
  return say`A wrong password was entered for ${about}.`;
}

function codeRefused({ about, detail }: English): Part[] {
  if (detail.reason === "disabled") return say`A sign-in for ${about} was refused: the account was disabled.`;
  const code = detail.factor === "recovery code" ? "recovery code" : "authentication code";
  return say`A wrong ${code} was entered for ${about}.`;
}

function throttled({ nobody, about, detail }: English): Part[] {
  const what = detail.factor === "code" ? "codes" : "passwords";
  const whom: Part[] = nobody ? ["an unknown username"] : about;
  return say`Sign-in for ${whom} was held back: too many wrong ${what}.`;
}

function roleChanged({ actor, target, detail }: English): Part[] {
  const role = detail.to ?? detail.role;
  return say`${actor} made ${target} ${role === "admin" ? "an admin" : role === "user" ? "a user" : "something else"}.`;
}

/** One for every event there is; the compiler asks for those that are missing. */
const SENTENCES: Record<AuditEvent, (told: English) => Part[]> = {
  "setup.completed": ({ actor, nobody, detail }) =>
    say`${nobody && detail.username ? [{ id: null, name: String(detail.username) }] : actor} became the first admin.`,
  "sign_in.password_accepted": ({ about }) => say`The correct password was entered for ${about}.`,
  "sign_in.password_refused": passwordRefused,
  "sign_in.code_refused": codeRefused,
  "sign_in.throttled": throttled,
  "session.started": ({ actor, detail }) =>
    say`${actor} signed in${also(" with ", detail.factors?.toString().replace(", ", " and "))}.`,
  "session.ended": ({ actor, own, detail }) =>
    detail.elsewhere ? say`${actor} ended another of ${own} sessions.` : say`${actor} signed out.`,
  "session.ended_by_other": ({ actor, targets }) => say`${actor} ended one of ${targets} sessions.`,
  "session.end_undone": ({ actor, targets }) => say`${actor} restored one of ${targets} ended sessions.`,
  "session.confirmed": ({ actor, are }) => say`${actor} confirmed who ${are}.`,
  "session.confirm_refused": ({ about }) => say`A confirmation asked of ${about} failed.`,
  "access.refused": ({ actor, detail }) => say`${actor} was denied access to ${also("", detail.route) || "a page"}.`,
  "request.foreign_origin": ({ detail }) =>
    say`A form sent from ${also("", detail.from) || "another site"} was refused.`,
  "recovery_code.used": ({ actor }) => say`${actor} used a recovery code.`,
  "recovery_codes.replaced": ({ actor, targets }) => say`${actor} replaced ${targets} recovery codes.`,
  "authenticator.enrolled": ({ actor }) => say`${actor} set up an authenticator.`,
  "authenticator.replaced": ({ actor, targets }) => say`${actor} replaced ${targets} authenticator.`,
  "authenticator.reset": ({ actor, targets }) => say`${actor} removed ${targets} authenticator.`,
  "password.changed": ({ actor, targets }) => say`${actor} changed ${targets} password.`,
  "password.change_refused": ({ targets }) => say`A change of ${targets} password was refused.`,
  // By whoever could prove to be the person: nobody was signed in.
  "password.reset": ({ about }) => say`A new password was set for ${about}.`,
  "password.reset_refused": ({ targets }) => say`A reset of ${targets} password was refused.`,
  "reset_link.issued": ({ actor, targets }) => say`${actor} issued a link to reset ${targets} password.`,
  "reset_link.withdrawn": ({ actor, targets }) => say`${actor} withdrew ${targets} reset link.`,
  "reset_link.used": ({ about }) => say`The reset link for ${about} was used.`,
  "invitation.issued": ({ actor, target }) => say`${actor} invited ${target}.`,
  "invitation.withdrawn": ({ actor, targets }) => say`${actor} withdrew ${targets} invitation.`,
  "invitation.accepted": ({ actor, own }) => say`${actor} accepted ${own} invitation.`,
  "user.registered": ({ actor, target, detail }) => say`${actor} registered ${target}${also(" as ", detail.role)}.`,
  "user.imported": ({ actor, target, detail }) => say`${actor} imported ${target}${also(" as ", detail.role)}.`,
  "user.role_changed": roleChanged,
  "user.disabled": ({ actor, target }) => say`${actor} disabled ${target}.`,
  "user.enabled": ({ actor, target }) => say`${actor} enabled ${target}.`,
  "user.unlocked": ({ actor, target }) => say`${actor} unlocked ${target}.`,
  "user.sessions_ended": ({ actor, targets, detail }) =>
    say`${actor} ended all of ${detail.everybody === true ? "everybody’s" : targets} sessions.`,
  "user.deleted": ({ actor, target }) => say`${actor} deleted ${target}.`,
  "user.act_refused": ({ actor, target, detail }) =>
    say`${actor} tried to change ${target} and was refused${also(": ", detail.reason?.toString().replace(/\.$/, ""))}.`,
  "audit.exported": ({ actor, detail }) => say`${actor} exported the audit log${also(" as ", detail.format)}.`,
  "audit.purged": ({ detail }) =>
    say`${capital(entries(detail.entries ?? 0))} older than ${also("", detail.days) || "some"} days were removed from the audit log.`,
  "fragment.failed": ({ detail }) => say`The panel${also(" “", detail.fragment, "”")} failed.`,
  "layout.changed": ({ actor, own }) => say`${actor} rearranged ${own} dashboard.`,
  "server_key.added": () => say`A new server key is in use.`,
};
