import type { Words } from "../../words.tsx";

export const common: Words["common"] = {
  username: "Benutzername",
  password: "Passwort",
  newPassword: "Neues Passwort",
  confirmNewPassword: "Neues Passwort wiederholen",
  newPasswordHint: "Ein paar Wörter ohne Zusammenhang merkt man sich leicht, und sie sind schwer zu erraten.",
  showPassword: "Passwort anzeigen",
  authenticationCode: "Bestätigungscode",
  sentWhenTyped: "Wird mit der sechsten Ziffer gesendet.",
  recoveryCode: "Wiederherstellungscode",
  verify: "Prüfen",
  signOut: "Abmelden",
  copy: "Kopieren",
  close: "Schließen",
  dismiss: "Ausblenden",
  undo: "Rückgängig",
  cancel: "Abbrechen",
  save: "Speichern",
  saved: "Gespeichert.",
  asQrCode: (label) => `${label} als QR-Code`,
  utc: (date) => `${date} UTC`,
  justNow: "gerade eben",
  minutesAgo: (minutes) => `vor ${minutes} Minuten`,
  hoursAgo: (hours) => (hours === 1 ? "vor einer Stunde" : `vor ${hours} Stunden`),
  tooManyTries: (count, unit) =>
    `Zu viele Versuche. In ${count === 1 ? ONE[unit] : `${count} ${MANY[unit]}`} geht es weiter.`,
};

const ONE = { minute: "einer Minute", hour: "einer Stunde" };
const MANY = { minute: "Minuten", hour: "Stunden" };
