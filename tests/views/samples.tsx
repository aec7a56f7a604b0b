import type { Child } from "hono/jsx";
import { Activity } from "#views/account/activity.tsx";
import { Appearance } from "#views/account/appearance.tsx";
import { AuthenticatorSection, NewAuthenticator } from "#views/account/authenticator.tsx";
import { CodesSection } from "#views/account/codes.tsx";
import { News } from "#views/account/news.tsx";
import { AccountPage } from "#views/account/page.tsx";
import { PasswordForm, PasswordPage, Strength } from "#views/account/password.tsx";
import { SessionsDone, SessionsTopic } from "#views/account/sessions.tsx";
import { Ago, On } from "#views/account/time.tsx";
import { AccountTopic } from "#views/account/topic.tsx";
import { AuditSentence, Days } from "#views/audit.tsx";
import { ChoosePasswordForm, NewPassword, SetupForm } from "#views/choose-password.tsx";
import { ConfirmDialog, ConfirmForm, ConfirmPage } from "#views/confirm.tsx";
import { OneTimeLink } from "#views/copy.tsx";
import { Dashboard, FragmentFailed, FragmentPage } from "#views/dashboard.tsx";
import { EnrolForm, RecoveryCodes } from "#views/enrol.tsx";
import { Field, FormError, Notice, RevealPasswords } from "#views/field.tsx";
import { Palette, PaletteEntries, Shortcuts, ShortcutsSwitch } from "#views/keyboard.tsx";
import { Layout } from "#views/layout.tsx";
import { CodeField, CodeForm, LoginForm } from "#views/login.tsx";
import { Problem, ProblemBox, RequestNumber } from "#views/problem.tsx";
import { Qr } from "#views/qr.tsx";
import { ResetForm } from "#views/reset.tsx";
import { SessionEnd } from "#views/session-end.tsx";
import { Dismiss, OutcomeMessage, Toast, UndoForm } from "#views/undo.tsx";
import { ENGLISH, Speak } from "#views/words.tsx";
import { adminSamples } from "./admin-samples.tsx";
import { kitSamples } from "./kit-samples.tsx";

/** Tries to leave text, a quoted attribute and a script at once. */
export const HOSTILE = `"'><script>x</script><img src=x onerror=x>&`;

const APP = {
  name: HOSTILE,
  outside: { css: "/static/outside.css", js: "/static/outside.js" },
  inside: { css: "/static/inside.css", js: "/static/inside.js" },
  icon: "/static/icon.svg",
};
const ERRORS = { username: HOSTILE, new_password: HOSTILE, confirm_password: HOSTILE, form: HOSTILE };
const ENTRY = {
  ...{ actorId: 1, actorName: HOSTILE, targetId: 2, targetName: HOSTILE },
  ...{ event: "user.disabled", detail: null },
} as const;

const OWN_ENTRY = {
  event: "session.started",
  ...{ actorId: 1, actorName: HOSTILE, targetId: null, targetName: null },
  detail: { factors: HOSTILE },
  ...{ atMs: 0, ip: HOSTILE, userAgent: HOSTILE },
};
const OWN_SESSIONS = [true, false].map((current) => ({
  ...{ sessionId: HOSTILE + current, createdAtMs: 0, lastSeenAtMs: 0, ip: HOSTILE, userAgent: HOSTILE, current },
}));
const AUTHENTICATOR = { enrolled: true, enrolledAtMs: 0, removable: true, maybeLost: true };
const UNDOABLE = { ok: true, text: HOSTILE, undo: { action: "/x", fields: [[HOSTILE, HOSTILE]] } } as const;
const ACCOUNT = {
  ...AUTHENTICATOR,
  ...{ username: HOSTILE, admin: true, passwordChangedAtMs: 0, codesLeft: 1, outcome: UNDOABLE, news: HOSTILE },
  ...{
    readerId: 2,
    theme: "dark" as const,
    language: null,
    shortcuts: true,
    entries: [OWN_ENTRY],
    sessions: OWN_SESSIONS,
    nowMs: 0,
  },
} as const;
const NEWS = { readerId: 2, before: { atMs: 0, ip: HOSTILE }, refusals: 2, changes: [OWN_ENTRY], codesLeft: 1 };

