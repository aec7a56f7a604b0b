import type { AuditEvent } from "#src/store/audit-log.ts";
import type { Words } from "../../words.tsx";
import { also, capital, type Part, say, type Tell, type Told } from "../told.ts";

const tell: Tell = (event, told) =>
  Object.hasOwn(SENTENCES, event) ? SENTENCES[event as AuditEvent](german(told)) : say`${german(told).who}: ${event}.`;

export const audit: Words["audit"] = {
  title: "Protokoll",
  newest: "Neueste",
  older: "Ältere Einträge",
  pages: "Seiten",
  export: "Exportieren",
  exportCsv: "Als CSV exportieren",
  exportJsonl: "Als JSONL exportieren",
  confirmToExport: "Zum Exportieren bestätigen, dass Sie es sind",
  what: "Was geschah",
  everything: "Alles",
  all: (topic) => `Alles: ${topic}`,
  who: "Wer es tat",
  whom: "Wen es betraf",
  fromAddress: "Von Adresse",
  fromDay: "Vom Tag",
  toDay: "Bis zum Tag",
  more: "Weitere Filter",
  filter: "Filtern",
  clear: "Zurücksetzen",
  topics: {
    "sign-in": "An- und Abmelden",
    credentials: "Passwörter und Authenticatoren",
    people: "Personen",
    refusals: "Abgewiesene Anfragen",
    system: "Das System",
  },
  event: (event) => EVENTS[event as AuditEvent] ?? event,
  fact: (name) => FACTS[name] ?? capital(name.replaceAll("_", " ")),
  nothingLookedUp: "Es wurde nichts gesucht",
  correct: "Berichtigen Sie das markierte Feld und filtern Sie noch einmal.",
  noEntries: "Keine Einträge",
  nothingFits: "Nichts im Protokoll passt zu diesem Filter. Namen und Adressen müssen vollständig sein.",
  nothingYet: "Noch wurde nichts aufgezeichnet.",
  allUtc: "Alle Zeiten sind in UTC.",
  eventLabel: "Ereignis",
  time: "Zeit",
  address: "Adresse",
  browser: "Programm",
  request: "Anfrage",
  openPerson: "Person öffnen",
  notADay: "Bitte einen Tag wie 2026-01-31 angeben.",
  notAnAddress: "Das ist keine IP-Adresse.",
  beforeFirst: "Das liegt vor dem ersten Tag.",
  tell,
  personOf: (id) => `Person ${id}`,
};

/** The words German has for whom an entry is about. */
type German = {
  /** Who did it, with the verb "to have": "ann hat", "Sie haben". */
  whoHas: Part[];
  who: Part[];
  /** After "von". */
  byWhom: Part[];
  ofTarget: Part[];
  /** The object: "bob", "Sie", "sich". */
  target: Part[];
  /** "das Konto bob", "Ihr Konto". */
  account: Part[];
  nobody: boolean;
  itself: boolean;
  detail: Told["detail"];
};

function german({ actor, target, actorReads, targetReads, itself, atCommandLine, detail }: Told): German {
  const stranger = atCommandLine ? "der Betreiber an der Kommandozeile" : "jemand";
  const strangerDative = atCommandLine ? "dem Betreiber an der Kommandozeile" : "jemandem";
  return {
    whoHas: actorReads ? ["Sie haben"] : [actor ?? capital(stranger), " hat"],
    who: actorReads ? ["Sie"] : [actor ?? capital(stranger)],
    byWhom: actorReads ? ["Ihnen"] : [actor ?? strangerDative],
    ofTarget: targetReads ? ["Ihnen"] : [target ?? "niemandem"],
    target: itself ? ["sich selbst"] : targetReads ? ["Sie"] : [target ?? "niemanden"],
    account: targetReads ? ["Ihr Konto"] : target ? ["das Konto ", target] : ["ein Konto, das es nicht gibt"],
    nobody: target === null,
    itself,
    detail,
  };
}

/** "password, authenticator" as entries have it. */
const factors = (list: unknown): string =>
  String(list)
    .split(", ")
    .map((factor) => FACTORS[factor] ?? factor)
    .join(" und ");

const FACTORS: Record<string, string> = {
  password: "Passwort",
  authenticator: "Authenticator",
  "recovery code": "Wiederherstellungscode",
};

const roleName = (role: unknown): string => (role === "admin" ? "Admin" : role === "user" ? "Benutzer" : String(role));

/** "das eigene Passwort", "Ihr Passwort" or "das Passwort von bob". */
function thing(told: German, article: string, ownForm: string, noun: string): Part[] {
  if (told.itself) return [`${article} ${ownForm} ${noun}`];
  return [`${article} ${noun} von `, ...told.ofTarget];
}

function passwordRefused(told: German): Part[] {
  if (told.nobody) return say`Jemand wollte sich unter einem Namen anmelden, den niemand hat.`;
  if (told.detail.reason === "disabled") return disabled(told);
  return say`Ein falsches Passwort wurde für ${told.account} eingegeben.`;
}

