import type { Child } from "hono/jsx";
import { AuditSentence } from "#views/audit.tsx";
import { ChoosePasswordForm, NewPassword, SetupForm } from "#views/choose-password.tsx";
import { OneTimeLink } from "#views/copy.tsx";
import { Dashboard, FragmentFailed, FragmentPage } from "#views/dashboard.tsx";
import { EnrolForm, RecoveryCodes } from "#views/enrol.tsx";
import { Field, FormError, Notice, RevealPasswords } from "#views/field.tsx";
import { Layout } from "#views/layout.tsx";
import { CodeField, CodeForm, LoginForm } from "#views/login.tsx";
import { Problem, ProblemBox, problemText, RequestNumber } from "#views/problem.tsx";
import { Qr } from "#views/qr.tsx";

/** Tries to leave text, a quoted attribute and a script at once. */
export const HOSTILE = `"'><script>x</script><img src=x onerror=x>&`;

const APP = { name: HOSTILE, css: "/static/app.css", js: "/static/client.js", icon: "/static/icon.svg" };
const ERRORS = { username: HOSTILE, new_password: HOSTILE, confirm_password: HOSTILE, form: HOSTILE };
const ENTRY = {
  ...{ actorId: 1, actorName: HOSTILE, targetId: 2, targetName: HOSTILE },
  ...{ event: "user.disabled", detail: null },
} as const;

/**
 * Every exported view with every text it takes set to something hostile, by name of the view. The tests of the views
 * loop over this; a view without a sample here fails them.
 */
export const SAMPLES: Record<string, Child[]> = {
  AuditSentence: [<AuditSentence entry={ENTRY} peopleAt="/admin/users" />, <AuditSentence entry={ENTRY} reader={1} />],
  ChoosePasswordForm: [
    <ChoosePasswordForm
      id="invite"
      action="/invite/x"
      username={HOSTILE}
      title={HOSTILE}
      submit={HOSTILE}
      errors={ERRORS}
      hint={HOSTILE}
    />,
  ],
  CodeField: [<CodeField error={HOSTILE} />],
  CodeForm: [<CodeForm kind="code" error={HOSTILE} />, <CodeForm kind="recovery" error={HOSTILE} />],
  Dashboard: [
    <Dashboard
      admin
      cards={[{ name: "disk", title: HOSTILE, description: HOSTILE, size: "half", refresh: "30s" }]}
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
  Field: [<Field name="username" label="Username" value={HOSTILE} hint={HOSTILE} error={HOSTILE} />],
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
      path="/"
    >
      {HOSTILE}
    </Layout>,
  ],
  LoginForm: [<LoginForm username={HOSTILE} error={HOSTILE} errors={ERRORS} next={HOSTILE} notice={HOSTILE} />],
  NewPassword: [<NewPassword errors={ERRORS} hint={HOSTILE} autofocus={false} />],
  Notice: [<Notice tone="warn">{HOSTILE}</Notice>],
  OneTimeLink: [<OneTimeLink href={HOSTILE} label={HOSTILE} note={HOSTILE} qr />],
  Problem: [<Problem status={500} {...problemText(500)} message={HOSTILE} requestId={HOSTILE} />],
  ProblemBox: [<ProblemBox title={HOSTILE} message={HOSTILE} requestId={HOSTILE} />],
  Qr: [<Qr text={HOSTILE} label={HOSTILE} />],
  RecoveryCodes: [<RecoveryCodes codes={[HOSTILE]} action="/done" downloadAction="/codes.txt" error={HOSTILE} />],
  RequestNumber: [<RequestNumber id={HOSTILE} />],
  RevealPasswords: [<RevealPasswords />],
  SetupForm: [<SetupForm action="/setup/x" username={HOSTILE} errors={ERRORS} hint={HOSTILE} />],
};
