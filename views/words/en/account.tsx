import type { Child } from "hono/jsx";

/** What a person sees and changes about their own account, and the news after a sign-in. */
export const account = {
  title: "Account",
  signedInAs: (name: Child, admin: boolean) => (
    <>
      Signed in as {name}
      {admin ? ", admin" : ""}
    </>
  ),
  /** What was just done, by the word in the address it led to. */
  done: {
    password: "Password changed. All your other sessions have ended.",
    authenticator: "Your new authenticator is in use. All your other sessions have ended.",
    "authenticator-removed": "Authenticator removed. All your other sessions have ended.",
    codes: "Your new recovery codes are in use. The old ones no longer work.",
    appearance: "Saved.",
    sessions: "All your other sessions have ended.",
  },
  password: {
    title: "Change password",
    current: "Current password",
    changed: (when: Child) => <>Changed {when}.</>,
    strengthLabel: "Strength",
    strength: {
      0: "Guessed at once",
      1: "Very easy to guess",
      2: "Could be better",
      3: "Good",
      4: "Very good",
    },
    strengthHint: (strength: string, hint: string) => `${strength}. ${hint}`,
  },
  authenticator: {
    title: "Authenticator",
    text: "The app on your phone that shows a new code every 30 seconds.",
    maybeLost:
      "You signed in with a recovery code since this authenticator was set up. If the phone is lost, replace it now.",
    none: "None. A second factor protects your account if your password leaks.",
    isSetUp: "Set up.",
    setUp: (when: Child) => <>Set up {when}.</>,
    replace: "Replace authenticator",
    add: "Add authenticator",
    remove: "Remove",
  },
  codes: {
    title: "Recovery codes",
    text: "Each lets you in once without your phone.",
    few: (left: number) =>
      `${left === 0 ? "No recovery code is left." : `Only ${left === 1 ? "one is" : `${left} are`} left.`} Make new ones now, while your phone is at hand.`,
    left: (left: number) => `${left} of 10 left.`,
    make: "Make new codes",
    hint: "New codes replace the old ones, and your other sessions end.",
  },
  sessions: {
    title: "Sessions",
    text: "Where you are signed in. End what you do not recognise, then change your password.",
    ended: "Session ended.",
    goesOn: "Session restored.",
    tooLate: "Too late: that session has ended for good. Sign in there again.",
    endOthers: "End all other sessions",
    thisOne: "current",
    seen: (ip: string, signedIn: Child, lastSeen: Child) => (
      <>
        {ip} · signed in {signedIn} · last seen {lastSeen}
      </>
    ),
    end: (device: string, aside: (words: string) => Child) => <>End{aside(` the session of ${device}`)}</>,
  },
  appearance: {
    title: "Appearance",
    text: "How these pages look to you, wherever you sign in.",
    theme: "Theme",
    system: "Match system",
    light: "Light",
    dark: "Dark",
    language: "Language",
    asBrowser: "Match browser",
  },
  keyboard: {
    title: "Keyboard",
    text: "Ctrl+K or Command+K finds pages and panels. ? shows the other keys.",
  },
  activity: { title: "Recent activity", text: "The latest on your account.", earlier: "Earlier" },
  news: {
    lastSignIn: (when: Child, ip: string | null, refusals: number) => (
      <>
        Last sign-in {when}
        {ip ? ` from ${ip}` : ""}
        {refusals > 0 ? `; ${refusals} failed ${refusals === 1 ? "attempt" : "attempts"} since` : ""}.
      </>
    ),
    notYou: (change: (words: string) => Child) => (
      <>If that was not you, {change("change your password")} and tell an admin.</>
    ),
    usedCode: (left: number) => (
      <>
        <strong>You signed in with a recovery code.</strong> {left === 1 ? "One is" : `${left} are`} left.
      </>
    ),
    phoneLost: (replace: (words: string) => Child) => (
      <>If your phone is lost, {replace("replace your authenticator")} now: whoever finds it has your codes.</>
    ),
  },
  /** What a browser says it is; programs and most systems have the same name everywhere. */
  devices: {
    unknown: "An unknown device",
    someBrowser: "A browser",
    iphone: "an iPhone",
    ipad: "an iPad",
    mac: "a Mac",
    on: (program: string, system: string) => `${program} on ${system}`,
  },
};
