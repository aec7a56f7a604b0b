import type { Child } from "hono/jsx";

/** Dashboard, panels and the parts they are made of, the page around everything, palette and keys. */
export const dashboard = {
  title: "Dashboard",
  customise: "Customise",
  allHidden: "You have hidden every panel. The menu still has them.",
  undeclaredProxy: (address: string) => (
    <>
      <strong>Everybody seems to come from {address}.</strong> A proxy there passes requests on. Add it to{" "}
      <code>TRUSTED_PROXIES</code>, or all people share one limit for wrong passwords and the audit log shows one
      address.
    </>
  ),
  leftOut: (file: string) => `${file} is left out:`,
  open: (title: string) => `Open ${title}`,
  failed: (title: string) => `${title} could not be shown.`,
  retry: "Retry",
  noneForAdmin: {
    title: "Add the first panel",
    text: () => (
      <>
        A panel is one file. Save this as <code>src/fragments/hello.tsx</code> and restart Gatehouse; it appears here
        and at <code>/fragments/hello</code>, for signed-in people only.
      </>
    ),
  },
  noneForUser: {
    title: "Nothing here yet",
    text: "Panels for your account appear here as soon as somebody adds them.",
  },
  arrange: {
    title: "Customise the dashboard",
    reset: "Reset to default",
    done: "Done",
    text: (orMouse: (words: string) => Child) => (
      <>
        Move panels with the arrows{orMouse(" or the mouse")}, and hide what you do not need. Only you see this, and it
        is saved at once.
      </>
    ),
    hidden: "hidden",
    up: (title: string) => `Move ${title} up`,
    down: (title: string) => `Move ${title} down`,
    show: "Show",
    showNamed: (title: string) => `Show ${title}`,
    hide: "Hide",
    hideNamed: (title: string) => `Hide ${title}`,
  },
  menu: {
    main: "Main",
    panels: "Panels",
    account: "Account",
    people: "People",
    importPeople: "Import people",
    auditLog: "Audit log",
    skip: "Skip to content",
    isAdmin: "admin",
  },
  palette: {
    title: "Go to",
    label: "Go to a page, a panel or a person",
    placeholder: "Go to…",
    nothing: "No results.",
    found: "Found",
    page: "Page",
    panel: "Panel",
    person: "Person",
  },
  keys: {
    title: "Keyboard shortcuts",
    search: "Search for a page (Command K on a Mac)",
    list: "This list",
    state: (on: boolean) => `Single-key shortcuts are ${on ? "on" : "off"}. They do nothing while you type in a field.`,
    switchTo: (on: boolean) => `Turn single-key shortcuts ${on ? "on" : "off"}`,
  },
  sessionEnd: {
    soon: "You will be signed out soon",
    /** @param minutes 0 for less than one. */
    in: (minutes: number) =>
      `You will be signed out in ${["less than a minute", "1 minute"][minutes] ?? `${minutes} minutes`}`,
    idle: "You have not done anything here for a while. If you stay, nothing you typed is lost.",
    lifetime:
      "You have been signed in for as long as it is possible at a time. Save what you are working on, then sign in again.",
    stay: "Stay signed in",
  },
  /** What the script in the browser has to say. */
  script: {
    unreachable: "Could not reach the server. Try again.",
    unreadable: "The server's answer could not be shown. Reload the page and try again.",
    confirmed: "Confirmed. Now try again.",
    copied: "Copied",
    aloud: "Copied.",
    silent: "The server did not answer.",
    selected: "Selected. Press Ctrl+C or Command+C to copy.",
  },
  kit: {
    nothing: "Nothing here yet.",
    pages: "Pages",
    previous: "Previous",
    next: "Next",
    pageOf: (page: number, pages: number, rows: number) => `Page ${page} of ${pages}, ${rows} rows`,
    views: "Views",
    percent: (percent: number) => `${percent} %`,
    noData: (title: string) => `${title}: no data yet.`,
    showData: "Show data",
    dataOf: (title: string) => `Data of ${title}`,
    label: "Label",
    series: (name: string, low: string, high: string, last: string) =>
      `${name}: lowest ${low}, highest ${high}, last ${last}`,
    values: (count: number, from: string, to: string) => `${count} values from ${from} to ${to}.`,
  },
};
