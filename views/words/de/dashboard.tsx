import type { Words } from "../../words.tsx";

export const dashboard: Words["dashboard"] = {
  title: "Übersicht",
  customise: "Anpassen",
  allHidden: "Alle Bereiche sind ausgeblendet. Im Menü stehen sie weiterhin.",
  undeclaredProxy: (address) => (
    <>
      <strong>Alle scheinen von {address} zu kommen.</strong> Dort reicht ein Proxy Anfragen weiter. Tragen Sie ihn in{" "}
      <code>TRUSTED_PROXIES</code> ein, sonst teilen sich alle eine Grenze für falsche Passwörter, und das Protokoll
      zeigt nur eine Adresse.
    </>
  ),
  leftOut: (file) => `${file} fehlt hier:`,
  open: (title) => `${title} öffnen`,
  failed: (title) => `${title} lässt sich gerade nicht anzeigen.`,
  retry: "Noch einmal versuchen",
  noneForAdmin: {
    title: "Der erste Bereich",
    text: () => (
      <>
        Ein Bereich ist eine Datei. Speichern Sie dies als <code>src/fragments/hello.tsx</code> und starten Sie
        Gatehouse neu; er erscheint hier und unter <code>/fragments/hello</code>, nur für Angemeldete.
      </>
    ),
  },
  noneForUser: {
    title: "Hier ist noch nichts",
    text: "Bereiche für dieses Konto erscheinen hier, sobald jemand sie hinzufügt.",
  },
  arrange: {
    title: "Übersicht anpassen",
    reset: "Zurück zur üblichen Ordnung",
    done: "Fertig",
    text: (orMouse) => (
      <>
        Bereiche lassen sich mit den Pfeilen{orMouse(" oder der Maus")} verschieben und ausblenden. Das gilt nur für Sie
        und wird sofort gespeichert.
      </>
    ),
    hidden: "ausgeblendet",
    up: (title) => `${title} nach oben`,
    down: (title) => `${title} nach unten`,
    show: "Einblenden",
    showNamed: (title) => `${title} einblenden`,
    hide: "Ausblenden",
    hideNamed: (title) => `${title} ausblenden`,
  },
  menu: {
    main: "Hauptmenü",
    panels: "Bereiche",
    account: "Konto",
    people: "Personen",
    importPeople: "Personen importieren",
    auditLog: "Protokoll",
    skip: "Zum Inhalt",
    isAdmin: "Admin",
  },
  palette: {
    title: "Gehe zu",
    label: "Gehe zu einer Seite, einem Bereich oder einer Person",
    placeholder: "Gehe zu …",
    nothing: "Nichts mit diesem Namen.",
    found: "Gefunden",
    page: "Seite",
    panel: "Bereich",
    person: "Person",
  },
  keys: {
    title: "Tasten",
    search: "Eine Seite suchen (auf dem Mac Befehl K)",
    list: "Diese Liste",
    state: (on) =>
      `Einzelne Tasten sind ${on ? "eingeschaltet" : "ausgeschaltet"}. Beim Tippen in einem Feld tun sie nichts.`,
    switchTo: (on) => `Einzelne Tasten ${on ? "einschalten" : "ausschalten"}`,
  },
  sessionEnd: {
    soon: "Sie werden bald abgemeldet",
    in: (minutes) =>
      `Sie werden in ${["weniger als einer Minute", "1 Minute"][minutes] ?? `${minutes} Minuten`} abgemeldet`,
    idle: "Hier ist eine Weile nichts geschehen. Was Sie getippt haben, bleibt erhalten, wenn Sie weitermachen.",
    lifetime:
      "Sie sind so lange angemeldet, wie es am Stück möglich ist. Speichern Sie, woran Sie arbeiten, und melden Sie sich dann neu an.",
    stay: "Angemeldet bleiben",
  },
  script: {
    unreachable: "Der Server ist nicht zu erreichen. Versuchen Sie es noch einmal.",
    unreadable: "Die Antwort des Servers ließ sich nicht anzeigen. Laden Sie die Seite neu.",
    confirmed: "Bestätigt. Jetzt noch einmal versuchen.",
    copied: "Kopiert",
    aloud: "Kopiert.",
    silent: "Der Server hat nicht geantwortet.",
    selected: "Markiert. Kopieren Sie es mit Strg+C oder Befehl+C.",
  },
  kit: {
    nothing: "Hier ist noch nichts.",
    pages: "Seiten",
    previous: "Zurück",
    next: "Weiter",
    pageOf: (page, pages, rows) => `Seite ${page} von ${pages}, ${rows} Zeilen`,
    views: "Ansichten",
    percent: (percent) => `${percent} %`,
    noData: (title) => `${title}: noch keine Daten.`,
    showData: "Daten anzeigen",
    dataOf: (title) => `Daten zu ${title}`,
    label: "Bezeichnung",
    series: (name, low, high, last) => `${name}: kleinster Wert ${low}, größter ${high}, letzter ${last}`,
    values: (count, from, to) => `${count} Werte von ${from} bis ${to}.`,
  },
};
