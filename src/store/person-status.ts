import type { Person } from "./people.ts";
import { isDisabled } from "./users.ts";

/** What lists can be narrowed down to, and what pages and the command line call somebody. */
export const STATUSES = ["active", "invited", "disabled", "locked"] as const;
export type Status = (typeof STATUSES)[number];

type Facts = Pick<Person, "hasPassword" | "disabledAtMs" | "disabledUntilMs" | "blockedUntilMs">;

/** The strongest reason why somebody cannot sign in comes first. */
export function statusOf(person: Facts, nowMs: number): Status {
  if (isDisabled(person, nowMs)) return "disabled";
  if (!person.hasPassword) return "invited";
  return (person.blockedUntilMs ?? 0) > nowMs ? "locked" : "active";
}
