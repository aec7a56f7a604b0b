const resetTitle = "Choose a new password";

/** The way in: sign-in and its second step, first passwords, a forgotten one, the authenticator, and "is it you?". */
export const door = {
  signIn: {
    title: "Sign in",
    forgot: "Forgot your password?",
    /** One text for an unknown name, a wrong password and a disabled person: nobody learns which it was. */
    refused: "Incorrect username or password.",
    resetDone: "Password changed. Sign in with the new one.",
    chosen: "All set. Sign in with your password.",
    ready: "All set. Sign in with your password and the next code of your authenticator.",
  },
  code: {
    page: "Verify",
    title: "Check your authenticator",
    text: "Open the authenticator app on your phone and enter the code it shows for this site.",
    useRecoveryCode: "Use a recovery code instead",
    useAuthenticator: "Use your authenticator instead",
    wrong: "Incorrect code. Codes change every 30 seconds, and each one works once.",
    wrongRecoveryCode: "That recovery code is incorrect or was used before.",
    clockBehind: (seconds: number) =>
      `Your phone’s clock seems to be about ${seconds} seconds behind. Set it to automatic, then try again.`,
    recoveryTitle: "Use a recovery code",
    recoveryText: "Enter one of the codes you saved when you set up your authenticator. Each works once.",
    recoveryHint: "Capitals, dashes and spaces do not matter.",
  },
  enrol: {
    title: "Set up your authenticator",
    replaceTitle: "Replace your authenticator",
    presentWorks: "Your current authenticator keeps working until you enter the first code from the new one.",
    text: (site: string) =>
      `From now on you sign in to ${site} with your password and a code from your phone. It takes a minute.`,
    openApp: "Open an authenticator app",
    anyApp:
      "Any app that makes time-based codes will do: Google Authenticator, Microsoft Authenticator, Aegis, 1Password, Bitwarden.",
    add: (account: string) => `Add ${account} to it`,
    qr: (account: string, site: string) => `QR code for ${account} at ${site}`,
    scan: "Scan this code with the app.",
    orType: "Or enter this key",
    asksForMore: "If the app asks for more",
    settings: "Time based, SHA-1, 6 digits, 30 seconds.",
    open: "Open in an app on this device",
    orOpen: "Or open it in an app on this device",
    typeCode: "Enter the code it shows",
    wrongCode: "Incorrect code. Check that your phone sets its clock automatically, then enter the code it shows now.",
  },
  recoveryCodes: {
    page: "Recovery codes",
    title: "Save your recovery codes",
    text: "Without your phone, one of these codes lets you in. Each works once. They are shown only now.",
    download: "Download",
    print: "Print",
    saved: "I have saved these codes",
    continue: "Continue",
    notSaved: "Please save the codes first.",
  },
  setup: {
    title: "Create the first admin",
    text: "There are no accounts yet. This one can invite everybody else.",
    usernameHint: "3–64 characters: a–z, 0–9 and . _ @ -",
    submit: "Create account",
  },
  invite: { page: "Welcome", title: "Choose your password", submit: "Continue" },
  resetLink: { page: resetTitle, title: resetTitle, submit: "Reset password" },
  reset: {
    title: "Reset your password",
    needsBoth:
      "You need your authenticator and one of your recovery codes. Without them, ask an admin for a reset link.",
    needsAuthenticator: "You need your authenticator. Without them, ask an admin for a reset link.",
    recoveryHint: "Capitals, dashes and spaces do not matter. It can be used only this once.",
    submit: "Reset password",
    back: "Back to sign-in",
    /** One text for everything that can be wrong with name and codes: nobody learns which it was. */
    refused: "That did not work. Check the name and the codes; each code works once.",
    capped: "Too many attempts. Sign in with your password, or ask an admin for help.",
  },
  confirm: {
    title: "Confirm it’s you",
    withPassword:
      "Enter your password to continue. You are asked before sensitive changes, and then not again for ten minutes.",
    withCode:
      "Enter the code your authenticator shows to continue. You are asked before sensitive changes, and then not again for ten minutes.",
    submit: "Confirm",
    useCode: "Use your authenticator instead",
    usePassword: "Use your password instead",
    wrongPassword: "Incorrect password.",
  },
};
