import type { Child } from "hono/jsx";
import { AuditDays, AuditLog } from "#views/admin/audit.tsx";
import { Chips, FilterForm } from "#views/admin/filters.tsx";
import { ImportChecked, Imported, ImportPage } from "#views/admin/import.tsx";
import { ActForm, OutcomeNotice, Select, type ShownPerson, Status, When } from "#views/admin/parts.tsx";
import { PeopleList, PeoplePage } from "#views/admin/people.tsx";
import { CountNow, PeopleCount } from "#views/admin/people-count.tsx";
import { PersonActed, PersonPage } from "#views/admin/person.tsx";
import { HistorySection, SessionsSection } from "#views/admin/person-history.tsx";
import { Choice, type Part, Topic } from "#views/admin/person-part.tsx";
import { DeleteSection, DisableSection, RoleSection } from "#views/admin/person-rights.tsx";
import { Handover, PersonRow, RowOutcome } from "#views/admin/person-row.tsx";
import { SignInSection } from "#views/admin/person-sign-in.tsx";
import { Registered, RegisterForm } from "#views/admin/register.tsx";
import { BulkBar, BulkDone, BulkReport, BulkResults } from "#views/admin/several.tsx";

/** Every exported view of the admin's screens, with `hostile` for every text. */
export function adminSamples(hostile: string): Record<string, Child[]> {
  const person: ShownPerson = {
    ...{
      id: 7,
      username: hostile,
      role: "admin" as const,
      hasPassword: true,
      hasAuthenticator: true,
      authenticatorSinceMs: 0,
    },
    ...{ createdAtMs: 0, signedInAtMs: 0, passwordChangedAtMs: 0, disabledAtMs: 1, disabledUntilMs: 9e12 },
    ...{ disabledReason: hostile, blockedUntilMs: 9e12 },
  };
  const fresh: ShownPerson = {
    ...{
      ...person,
      id: 8,
      role: "user" as const,
      hasPassword: false,
      hasAuthenticator: false,
      authenticatorSinceMs: null,
    },
    ...{
      signedInAtMs: null,
      passwordChangedAtMs: null,
      disabledAtMs: null,
      disabledUntilMs: null,
      blockedUntilMs: null,
    },
  };
  const locked = { ...person, id: 9, disabledAtMs: null };
  const viewing = { nowMs: 1000, visitorId: 1 };
  const outcome = { ok: false, text: hostile };
  const undoable = { ok: true, text: hostile, undo: { action: "/x", fields: [[hostile, hostile]] as const } };
  const link = { ok: true, text: hostile, handover: { label: hostile, href: hostile, note: hostile } };
  const entry = {
    ...{ id: 1, atMs: 0, event: "user.disabled", actorId: 1, actorName: hostile, targetId: 7, targetName: hostile },
    ...{ ip: hostile, userAgent: hostile, requestId: hostile, detail: { reason: hostile, until: hostile } },
  };
  const session = { sessionId: hostile, createdAtMs: 0, lastSeenAtMs: 0, ip: hostile, userAgent: hostile };
  const errors = { username: hostile, reason: hostile, until: hostile, confirm_name: hostile };
  const typed = { reason: hostile, until: hostile, confirm_name: hostile };
  const page = {
    ...{ person, viewing, sessions: [session, { ...session, sessionId: "2" }], entries: [entry], codesLeft: 1 },
    ...{ invitationEndMs: 0, resetLinkEndMs: 0, outcome, errors, typed },
  };
  const part: Part = { ...page, at: (act) => `/admin/users/7/${act}`, own: false };
  const list = {
    ...{
      people: [person, fresh, locked],
      viewing,
      count: "1,000+",
      next: "/admin/users?after=x",
      first: "/admin/users",
    },
    ...{
      filters: { q: hostile, role: "user", status: "", mfa: "on", sort: "-seen" },
      partly: 5000,
      sorted: () => "/x",
      without: () => "/x",
      here: "/admin/users?q=x",
      kept: { ids: [7], act: "disable", reason: hostile },
    },
  };
  const row = { line: 2, username: hostile, role: hostile, verdict: "invalid", reason: hostile } as const;
  const results = [{ username: hostile, outcome }];
  const query = { event: "", actor: hostile, target: hostile, address: hostile, from: hostile, to: hostile };
  return {
    ActForm: [
      <ActForm action="/x" target="#person">
        {hostile}
      </ActForm>,
    ],
    AuditDays: [<AuditDays rows={[entry]} heading="h3" />],
    AuditLog: [
      <AuditLog
        query={query}
        choices={[{ topic: "people", events: ["user.disabled"] }]}
        errors={{ address: hostile, from: hostile, to: hostile }}
        rows={[entry]}
        newest="/admin/audit"
        older="/admin/audit?after=x"
        confirm="/confirm"
      />,
    ],
    BulkBar: [<BulkBar here="/admin/users" />, <BulkBar here={list.here} kept={list.kept} />],
    Chips: [<Chips filters={list.filters} without={list.without} />],
    CountNow: [<CountNow count="3" />],
    FilterForm: [<FilterForm {...list.filters} />],
    PeopleCount: [<PeopleCount count="3" typed={hostile} />],
    BulkDone: [<BulkDone results={results} people={[person]} viewing={viewing} summary={undoable} />],
    BulkReport: [<BulkReport results={results} undo={undoable.undo} />, <BulkReport results={[]} error={hostile} />],
    BulkResults: [<BulkResults>{hostile}</BulkResults>],
    Choice: [<Choice action="/x" button={hostile} text={hostile} danger />],
    DeleteSection: [<DeleteSection {...part} />],
    DisableSection: [<DisableSection {...part} />, <DisableSection {...part} person={fresh} />],
    Handover: [<Handover outcome={link} />],
    HistorySection: [<HistorySection {...part} />],
    ImportChecked: [<ImportChecked rows={[row]} good={hostile} goodCount={1} />],
    Imported: [<Imported ids={[7, 8]} imported={2} leftOut={[row]} />],
    ImportPage: [<ImportPage csv={hostile} error={hostile} />],
    OutcomeNotice: [<OutcomeNotice outcome={outcome} />, <OutcomeNotice outcome={link} />],
    PersonActed: [outcome, undoable, link].map((how) => <PersonActed {...page} outcome={how} />),
    PeopleList: [<PeopleList {...list} />, <PeopleList {...list} people={[]} partly={null} count={null} />],
    PeoplePage: [<PeoplePage register={<RegisterForm />} list={list} results={hostile} notice={hostile} />],
    PersonPage: [<PersonPage {...page} />, <PersonPage {...page} viewing={{ ...viewing, visitorId: 7 }} />],
    PersonRow: [<PersonRow person={person} viewing={viewing} />],
    Registered: [<Registered person={fresh} outcome={link} viewing={viewing} count="3" />],
    RegisterForm: [<RegisterForm username={hostile} role={hostile} errors={errors} />],
    RoleSection: [<RoleSection {...part} />],
    RowOutcome: [outcome, undoable, link].map((how) => (
      <RowOutcome person={person} viewing={viewing} outcome={how} count="3" />
    )),
    Select: [<Select id="x" name="x" label={hostile} value={hostile} options={[[hostile, hostile]]} />],
    SessionsSection: [<SessionsSection {...part} />],
    SignInSection: [<SignInSection {...part} />, <SignInSection {...part} person={fresh} />],
    Status: [person, fresh, locked].map((shown) => <Status person={shown} nowMs={0} />),
    Topic: [
      <Topic id="x" title={hostile} text={hostile}>
        {hostile}
      </Topic>,
    ],
    When: [0, 2, 90, 3000, 99_999].map((minutes) => <When ms={0} nowMs={minutes * 60_000} />),
  };
}
