import type { Words } from "../words.tsx";
import { account } from "./de/account.tsx";
import { audit } from "./de/audit.ts";
import { common } from "./de/common.ts";
import { dashboard } from "./de/dashboard.tsx";
import { door } from "./de/door.ts";
import { mistakes } from "./de/mistakes.ts";
import { people } from "./de/people.tsx";
import { problems } from "./de/problems.ts";

export const de: Words = { common, door, account, dashboard, people, audit, problems, mistakes };
