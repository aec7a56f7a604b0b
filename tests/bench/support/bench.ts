import type { OwnServer } from "#tests/support/mariadb.ts";
import type { Figure } from "./stats.ts";

/** What every question is given. */
export type Bench = {
  /** Smaller data, fewer and shorter rounds. */
  readonly quick: boolean;
  /** MariaDB of the benchmark's own. */
  readonly server: OwnServer;
  /** For data and logs; gone at the end. */
  readonly folder: string;
  /** One line for whoever waits. */
  say(text: string): void;
};

export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** One line of the table. */
export type Row = {
  readonly question: string;
  readonly name: string;
  readonly figure: Figure;
  readonly unit: string;
  readonly goal?: Goal;
};

/** Requests per second against connections, for the plot. */
export type Series = { readonly name: string; readonly points: readonly { connections: number; perSecond: number }[] };

export type Answer = { readonly rows: readonly Row[]; readonly series?: readonly Series[] };

export type Question = (bench: Bench) => Promise<Answer>;

export function isMet({ figure, goal }: Row): boolean | null {
  if (goal === undefined) return null;
  return "atLeast" in goal ? figure.median >= goal.atLeast : figure.median <= goal.atMost;
}

/** Variables of the product that all questions share. */
export const PRODUCT_ENV = { APP_SECRET: "Bench-only:kq8Xv2mTz5wRb7nYc4LhJ1sD", MFA_POLICY: "required" };
