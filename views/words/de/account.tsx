import type { Words } from "../../words.tsx";

export const account: Words["account"] = {
  title: "Konto",
  signedInAs: (name, admin) => (
    <>
      Angemeldet als {name}
      {admin ? ", Admin" : ""}
    </>
  ),
  done: {
    password: "Das Passwort ist geändert. Alle anderen Sitzungen wurden beendet.",
    authenticator: "Der neue Authenticator gilt. Alle anderen Sitzungen wurden beendet.",
    "authenticator-removed": "Der Authenticator ist entfernt. Alle anderen Sitzungen wurden beendet.",
    codes: "Die neuen Wiederherstellungscodes gelten. Die alten sind nichts mehr wert.",
    appearance: "Gespeichert.",
    sessions: "Alle anderen Sitzungen wurden beendet.",
  },
  password: {
    title: "Passwort ändern",
    current: "Jetziges Passwort",
    changed: (when) => <>Geändert am {when}.</>,
    strengthLabel: "Stärke",
    strength: {
      0: "Sofort zu erraten",
      1: "Sehr leicht zu erraten",
      2: "Könnte besser sein",
      3: "Gut",
      4: "Sehr gut",
    },
    strengthHint: (strength, hint) => `${strength}. ${hint}`,
  },
  authenticator: {
    title: "Authenticator",
    text: "Die App auf dem Telefon, die alle 30 Sekunden einen neuen Code zeigt.",
    maybeLost:
      "Seit dieser Authenticator eingerichtet wurde, haben Sie sich mit einem Wiederherstellungscode angemeldet. Wenn das Telefon verloren ist, ersetzen Sie ihn jetzt.",
    none: "Keiner. Ein zweiter Faktor schützt das Konto, wenn das Passwort bekannt wird.",
    isSetUp: "Eingerichtet.",
    setUp: (when) => <>Eingerichtet am {when}.</>,
    replace: "Authenticator ersetzen",
    add: "Authenticator hinzufügen",
    remove: "Entfernen",
  },
  codes: {
    title: "Wiederherstellungscodes",
    text: "Jeder lässt Sie einmal ohne Telefon herein.",
    few: (left) =>
      `${left === 0 ? "Kein Wiederherstellungscode ist übrig." : `Nur noch ${left === 1 ? "einer ist" : `${left} sind`} übrig.`} Machen Sie jetzt neue, solange das Telefon zur Hand ist.`,
    left: (left) => `${left} von 10 übrig.`,
    make: "Neue Codes machen",
    hint: "Neue Codes ersetzen die alten, und die anderen Sitzungen enden.",
  },
  sessions: {
    title: "Sitzungen",
    text: "Wo Sie angemeldet sind. Beenden Sie, was Sie nicht kennen, und ändern Sie dann das Passwort.",
    ended: "Die Sitzung wurde beendet.",
    goesOn: "Die Sitzung läuft weiter.",
    tooLate: "Zu spät: Die Sitzung ist endgültig beendet. Melden Sie sich dort neu an.",
    endOthers: "Alle anderen Sitzungen beenden",
    thisOne: "diese hier",
    seen: (ip, signedIn, lastSeen) => (
      <>
        {ip} · angemeldet {signedIn} · zuletzt gesehen {lastSeen}
      </>
    ),
    end: (device, aside) => <>Beenden{aside(`: ${device}`)}</>,
  },
  appearance: {
    title: "Erscheinungsbild",
    text: "Wie diese Seiten für Sie aussehen, wo immer Sie sich anmelden.",
    theme: "Farben",
    system: "Wie mein System",
    light: "Hell",
    dark: "Dunkel",
    language: "Sprache",
    asBrowser: "Wie mein Browser",
  },
  keyboard: {
    title: "Tastatur",
    text: "Strg+K oder Befehl+K findet Seiten und Bereiche. ? zeigt die anderen Tasten.",
  },
  activity: { title: "Letzte Ereignisse", text: "Das Neueste zu diesem Konto.", earlier: "Früher" },
  news: {
    lastSignIn: (when, ip, refusals) => (
      <>
        Letzte Anmeldung {when}
        {ip ? ` von ${ip}` : ""}
        {refusals > 0 ? `; seitdem ${refusals === 1 ? "ein Fehlversuch" : `${refusals} Fehlversuche`}` : ""}.
      </>
    ),
    notYou: (change) => <>Wenn Sie das nicht waren: {change("Passwort ändern")} und einem Admin Bescheid geben.</>,
    usedCode: (left) => (
      <>
        <strong>Sie haben sich mit einem Wiederherstellungscode angemeldet.</strong>{" "}
        {left === 1 ? "Einer ist" : `${left} sind`} übrig.
      </>
    ),
    phoneLost: (replace) => (
      <>
        Wenn das Telefon verloren ist, jetzt {replace("den Authenticator ersetzen")}: Wer es findet, hat auch die Codes.
      </>
    ),
  },
  devices: {
    unknown: "Ein unbekanntes Gerät",
    someBrowser: "Ein Browser",
    iphone: "einem iPhone",
    ipad: "einem iPad",
    mac: "einem Mac",
    on: (program, system) => `${program} auf ${system}`,
  },
};
