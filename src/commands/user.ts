import { Option } from "commander";
import { type Change, disable, enable, issueResetLink, RESET_LINK_MS, resetAuthenticator, unlock } from "../acts.ts";
import { newToken } from "../auth/token.ts";
import { clearEndedDisablements, type Person } from "../store/people.ts";
import { type After, listPeople, type Wanted } from "../store/people-list.ts";
import { STATUSES, statusOf } from "../store/person-status.ts";
import { isDisabled } from "../store/users.ts";
import { changePerson, personCalled } from "./people.ts";
import { addressOf, answer, type Group, type House, isoOrNull, Refused, table, when, withHouse } from "./tool.ts";

export const userCommands: Group = (program) => {
  const user = program.command("user").description("people");

  user
    .command("list")
    .description("everybody, by name")
    .addOption(new Option("--role <role>", "only these").choices(["admin", "user"]))
    .addOption(new Option("--status <status>", "only these").choices(STATUSES))
    .action((wanted: Pick<Wanted, "role" | "status">, command) =>
      withHouse(async (house) => {
        const people = await everybody(house, wanted);
        answer(command, { users: people.map((person) => shown(person, house.nowMs)) }, asTable(people, house.nowMs));
      }),
    );

  const act = (name: string, description: string, change: (person: Person, nowMs: number) => Change) =>
    user
      .command(name)
      .argument("<username>")
      .description(description)
      .action((username: string, _, command) =>
        withHouse(async (house) => {
          const person = await personCalled(house, username);
          const text = await changePerson(house, person, change(person, house.nowMs));
          answer(command, { username: person.username, done: name }, text);
        }),
      );

  user
    .command("disable")
    .argument("<username>")
    .option("--reason <text>", "kept with the person", "disabled by the operator")
    .description("end every session and allow no new one; never the last admin who can sign in")
    .action((username: string, { reason }: { reason: string }, command) =>
      withHouse(async (house) => {
        const person = await personCalled(house, username);
        const text = await changePerson(house, person, disable(person, reason.slice(0, 200), null, house.nowMs));
        answer(command, { username: person.username, done: "disable" }, text);
      }),
    );
  act("enable", "let a disabled person sign in again", (person) => ({
    ...enable(person),
    done: () => `${person.username} can sign in again.`,
  }));
  act("unlock", "lift the wait after wrong passwords and codes", unlock);
  act(
    "reset-authenticator",
    "take the authenticator away; a new one is set up at the next sign-in",
    resetAuthenticator,
  );
  user
    .command("reset-link")
    .argument("<username>")
    .description("print a one-time address where the person chooses a new password")
    .action((username: string, _, command) =>
      withHouse(async (house) => {
        const person = await personCalled(house, username);
        const { link, untilMs } = await newResetLink(house, person);
        const text = `${person.username} chooses a new password here, until ${when(untilMs)}:\n\n  ${link}\n\nIt works once. Send it to nobody else.`;
        answer(command, { username: person.username, link, validUntil: isoOrNull(untilMs) }, text);
      }),
    );
};

async function everybody({ db, nowMs }: House, { role = null, status = null }: Partial<Wanted>): Promise<Person[]> {
  await clearEndedDisablements(db, nowMs);
  const people: Person[] = [];
  for (let after: After | null = null; ; ) {
    const page = await listPeople(db, { q: "", role, status, authenticator: null, sort: "name" }, after, nowMs);
    people.push(...page.people);
    if (page.next === null) return people;
    after = page.next;
  }
}

function shown(person: Person, nowMs: number) {
  return {
    id: person.id,
    username: person.username,
    role: person.role,
    status: statusOf(person, nowMs),
    authenticator: person.hasAuthenticator,
    createdAt: isoOrNull(person.createdAtMs),
    signedInAt: isoOrNull(person.signedInAtMs),
  };
}

function asTable(people: readonly Person[], nowMs: number): string {
  if (people.length === 0) return "Nobody.";
  const rows = people.map((person) => [
    person.username,
    person.role,
    statusOf(person, nowMs),
    person.hasAuthenticator ? "yes" : "no",
    person.signedInAtMs === null ? "never" : when(person.signedInAtMs),
  ]);
  return table([["USERNAME", "ROLE", "STATUS", "AUTHENTICATOR", "LAST SIGN-IN"], ...rows]);
}

async function newResetLink(house: House, person: Person): Promise<{ link: string; untilMs: number }> {
  const { config, nowMs } = house;
  const name = person.username;
  if (isDisabled(person, nowMs)) throw new Refused(`${name} is disabled: enable them first.`);
  const token = newToken();
  await changePerson(house, person, {
    ...issueResetLink(person, token, nowMs),
    refused: () => () =>
      `${name} has not chosen a password yet: a new invitation is on the page /admin/users/${person.id}.`,
  });
  return { link: addressOf(config, `/reset/${token}`), untilMs: nowMs + RESET_LINK_MS };
}
