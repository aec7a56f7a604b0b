/** Error answers, by their HTTP status: what happened and what to do next. */
export const problems = {
  400: { title: "That request made no sense", message: "Go back, reload the page and try again." },
  401: { title: "Please sign in", message: "Your session has ended. Sign in again to go on." },
  403: {
    title: "Not for your account",
    message: "You are signed in, but this needs other rights. Ask an admin if you should have them.",
  },
  404: {
    title: "Nothing here",
    message: "The address is wrong, or what was here is gone.",
  },
  405: { title: "Not possible at this address", message: "Go back to the page you came from and use its buttons." },
  409: {
    title: "This has changed in the meantime",
    message: "Somebody changed this while you were working on it. Reload the page and try again.",
  },
  413: { title: "Too large", message: "That was more than this page accepts. Send something smaller." },
  422: { title: "Please check what you typed", message: "Something is missing or not valid. Go back and correct it." },
  429: { title: "Too many attempts", message: "Wait a while before you try again." },
  500: {
    title: "Something broke on our side",
    message:
      "The error is logged. Try again; if it happens again, give the request number below to whoever runs this site.",
  },
  503: {
    title: "Not available right now",
    message: "The service is starting or its database is away. Try again in a minute.",
  },
  foreignForm: {
    title: "Sent from another address",
    message:
      "Forms count only from this site’s own address. Open the site there, as its operator gave it to you, and try again.",
  },
  deadLink: {
    title: "This link no longer works",
    invite:
      "Invitations work once, within three days. If you have chosen your password, sign in. Otherwise ask an admin for a new one.",
    reset:
      "Reset links work once, within an hour. If you have changed your password, sign in. Otherwise ask an admin for a new link.",
    setup:
      "This address works once, while there are no accounts. Sign in; if there are none yet, a restart of the server prints a new address.",
  },
  toSignIn: "Go to sign-in",
  toDashboard: "Go to the dashboard",
  retry: "Try again",
  /** What to quote to the operator, with the number behind it. */
  request: "Request",
};
