import type { Child } from "hono/jsx";

type Role = "admin" | "user";

const article = (role: Role) => (role === "admin" ? "an admin" : "a user");
const counted = (count: number, shown: string) => (count === 1 ? "1 person" : `${shown} people`);

/** What admins see of people and do to them; the sentences about acts are the command line's too. */
export const people = {
  title: "People",
  all: "All people",
  role: "Role",
  roles: { user: "User", admin: "Admin" },
  isAdmin: "admin",
  isYou: "you",
  status: "Status",
  statuses: { active: "Active", invited: "Invited", disabled: "Disabled", locked: "Locked" },
  authenticator: "Authenticator",
  setUp: "Set up",
  none: "None",
  lastSignIn: "Last sign-in",
  never: "Never",
  registered: "Registered",
  justNow: "just now",
  minutesAgo: (minutes: number) => `${minutes} min ago`,
  hoursAgo: (hours: number) => `${hours} h ago`,
  daysAgo: (days: number) => `${days} d ago`,
  list: {
    import: "Import a list",
    search: "Search",
    rights: "Rights",
    everybody: "Everybody",
    admins: "Admins",
    users: "Users",
    any: "Any",
    show: "Show",
    remove: (filter: string) => `Remove the filter “${filter}”`,
    clear: "Clear all",
    searched: (typed: string) => `“${typed}”`,
    /** @param shown the number as it is written, "+" behind it where nobody counted on. */
    count: (shown: string) => `${shown} ${shown === "1" ? "person" : "people"}`,
    named: (typed: string) => `Names with “${typed}”, in order of name.`,
    nobodySoFar: "Nobody yet.",
    nobody: "Nobody matches these filters.",
    selectAll: "Select everybody on this page",
    select: (name: string) => `Select ${name}`,
    name: "Name",
    acts: "Actions",
    actsFor: (name: string) => `Actions for ${name}`,
    pages: "Pages",
    partly: (count: string) =>
      `Looked for the text inside ${count} more names; there are others. Names that begin with it are all found.`,
    first: "First page",
    next: "Next page",
    more: "Look through more names",
    deleted: "Account deleted.",
  },
  register: {
    label: "Register a person",
    submit: "Register user",
    done: (name: string) => `${name} is registered.`,
    taken: "That username is taken.",
  },
  row: {
    open: "Open",
    makeUser: "Make a user",
    makeAdmin: "Make an admin",
    invite: "New invitation",
    unlock: "Unlock",
    endSessions: "End sessions",
    enable: "Enable",
    disable: "Disable",
    delete: "Delete…",
  },
  several: {
    label: "Selected people",
    withThose: "With those selected",
    disable: "Disable",
    enable: "Enable",
    sessions: "End sessions",
    user: "Make them users",
    admin: "Make them admins",
    reason: "Reason, if you disable",
    apply: "Apply",
    done: (done: number, all: number) => `${done} of ${all} done`,
    nobody: "Select at least one person first.",
    noReason: "Give a reason: it is kept with everybody who is disabled.",
    somebody: "Somebody",
    gone: "This account has been deleted.",
    enabled: (count: number) =>
      `${count === 1 ? "1 person is" : `${count} people are`} enabled again. Ended sessions stay ended.`,
    disabled: (count: number) => `${count === 1 ? "1 person is" : `${count} people are`} disabled.`,
  },
  person: {
    isYou: "This is you. Your password, authenticator and sessions are on your account page.",
    password: "Password",
    notChosen: "Not chosen yet",
    set: "Set",
    changed: (when: Child) => <>Changed {when}</>,
    codes: (left: number) => `${left} recovery ${left === 1 ? "code" : "codes"} left`,
    authenticatorWith: (codes: string) => `Set up, ${codes}`,
    authenticatorSince: (when: Child, codes: string) => (
      <>
        Set up {when}, {codes}
      </>
    ),
    rights: "Rights",
    rightsText: "Admins manage people and read the audit log. A new admin signs in again first.",
    changeRole: "Change role",
    disabled: "Disabled",
    disabledSince: (since: Child, until: Child, reason: string | null) => (
      <>
        Since {since}
        {until === null ? null : <>, until {until}</>}
        {reason ? `. Reason: ${reason}` : null}
      </>
    ),
    enable: "Enable",
    disable: "Disable",
    disableText:
      "Ends all sessions at once. Account and history stay. With a date, the person can sign in again from that day on (UTC).",
    reason: "Reason",
    until: "Until (optional)",
    toCome: "Choose a day in the future.",
    tenYears: "Choose a day within ten years, or none.",
    delete: "Delete",
    deleteText: "This cannot be undone. What the person did stays in the audit log. Disabling is usually enough.",
    typeName: (name: string) => `Type ${name} to confirm`,
    notTheName: "That is not the name of this account.",
    sessions: "Sessions",
    sessionsText: "Where the person is signed in.",
    nowhere: "Not signed in anywhere.",
    session: (ip: string, since: Child, lastSeen: Child) => (
      <>
        {ip} · since {since} · last seen {lastSeen}
      </>
    ),
    endSession: (device: string, aside: (words: string) => Child) => <>End{aside(` the session of ${device}`)}</>,
    endSessions: "End all sessions",
    history: "History",
    historyText: "What was done to this person, and what they did themselves. Times are in UTC.",
    allHistory: "All in the audit log",
    untilDay: (day: string) => `until ${day}`,
  },
  signingIn: {
    title: "Signing in",
    text: "Only the person ever sees the password.",
    unlock: "Unlock",
    lockedUntil: (when: Child) => <>Too many wrong attempts: locked until {when}.</>,
    reset: "Reset authenticator",
    resetText: "For a lost phone. Ends all sessions; the next sign-in sets up a new one.",
    invite: "New invitation",
    noInvitation: "There is no open invitation.",
    invitedUntil: (when: Child) => <>Invited until {when}. A new invitation replaces the old one.</>,
    withdrawInvitation: "Withdraw invitation",
    withdrawText: "The address you handed over stops working.",
    resetLink: "Issue reset link",
    resetLinkText: "A one-time address, valid for an hour, where the person chooses a new password.",
    resetLinkUntil: (when: Child) => <>A reset link is open until {when}. A new one replaces it.</>,
    withdrawResetLink: "Withdraw reset link",
  },
  links: {
    reset: (name: string) => `Reset link for ${name}`,
    resetNote: "Works once, within 1 hour. Send it to nobody else: whoever opens it can choose the password.",
    invitation: (name: string) => `Invitation for ${name}`,
    invitationNote: (name: string) =>
      `Works once, within 72 hours. It is shown only now; ${name} chooses a password there.`,
  },
  import: {
    title: "Import people",
    text: (code: (text: string) => Child) => (
      <>
        One person on each line: {code("username,role")}. The role is {code("user")} or {code("admin")}, and{" "}
        {code("user")} where there is none. You see what would happen before anything does.
      </>
    ),
    list: "List",
    file: "Or a CSV file",
    limits: "Up to 5,000 people and 1 MiB.",
    check: "Check the list",
    allGood: (count: string) => `All ${count} rows are good.`,
    someGood: (good: string, all: string) => `${good} of ${all} rows are good. The others will be left out.`,
    submit: (count: number, shown: string) => `Import ${counted(count, shown)}`,
    startOver: "Start over",
    done: (count: number, shown: string) => `${counted(count, shown)} registered.`,
    nobody: "Nobody was registered.",
    invite: "Invite them",
    inviteText:
      "The file has one address for each person, where they choose their password. Each works once, within 72 hours of the download; downloading again makes new ones, and the old ones stop working.",
    download: "Download invitations",
    rows: "Rows of the list",
    line: "Line",
    name: "Name",
    verdict: "Verdict",
    why: "Why",
    verdicts: { ok: "Good", taken: "Taken", invalid: "Not valid", twice: "Twice" },
    notUtf8: "The file is not UTF-8 text. Save it as “CSV UTF-8”.",
    openQuote: "A quoted cell is never closed. Check the quotes in the list.",
    empty: "The list is empty.",
    tooMany: (rows: number, most: number) => `The list has ${rows} rows. Import at most ${most} at a time.`,
    wrongRole: "The role is user or admin.",
    sameName: (line: number) => `The same name is in line ${line}.`,
  },
  /** What came of an act on a person, for whoever acted. */
  acts: {
    gone: (name: string) => `${name} no longer exists.`,
    nothingChanged: (name: string) => `Nothing was changed for ${name}.`,
    lastAdmin: (name: string) => `${name} is the last admin who can sign in. Make somebody else an admin first.`,
    roleChanged: (name: string, role: Role) => `${name} is now ${article(role)}.`,
    hasRole: (name: string, role: Role) => `${name} is already ${article(role)}.`,
    disabled: (name: string) => `${name} is disabled.`,
    disabledAlready: (name: string) => `${name} is already disabled.`,
    enabled: (name: string) => `${name} is enabled again. Ended sessions stay ended.`,
    notDisabled: (name: string) => `${name} is not disabled.`,
    unlocked: (name: string) => `${name} can try to sign in again.`,
    authenticatorReset: (name: string) =>
      `${name} sets up a new authenticator at the next sign-in. The old one and its recovery codes no longer work.`,
    noAuthenticator: (name: string) => `${name} has no authenticator.`,
    sessionsEnded: (name: string) => `All sessions of ${name} have ended.`,
    sessionEnded: "Session ended.",
    sessionEndedBefore: "That session had already ended.",
    sessionGoesOn: "Session restored.",
    sessionTooLate: "Too late: that session has ended for good.",
    deleted: (name: string) => `${name} is deleted.`,
    invited: (name: string) => `${name} has a new invitation.`,
    acceptedAlready: (name: string) => `${name} has already accepted the invitation.`,
    resetLinkIssued: (name: string) => `${name} has a reset link.`,
    noPasswordYet: (name: string) => `${name} has not chosen a password yet. Send a new invitation instead.`,
    invitationWithdrawn: (name: string) => `The invitation of ${name} is withdrawn.`,
    noInvitation: (name: string) => `${name} has no open invitation.`,
    resetLinkWithdrawn: (name: string) => `The reset link of ${name} is withdrawn.`,
    noResetLink: (name: string) => `${name} has no open reset link.`,
    enableFirst: (name: string) => `${name} is disabled. Enable them first.`,
    /** What nobody does to themselves. */
    own: {
      role: "You cannot change your own role. Ask another admin.",
      disable: "You cannot disable yourself. Ask another admin.",
      authenticator: "Replace your own authenticator on your account page.",
      delete: "You cannot delete yourself. Ask another admin.",
      sessions: "End your own sessions on your account page.",
      password: "Change your own password on your account page.",
    },
  },
};