/**
 * Every exported view with every text it takes set to something hostile, by name of the view. The tests of the views
 * loop over this; a view without a sample here fails them.
 */
export const SAMPLES: Record<string, Child[]> = {
  ...kitSamples(HOSTILE),
  ...adminSamples(HOSTILE),
  AccountTopic: [
    <AccountTopic id="x" title={HOSTILE} text={HOSTILE}>
      {HOSTILE}
    </AccountTopic>,
  ],
  AccountPage: [
    <AccountPage {...ACCOUNT} />,
    <AccountPage {...ACCOUNT} admin={false} enrolled={false} passwordChangedAtMs={null} outcome={undefined} />,
  ],
  Activity: [<Activity readerId={1} entries={[OWN_ENTRY, { ...OWN_ENTRY, actorId: 3, ip: null }]} />],
  Ago: [0, 5, 61, 300].map((minutes) => <Ago ms={0} nowMs={minutes * 60_000} />),
  Appearance: [<Appearance theme="system" language={null} />, <Appearance theme="dark" language="de" />],
  AuthenticatorSection: [
    <AuthenticatorSection {...AUTHENTICATOR} />,
    <AuthenticatorSection enrolled={false} enrolledAtMs={null} removable={false} maybeLost={false} />,
  ],
  AuditSentence: [<AuditSentence entry={ENTRY} />, <AuditSentence entry={ENTRY} reader={1} />],
  ChoosePasswordForm: [
    <ChoosePasswordForm
      id="invite"
      action="/invite/x"
      username={HOSTILE}
      title={HOSTILE}
      submit={HOSTILE}
      errors={ERRORS}
    />,
  ],
  CodeField: [<CodeField error={HOSTILE} />],
  CodeForm: [<CodeForm kind="code" error={HOSTILE} />, <CodeForm kind="recovery" error={HOSTILE} />],
  CodesSection: [0, 1, 3, 10].map((left) => <CodesSection left={left} />),
  ConfirmDialog: [<ConfirmDialog kind="password" canUseCode error={HOSTILE} />],
  ConfirmForm: [<ConfirmForm kind="code" canUseCode error={HOSTILE} />],
  ConfirmPage: [
    <ConfirmPage
      kind="password"
      canUseCode={false}
      action="/confirm?next=%2F"
      cancel="/"
      kept={[[HOSTILE, HOSTILE]]}
    />,
  ],
  Days: [<Days rows={[{ atMs: 0 }]} heading="h3" row={() => <li>{HOSTILE}</li>} />],
  Dashboard: [
    <Dashboard
      admin
      cards={[{ name: "disk", title: HOSTILE, description: HOSTILE, size: "half", height: 1, refresh: "30s" }]}
      faulty={[{ file: HOSTILE, fault: HOSTILE }]}
    />,
    <Dashboard admin cards={[]} undeclaredProxy={HOSTILE} />,
    <Dashboard admin={false} cards={[]} />,
  ],
  EnrolForm: [
    <EnrolForm
      qr="otpauth://totp/x"
      secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
      uri="otpauth://totp/x"
      issuer={HOSTILE}
      account={HOSTILE}
      error={HOSTILE}
      action="/login/enrol"
    />,
  ],
  Field: [<Field name="username" label={HOSTILE} value={HOSTILE} hint={HOSTILE} error={HOSTILE} />],
  FormError: [<FormError message={HOSTILE} />],
  FragmentFailed: [<FragmentFailed title={HOSTILE} requestId={HOSTILE} href="/fragments/disk" />],
  FragmentPage: [<FragmentPage title={HOSTILE}>{HOSTILE}</FragmentPage>],
  Layout: [
    <Layout title={HOSTILE} app={APP} visitor={null} path="/login" canCancel>
      {HOSTILE}
    </Layout>,
    <Layout
      title={HOSTILE}
      app={APP}
      visitor={{ username: HOSTILE, role: "admin" }}
      menu={[{ title: HOSTILE, href: "/fragments/disk" }]}
      left={{ idleMs: 0, lifetimeMs: 0, warnMs: 0 }}
      path="/"
    >
      {HOSTILE}
    </Layout>,
  ],
  LoginForm: [<LoginForm username={HOSTILE} error={HOSTILE} errors={ERRORS} next={HOSTILE} notice={HOSTILE} />],
  NewPassword: [<NewPassword errors={ERRORS} autofocus={false} />],
  Notice: [<Notice tone="warn">{HOSTILE}</Notice>],
  NewAuthenticator: [
    <NewAuthenticator uri="otpauth://totp/x" secret="JBSWY3DPEHPK3PXP" issuer={HOSTILE} account={HOSTILE} replaces />,
  ],
  News: [<News {...NEWS} />, <News {...NEWS} before={null} codesLeft={null} />],
  On: [<On ms={0} />],
  OneTimeLink: [<OneTimeLink href={HOSTILE} label={HOSTILE} note={HOSTILE} qr />],
  Palette: [<Palette />],
  PaletteEntries: [
    <PaletteEntries q={HOSTILE} entries={[{ title: HOSTILE, href: "/x", kind: HOSTILE }]} />,
    <PaletteEntries q="" entries={[]} />,
  ],
  PasswordPage: [<PasswordPage errors={{ current_password: HOSTILE }} />],
  PasswordForm: [<PasswordForm errors={{ ...ERRORS, current_password: HOSTILE }} />],
  Problem: [<Problem status={500} title={HOSTILE} message={HOSTILE} requestId={HOSTILE} />],
  ProblemBox: [<ProblemBox title={HOSTILE} message={HOSTILE} requestId={HOSTILE} />],
  Qr: [<Qr text={HOSTILE} label={HOSTILE} />],
  RecoveryCodes: [<RecoveryCodes codes={[HOSTILE]} action="/done" downloadAction="/codes.txt" error={HOSTILE} />],
  RequestNumber: [<RequestNumber id={HOSTILE} />],
  ResetForm: [
    <ResetForm username={HOSTILE} errors={{ ...ERRORS, code: HOSTILE, recovery_code: HOSTILE }} withRecoveryCode />,
    <ResetForm withRecoveryCode={false} />,
  ],
  RevealPasswords: [<RevealPasswords />],
  SessionsDone: [<SessionsDone sessions={OWN_SESSIONS} nowMs={0} outcome={UNDOABLE} />],
  SessionsTopic: [<SessionsTopic sessions={OWN_SESSIONS} nowMs={0} />],
  SessionEnd: [<SessionEnd />],
  Speak: [<Speak language={ENGLISH}>{HOSTILE}</Speak>],
  Dismiss: [<Dismiss />],
  OutcomeMessage: [<OutcomeMessage outcome={UNDOABLE} />, <OutcomeMessage outcome={{ ok: false, text: HOSTILE }} />],
  Toast: [<Toast outcome={UNDOABLE} target="#x" />, <Toast outcome={{ ok: false, text: HOSTILE }} />],
  UndoForm: [<UndoForm undo={UNDOABLE.undo} />],
  Strength: [<Strength score={0} hint={HOSTILE} />, <Strength score={4} hint={null} />],
  Shortcuts: [<Shortcuts admin on />, <Shortcuts admin={false} on={false} />],
  ShortcutsSwitch: [<ShortcutsSwitch id="x" on />],
  SetupForm: [<SetupForm action="/setup/x" username={HOSTILE} errors={ERRORS} />],
};