function codeRefused(told: German): Part[] {
  if (told.detail.reason === "disabled") return disabled(told);
  const code = told.detail.factor === "recovery code" ? "Wiederherstellungscode" : "Bestätigungscode";
  return say`Ein falscher ${code} wurde für ${told.account} eingegeben.`;
}

const disabled = ({ account }: German): Part[] =>
  say`Eine Anmeldung für ${account} wurde abgewiesen: Das Konto war gesperrt.`;

function throttled({ nobody, account, detail }: German): Part[] {
  const what = detail.factor === "code" ? "Codes" : "Passwörter";
  const whom: Part[] = nobody ? ["einen Namen, den niemand hat,"] : account;
  return say`Die Anmeldung für ${whom} wurde aufgehalten: zu viele falsche ${what}.`;
}

const SENTENCES: Record<AuditEvent, (told: German) => Part[]> = {
  "setup.completed": ({ who, nobody, detail }) =>
    say`${nobody && detail.username ? [{ id: null, name: String(detail.username) }] : who} bekam das erste Admin-Konto.`,
  "sign_in.password_accepted": ({ account }) => say`Das richtige Passwort wurde für ${account} eingegeben.`,
  "sign_in.password_refused": passwordRefused,
  "sign_in.code_refused": codeRefused,
  "sign_in.throttled": throttled,
  "session.started": ({ whoHas, detail }) =>
    say`${whoHas} sich angemeldet${detail.factors ? ` mit ${factors(detail.factors)}` : ""}.`,
  "session.ended": ({ whoHas, detail }) =>
    detail.elsewhere ? say`${whoHas} eine andere eigene Sitzung beendet.` : say`${whoHas} sich abgemeldet.`,
  "session.ended_by_other": (told) => say`${told.whoHas} ${thing(told, "eine", "eigene", "Sitzung")} beendet.`,
  "session.end_undone": (told) => say`${told.whoHas} ${thing(told, "eine", "eigene", "Sitzung")} weiterlaufen lassen.`,
  "session.confirmed": ({ whoHas }) => say`${whoHas} die Identität bestätigt.`,
  "session.confirm_refused": ({ account }) => say`Der verlangte Nachweis für ${account} war falsch.`,
  "access.refused": ({ whoHas, detail }) =>
    say`${whoHas} ${also("", detail.route) || "eine Seite"} ohne das Recht dazu aufgerufen.`,
  "request.foreign_origin": ({ detail }) =>
    say`Ein Formular von ${also("", detail.from) || "einer anderen Seite"} wurde abgewiesen.`,
  "recovery_code.used": ({ whoHas }) => say`${whoHas} einen Wiederherstellungscode verwendet.`,
  "recovery_codes.replaced": (told) =>
    say`${told.whoHas} ${thing(told, "die", "eigenen", "Wiederherstellungscodes")} ersetzt.`,
  "authenticator.enrolled": ({ whoHas }) => say`${whoHas} einen Authenticator eingerichtet.`,
  "authenticator.replaced": (told) => say`${told.whoHas} ${thing(told, "den", "eigenen", "Authenticator")} ersetzt.`,
  "authenticator.reset": (told) => say`${told.whoHas} ${thing(told, "den", "eigenen", "Authenticator")} entfernt.`,
  "password.changed": (told) => say`${told.whoHas} ${thing(told, "das", "eigene", "Passwort")} geändert.`,
  "password.change_refused": ({ account }) => say`Ein neues Passwort für ${account} wurde abgelehnt.`,
  "password.reset": ({ account }) => say`Für ${account} wurde ein neues Passwort gesetzt.`,
  "password.reset_refused": ({ account }) => say`Das Passwort für ${account} zurückzusetzen wurde abgelehnt.`,
  "reset_link.issued": ({ whoHas, account }) =>
    say`${whoHas} einen Link für ein neues Passwort ausgestellt, für ${account}.`,
  "reset_link.withdrawn": ({ whoHas, account }) =>
    say`${whoHas} den Link für ein neues Passwort zurückgezogen, für ${account}.`,
  "reset_link.used": ({ account }) => say`Der Link für ein neues Passwort wurde verwendet, für ${account}.`,
  "invitation.issued": ({ whoHas, target }) => say`${whoHas} ${target} eingeladen.`,
  "invitation.withdrawn": ({ whoHas, account }) => say`${whoHas} die Einladung zurückgezogen, für ${account}.`,
  "invitation.accepted": ({ whoHas }) => say`${whoHas} die Einladung angenommen.`,
  "user.registered": ({ whoHas, target, detail }) =>
    say`${whoHas} ${target} registriert${detail.role ? ` als ${roleName(detail.role)}` : ""}.`,
  "user.imported": ({ whoHas, target, detail }) =>
    say`${whoHas} ${target} importiert${detail.role ? ` als ${roleName(detail.role)}` : ""}.`,
  "user.role_changed": ({ whoHas, target, detail }) => {
    const role = detail.to ?? detail.role;
    return say`${whoHas} ${target} ${role === undefined ? "zu etwas anderem" : `zum ${roleName(role)}`} gemacht.`;
  },
  "user.disabled": ({ whoHas, target }) => say`${whoHas} ${target} gesperrt.`,
  "user.enabled": ({ whoHas, target }) => say`${whoHas} ${target} entsperrt.`,
  "user.unlocked": ({ whoHas, account }) =>
    say`${whoHas} die Wartezeit nach falschen Versuchen aufgehoben, für ${account}.`,
  "user.sessions_ended": (told) =>
    told.detail.everybody === true
      ? say`${told.whoHas} alle Sitzungen von allen beendet.`
      : say`${told.whoHas} ${thing(told, "alle", "eigenen", "Sitzungen")} beendet.`,
  "user.deleted": ({ whoHas, target }) => say`${whoHas} ${target} gelöscht.`,
  "user.act_refused": ({ byWhom, account, detail }) =>
    say`Eine Änderung von ${byWhom}, betreffend ${account}, wurde abgelehnt${also(": ", detail.reason?.toString().replace(/\.$/, ""))}.`,
  "audit.exported": ({ whoHas, detail }) =>
    say`${whoHas} das Protokoll exportiert${also(", als ", detail.format?.toString().toUpperCase())}.`,
  "audit.purged": ({ detail }) =>
    say`${detail.entries === 1 ? "Ein Eintrag" : `${detail.entries ?? 0} Einträge`}, älter als ${also("", detail.days) || "einige"} Tage: aus dem Protokoll entfernt.`,
  "fragment.failed": ({ detail }) => say`Der Bereich${also(" „", detail.fragment, "“")} ist fehlgeschlagen.`,
  "layout.changed": ({ whoHas }) => say`${whoHas} die eigene Übersicht umgestellt.`,
  "server_key.added": () => say`Ein neuer Schlüssel des Servers wurde in Gebrauch genommen.`,
};

