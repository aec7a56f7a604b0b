import type { Context } from "hono";
import { z } from "zod";
import { ResetForm } from "#views/reset.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../app.tsx";
import { Code, NewPassword, RecoveryCode, Username } from "../auth/fields.ts";
import { UNTIL_UNLOCKED_MS } from "../auth/throttle.ts";
import { canonicalUsername } from "../auth/username.ts";
import { checkResetProof, newPasswordMistakes } from "../factors.ts";
import { wordsOf } from "../language.ts";
import { sqlAudit } from "../store/audit-log.ts";
import { sqlDeleteEveryTicket } from "../store/tickets.ts";
import { sqlDeleteSessions } from "../store/user-sessions.ts";
import { findUserByKey, sqlSetPassword } from "../store/users.ts";
import {
  type FieldMistakes,
  form,
  go,
  inWords,
  originOf,
  type Posted,
  type PublicEnv,
  publicRoutes,
  tryLater,
} from "../web.tsx";
import { resetLink } from "./reset/link.tsx";

const Reset = z.object({
  username: Username,
  code: Code,
  recovery_code: RecoveryCode.default(""),
  new_password: NewPassword,
  confirm_password: z.string(),
});
const PAGE = { title: (words: Words) => words.door.reset.title };

/** A forgotten password, without e-mail: what the person has takes the place of what they knew. It never signs in. */
export const reset = (deps: Deps) =>
  publicRoutes()
    .route("/", resetLink(deps))
    .get("/", (c) => c.render(view(deps), PAGE))
    .post("/", form(Reset, refuseFields(deps)), async (c) => {
      const posted = c.req.valid("form");
      const { username, new_password, confirm_password } = posted;
      const name = canonicalUsername(username) ?? "";
      // Before anybody is looked up, so by the rules for everybody who can get through here: people with authenticator.
      const anybody = { username: name, role: "user", mfaSecret: "" } as const;
      const mistakes = await newPasswordMistakes(deps, anybody, new_password, confirm_password);
      if (mistakes !== null) return refuseFields(deps)(c, inWords(c, mistakes), { username });

      const user = name === "" ? null : await findUserByKey(deps.db, name);
      const origin = originOf(c);
      const typed = { code: posted.code, recoveryCode: posted.recovery_code };
      const checked = await checkResetProof(deps, { user, name, origin }, typed, new_password);
      const again = (message: string) => view(deps, username, { form: message });
      if (!checked.ok && checked.retryAfterMs !== null) return tooOften(c, deps, checked.retryAfterMs, again);

      const done = checked.ok && (await deps.db.batch([...checked.spend, ...statements(deps, checked, origin)]));
      if (!done) return c.render(again(wordsOf(c).door.reset.refused), { ...PAGE, status: 401 });
      return go(c, "/login?notice=reset");
    });

type Checked = Extract<Awaited<ReturnType<typeof checkResetProof>>, { ok: true }>;

/** The authenticator stays: the next sign-in needs it as ever. */
function statements({ clock, config }: Deps, { user, passwordHash }: Checked, origin: ReturnType<typeof originOf>) {
  const nowMs = clock();
  const factors = config.resetProof === "totp" ? "authenticator" : "authenticator, recovery code";
  return [
    sqlSetPassword(user.id, passwordHash, nowMs),
    sqlDeleteSessions(user.id),
    sqlDeleteEveryTicket(user.id),
    sqlAudit({ event: "password.reset", atMs: nowMs, origin, target: user, detail: { factors } }),
  ];
}

function tooOften(
  c: Context<PublicEnv>,
  { clock }: Deps,
  waitMs: number,
  again: (message: string) => ReturnType<typeof view>,
) {
  const capped = clock() + waitMs >= UNTIL_UNLOCKED_MS;
  if (!capped) return tryLater(c, waitMs, again, PAGE);
  return c.render(again(wordsOf(c).door.reset.capped), { ...PAGE, status: 429 });
}

const refuseFields = (deps: Deps) => (c: Context, errors: FieldMistakes, posted: Posted) =>
  c.render(view(deps, posted.username, errors), { ...PAGE, status: 422 });

function view({ config }: Deps, username?: string, errors?: FieldMistakes) {
  return <ResetForm username={username} errors={errors} withRecoveryCode={config.resetProof !== "totp"} />;
}
