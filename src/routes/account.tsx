import type { Deps } from "../app.tsx";
import { userRoutes } from "../web.tsx";
import { appearance, shortcuts } from "./account/appearance.tsx";
import { authenticator } from "./account/authenticator.tsx";
import { codes } from "./account/codes.tsx";
import { accountPage } from "./account/page.tsx";
import { password } from "./account/password.tsx";
import { endedOutcome, sessions } from "./account/sessions.tsx";

/** What was just done, by the word in the address it led to. */
const DONE: Readonly<Record<string, string>> = {
  password: "Your password is changed. All your other sessions were ended.",
  authenticator: "Your new authenticator is in use. All your other sessions were ended.",
  "authenticator-removed": "Your authenticator is removed. All your other sessions were ended.",
  codes: "Your new recovery codes are in use. The old ones are worth nothing now.",
  appearance: "Saved.",
  sessions: "All your other sessions were ended.",
};

/** A person's own account: what there is to know and to change, with the changes in files of their own. */
export const account = (deps: Deps) =>
  userRoutes()
    .get("/", (c) => {
      const text = DONE[c.req.query("done") ?? ""];
      return accountPage(c, deps, text === undefined ? endedOutcome(c.req.query("ended")) : { ok: true, text });
    })
    .route("/password", password(deps))
    .route("/authenticator", authenticator(deps))
    .route("/codes", codes(deps))
    .route("/sessions", sessions(deps))
    .route("/theme", appearance(deps))
    .route("/shortcuts", shortcuts(deps));