const EVENTS: Record<AuditEvent, string> = {
  "setup.completed": "Einrichtung: abgeschlossen",
  "sign_in.password_accepted": "Anmeldung: Passwort richtig",
  "sign_in.password_refused": "Anmeldung: Passwort falsch",
  "sign_in.code_refused": "Anmeldung: Code falsch",
  "sign_in.throttled": "Anmeldung: aufgehalten",
  "session.started": "Sitzung: begonnen",
  "session.ended": "Sitzung: beendet",
  "session.ended_by_other": "Sitzung: von anderen beendet",
  "session.end_undone": "Sitzung: Ende zurückgenommen",
  "session.confirmed": "Sitzung: Identität bestätigt",
  "session.confirm_refused": "Sitzung: Nachweis falsch",
  "access.refused": "Zugriff: abgewiesen",
  "request.foreign_origin": "Anfrage: von fremder Seite",
  "recovery_code.used": "Wiederherstellungscode: verwendet",
  "recovery_codes.replaced": "Wiederherstellungscodes: ersetzt",
  "authenticator.enrolled": "Authenticator: eingerichtet",
  "authenticator.replaced": "Authenticator: ersetzt",
  "authenticator.reset": "Authenticator: entfernt",
  "password.changed": "Passwort: geändert",
  "password.change_refused": "Passwort: Änderung abgelehnt",
  "password.reset": "Passwort: zurückgesetzt",
  "password.reset_refused": "Passwort: Zurücksetzen abgelehnt",
  "reset_link.issued": "Link für ein Passwort: ausgestellt",
  "reset_link.withdrawn": "Link für ein Passwort: zurückgezogen",
  "reset_link.used": "Link für ein Passwort: verwendet",
  "invitation.issued": "Einladung: ausgestellt",
  "invitation.withdrawn": "Einladung: zurückgezogen",
  "invitation.accepted": "Einladung: angenommen",
  "user.registered": "Person: registriert",
  "user.imported": "Person: importiert",
  "user.role_changed": "Person: Rolle geändert",
  "user.disabled": "Person: gesperrt",
  "user.enabled": "Person: entsperrt",
  "user.unlocked": "Person: Wartezeit aufgehoben",
  "user.sessions_ended": "Person: Sitzungen beendet",
  "user.deleted": "Person: gelöscht",
  "user.act_refused": "Person: Änderung abgelehnt",
  "audit.exported": "Protokoll: exportiert",
  "audit.purged": "Protokoll: Altes entfernt",
  "fragment.failed": "Bereich: fehlgeschlagen",
  "layout.changed": "Übersicht: umgestellt",
  "server_key.added": "Schlüssel des Servers: hinzugekommen",
};

/** What entries have besides; what is missing here is shown by its own name. */
const FACTS: Record<string, string> = {
  act: "Was versucht wurde",
  by: "Durch",
  days: "Tage",
  elsewhere: "Anderswo",
  entries: "Einträge",
  everybody: "Alle",
  factor: "Faktor",
  factors: "Faktoren",
  format: "Dateiformat",
  fragment: "Bereich",
  from: "Von",
  method: "Methode",
  reason: "Grund",
  role: "Rolle",
  route: "Seite",
  to: "Zu",
  until: "Bis",
  username: "Benutzername",
};
