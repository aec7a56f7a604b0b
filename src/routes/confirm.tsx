import type { Context, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { z } from "zod";
import { ConfirmDialog, ConfirmForm, ConfirmPage } from "#views/confirm.tsx";
import type { Words } from "#views/words.tsx";
import type { Deps } from "../app.tsx";
import { safeNext } from "../auth/next.ts";
import { checkCode, checkPassword } from "../factors.ts";
import { wordsOf } from "../language.ts";
import { renewSession } from "../session.ts";
import { sqlAudit } from "../store/audit-log.ts";
import type { User } from "../store/users.ts";
import { form, go, isPartial, originOf, tryLater, type UserEnv, userRoutes } from "../web.tsx";
import { self } from "./account/self.ts";

/** How long a proof of who one is, at sign-in or when asked again, is good for sensitive acts. */
export const CONFIRMED_FOR_MS = 10 * 60_000;

const PAGE = { title: (words: Words) => words.door.confirm.title };
/** Never carried through the page of a browser without scripts: the act then asks for them once more. */
const SECRETS = new Set([
  ...["password", "current_password", "new_password", "confirm_password"],
  ...["code", "recovery_code", "confirm_with"],
]);

/** Where an act is begun; most addresses of acts are those of no page. */
const PAGES_WITH_ACTS = /^\/(account|admin\/(audit|users\/import|users\/\d+|users))(?![^/?])/;

const Proof = z.object({
  password: z.string().max(1024).default(""),
  code: z.string().max(64).optional(),
  /** The button that asks for the other proof. */
  confirm_with: z.enum(["password", "code"]).optional(),
});

/**
 * Put it before the handler of a sensitive act: lets through who proved themselves within the last ten minutes.
 *
 * Everybody else is asked for a proof, with 403, and then the act goes on: through htmx in a dialog beside the form that
 * was sent, which is sent again as it stands; otherwise on a page that carries what was posted.
 */
export const confirmedOnly = (deps: Deps): MiddlewareHandler<UserEnv> =>
  createMiddleware<UserEnv>(async (c, next) => {
    if (deps.clock() - c.var.visitor.session.confirmedAtMs <= CONFIRMED_FOR_MS) return next();
    const url = new URL(c.req.url);
    const repeat = c.req.method !== "GET";
    if (!isPartial(c))
      return ask(c, deps, { address: safeNext(url.pathname + url.search), repeat, kept: await keptFields(c) }, 403);
    // Beside the form rather than in its place: what was typed stays, and goes on afterwards.
    c.header("HX-Retarget", "#dialogs");
    c.header("HX-Reswap", "innerHTML");
    const { mfaSecret } = await self(c, deps);
    const view = <ConfirmDialog kind="password" canUseCode={mfaSecret !== null} />;
    return c.render(view, { ...PAGE, status: 403 });
  });

export const confirm = (deps: Deps) =>
  userRoutes()
    // Leads to a page only. That something is to be posted afterwards is never taken from an address: a link from
    // elsewhere could otherwise have the person confirm an act they never began.
    .get("/", (c) => ask(c, deps, { address: safeNext(c.req.query("next")), repeat: false, kept: [] }, 200))
    .post("/", form(Proof), async (c) => {
      const interrupted = isPartial(c) ? null : await interruptedBy(c);
      const { password, code, confirm_with } = c.req.valid("form");
      if (confirm_with !== undefined) return ask(c, deps, interrupted, 200, confirm_with);

      const kind = code === undefined ? "password" : "code";
      const proved = await prove(c, deps, code === undefined ? { password } : { code });
      if (proved.ok) return goOn(c, interrupted);
      if (proved.retryAfterMs !== null) {
        const user = await self(c, deps);
        const again = (error: string) => view(user, interrupted, kind, error);
        return tryLater(c, proved.retryAfterMs, again, PAGE);
      }
      const { code: codeWords, confirm: words } = wordsOf(c).door;
      return ask(c, deps, interrupted, 401, kind, kind === "code" ? codeWords.wrong : words.wrongPassword);
    });

/** Checks the proof, counted like a sign-in, and gives the session a new token: the one before may have been stolen. */
async function prove(c: Context<UserEnv>, deps: Deps, proof: { password: string } | { code: string }) {
  const { db, clock } = deps;
  const user = await self(c, deps);
  const origin = originOf(c);
  const refusedAs = "session.confirm_refused";
  const checked =
    "code" in proof
      ? await checkCode(deps, user, proof, origin, refusedAs)
      : await checkPassword(deps, { user, name: user.username, origin, refusedAs }, proof.password);
  if (!checked.ok) return checked;
  const nowMs = clock();
  const renewed = renewSession(deps, c.var.visitor, nowMs);
  const factor = "code" in proof ? "authenticator" : "password";
  const granted = await db.batch([
    ...("spend" in checked ? checked.spend : checked.accepted),
    renewed.statement,
    sqlAudit({ event: "session.confirmed", atMs: nowMs, origin, actor: user, detail: { factor } }),
  ]);
  if (!granted) return { ok: false, retryAfterMs: null } as const;
  renewed.give(c);
  return { ok: true } as const;
}

/** Where a plain page goes on afterwards; null: in a dialog, whose page knows by itself. */
type Interrupted = { address: string; repeat: boolean; kept: [name: string, value: string][] } | null;

/** `again=post` is in the addresses this file writes into its own pages; a form from elsewhere never gets here. */
async function interruptedBy(c: Context<UserEnv>): Promise<NonNullable<Interrupted>> {
  const address = safeNext(c.req.query("next"));
  return { address, repeat: c.req.query("again") === "post" && address !== "/", kept: await keptFields(c) };
}

async function keptFields(c: Context<UserEnv>): Promise<[string, string][]> {
  if (c.req.method === "GET") return [];
  const posted = [...(await c.req.formData())];
  return posted.filter((field): field is [string, string] => typeof field[1] === "string" && !SECRETS.has(field[0]));
}

function goOn(c: Context<UserEnv>, interrupted: Interrupted): Response {
  // The script in the page closes the dialog and sends the interrupted request again.
  if (interrupted === null) return c.body(null, 204);
  // 307 has the browser repeat its post, with the fields the page carried.
  return interrupted.repeat ? c.redirect(interrupted.address, 307) : go(c, interrupted.address);
}

async function ask(
  c: Context<UserEnv>,
  deps: Deps,
  interrupted: Interrupted,
  status: 200 | 401 | 403,
  kind: "password" | "code" = "password",
  error?: string,
) {
  return c.render(view(await self(c, deps), interrupted, kind, error), { ...PAGE, status });
}

function view(user: User, interrupted: Interrupted, kind: "password" | "code", error: string | undefined) {
  const canUseCode = user.mfaSecret !== null;
  if (interrupted === null) return <ConfirmForm kind={kind} canUseCode={canUseCode} error={error} />;
  const { address, repeat, kept } = interrupted;
  const action = `/confirm?next=${encodeURIComponent(address)}${repeat ? "&again=post" : ""}`;
  const props = { kind, canUseCode, error, action, kept };
  return <ConfirmPage {...props} cancel={cancelOf(address)} />;
}

/** The page the act began on, with its filters where that page itself was asked for. */
function cancelOf(address: string): string {
  const page = PAGES_WITH_ACTS.exec(address)?.[0] ?? "/";
  return page === address.split("?")[0] ? address : page;
}
