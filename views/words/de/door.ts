import type { Words } from "../../words.tsx";

const resetTitle = "Neues Passwort wählen";

export const door: Words["door"] = {
  signIn: {
    title: "Anmelden",
    forgot: "Passwort vergessen?",
    refused: "Benutzername oder Passwort stimmt nicht.",
    resetDone: "Das Passwort ist geändert. Jetzt damit anmelden.",
    chosen: "Alles bereit. Jetzt mit dem Passwort anmelden.",
    ready: "Alles bereit. Zum Anmelden braucht es das Passwort und den nächsten Code aus dem Authenticator.",
  },
  code: {
    page: "Code prüfen",
    title: "Code aus dem Authenticator",
    text: "Öffnen Sie die Authenticator-App auf dem Telefon und tippen Sie den Code ein, den sie für diese Seite zeigt.",
    useRecoveryCode: "Stattdessen einen Wiederherstellungscode verwenden",
    useAuthenticator: "Stattdessen den Authenticator verwenden",
    wrong: "Dieser Code stimmt nicht. Codes wechseln alle 30 Sekunden, und jeder gilt nur einmal.",
    wrongRecoveryCode: "Dieser Wiederherstellungscode stimmt nicht oder wurde schon verwendet.",
    clockBehind: (seconds) =>
      `Die Uhr des Telefons geht anscheinend etwa ${seconds} Sekunden nach. Stellen Sie sie auf automatisch und versuchen Sie es noch einmal.`,
    recoveryTitle: "Wiederherstellungscode verwenden",
    recoveryText:
      "Tippen Sie einen der Codes ein, die beim Einrichten des Authenticators gespeichert wurden. Jeder gilt einmal.",
    recoveryHint: "Großbuchstaben, Striche und Leerzeichen spielen keine Rolle.",
  },
  enrol: {
    title: "Authenticator einrichten",
    replaceTitle: "Authenticator ersetzen",
    presentWorks: "Der bisherige Authenticator gilt, bis der erste Code des neuen eingetippt ist.",
    text: (site) =>
      `Von nun an melden Sie sich bei ${site} mit dem Passwort und einem Code vom Telefon an. Das Einrichten dauert eine Minute.`,
    openApp: "Eine Authenticator-App öffnen",
    anyApp:
      "Jede App für zeitbasierte Codes ist recht: Google Authenticator, Microsoft Authenticator, Aegis, 1Password, Bitwarden.",
    add: (account) => `${account} hinzufügen`,
    qr: (account, site) => `QR-Code für ${account} bei ${site}`,
    scan: "Diesen Code mit der App scannen.",
    orType: "Oder diesen Schlüssel eintippen",
    asksForMore: "Falls die App mehr wissen will",
    settings: "Zeitbasiert, SHA-1, 6 Ziffern, 30 Sekunden.",
    open: "In einer App auf diesem Gerät öffnen",
    orOpen: "Oder in einer App auf diesem Gerät öffnen",
    typeCode: "Den angezeigten Code eintippen",
    wrongCode:
      "Dieser Code stimmt nicht. Prüfen Sie, ob das Telefon seine Uhr automatisch stellt, und tippen Sie dann den Code ein, den es jetzt zeigt.",
  },
  recoveryCodes: {
    page: "Wiederherstellungscodes",
    title: "Wiederherstellungscodes speichern",
    text: "Wenn das Telefon fehlt, öffnet einer dieser Codes die Tür. Jeder gilt einmal. Sie werden nur jetzt gezeigt.",
    download: "Herunterladen",
    print: "Drucken",
    saved: "Ich habe diese Codes gespeichert",
    continue: "Weiter",
    notSaved: "Bitte zuerst die Codes speichern.",
  },
  setup: {
    title: "Das erste Admin-Konto",
    text: "Hier wohnt noch niemand. Dieses Konto kann alle anderen einladen.",
    usernameHint: "3 bis 64 Zeichen aus a-z, 0-9 und . _ @ -",
    submit: "Konto anlegen",
  },
  invite: { page: "Willkommen", title: "Passwort wählen", submit: "Weiter" },
  resetLink: { page: resetTitle, title: resetTitle, submit: "Passwort ändern" },
  reset: {
    title: "Passwort zurücksetzen",
    needsBoth:
      "Sie brauchen den Authenticator und einen der Wiederherstellungscodes. Wenn sie fehlen, hilft ein Link von einem Admin.",
    needsAuthenticator: "Sie brauchen den Authenticator. Wenn er fehlt, hilft ein Link von einem Admin.",
    recoveryHint: "Großbuchstaben, Striche und Leerzeichen spielen keine Rolle. Er gilt nur dieses eine Mal.",
    submit: "Passwort zurücksetzen",
    back: "Zurück zur Anmeldung",
    refused: "Das hat nicht geklappt. Prüfen Sie den Namen und die Codes; jeder Code gilt nur einmal.",
    capped: "Zu viele Versuche. Melden Sie sich mit dem Passwort an oder bitten Sie einen Admin um Hilfe.",
  },
  confirm: {
    title: "Sind Sie es?",
    withPassword:
      "Geben Sie zum Fortfahren das Passwort ein. Vor heiklen Änderungen wird danach gefragt, dann zehn Minuten lang nicht mehr.",
    withCode:
      "Geben Sie zum Fortfahren den Code aus dem Authenticator ein. Vor heiklen Änderungen wird danach gefragt, dann zehn Minuten lang nicht mehr.",
    submit: "Bestätigen",
    useCode: "Stattdessen den Authenticator verwenden",
    usePassword: "Stattdessen das Passwort verwenden",
    wrongPassword: "Dieses Passwort stimmt nicht.",
  },
};
