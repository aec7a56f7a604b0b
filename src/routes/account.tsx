import type { Deps } from "../app.tsx";
import { wordsOf } from "../language.ts";
import { userRoutes } from "../web.tsx";
import { appearance, shortcuts } from "./account/appearance.tsx";
import { authenticator } from "./account/authenticator.tsx";
import { codes } from "./account/codes.tsx";
import { accountPage } from "./account/page.tsx";
import { password } from "./account/password.tsx";
import { justEnded, sessions } from "./account/sessions.tsx";

/** A person's own account: what there is to know and to change, with the changes in files of their own. */
export const account = (deps: Deps) =>
  userRoutes()
    .get("/", async (c) => {
      const text = new Map(Object.entries(wordsOf(c).account.done)).get(c.req.query("done") ?? "");
      return accountPage(c, deps, text === undefined ? await justEnded(c, deps) : { ok: true, text });
    })
    .route("/password", password(deps))
    .route("/authenticator", authenticator(deps))
    .route("/codes", codes(deps))
    .route("/sessions", sessions(deps))
    .route("/appearance", appearance(deps))
    .route("/shortcuts", shortcuts(deps));
