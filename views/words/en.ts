import { account } from "./en/account.tsx";
import { audit } from "./en/audit.ts";
import { common } from "./en/common.ts";
import { dashboard } from "./en/dashboard.tsx";
import { door } from "./en/door.ts";
import { mistakes } from "./en/mistakes.ts";
import { people } from "./en/people.tsx";
import { problems } from "./en/problems.ts";

/** English, and with it the list of all there is to say: every other language has the same. */
export const en = { common, door, account, dashboard, people, audit, problems, mistakes };

export type Words = typeof en;
