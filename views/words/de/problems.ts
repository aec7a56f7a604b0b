import type { Words } from "../../words.tsx";

export const problems: Words["problems"] = {
  400: {
    title: "Diese Anfrage ergab keinen Sinn",
    message: "Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
  },
  401: { title: "Bitte anmelden", message: "Die Sitzung ist zu Ende. Nach dem Anmelden geht es weiter." },
  403: {
    title: "Nicht für dieses Konto",
    message:
      "Sie sind angemeldet, aber dafür braucht es andere Rechte. Fragen Sie einen Admin, wenn Sie sie haben sollten.",
  },
  404: {
    title: "Hier ist nichts",
    message: "Die Adresse ist falsch, oder was hier war, ist fort.",
  },
  405: {
    title: "An dieser Adresse nicht möglich",
    message: "Gehen Sie zurück zur vorigen Seite und verwenden Sie ihre Knöpfe.",
  },
  409: {
    title: "Jemand war schneller",
    message: "Das wurde inzwischen geändert. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  },
  413: { title: "Zu groß", message: "Das war mehr, als diese Seite annimmt. Senden Sie etwas Kleineres." },
  422: {
    title: "Bitte die Eingaben prüfen",
    message: "Etwas fehlt oder ist nicht gültig. Gehen Sie zurück und berichtigen Sie es.",
  },
  429: {
    title: "Zu viele Versuche",
    message: "Warten Sie eine Weile, bevor Sie es wieder versuchen. Frühere Versuche helfen nicht.",
  },
  500: {
    title: "Bei uns ist etwas kaputtgegangen",
    message:
      "Es ist festgehalten. Versuchen Sie es noch einmal; wenn es dabei bleibt, nennen Sie den Verantwortlichen dieser Seite die Nummer unten.",
  },
  503: {
    title: "Gerade nicht erreichbar",
    message: "Der Dienst startet noch, oder seine Datenbank ist weg. Versuchen Sie es in einer Minute wieder.",
  },
  foreignForm: {
    title: "Von einer anderen Adresse gesendet",
    message:
      "Formulare gelten nur von der eigenen Adresse dieser Seite. Öffnen Sie die Seite dort, so wie der Betreiber sie nennt, und versuchen Sie es noch einmal.",
  },
  deadLink: {
    title: "Dieser Link öffnet nichts mehr",
    invite:
      "Er gilt einmal und drei Tage lang. Haben Sie Ihr Passwort gewählt, melden Sie sich an; sonst bitten Sie um eine neue Einladung.",
    reset:
      "Er gilt einmal und eine Stunde lang. Ist Ihr Passwort geändert, melden Sie sich an; sonst bitten Sie um einen neuen Link.",
    setup:
      "Er gilt einmal und nur, solange niemand registriert ist. Melden Sie sich an; gibt es noch niemanden, zeigt ein Neustart des Servers einen neuen.",
  },
  toSignIn: "Zur Anmeldung",
  toDashboard: "Zur Übersicht",
  retry: "Noch einmal versuchen",
  request: "Anfrage",
};
