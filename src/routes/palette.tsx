import { PaletteEntries, type PaletteEntry } from "#views/keyboard.tsx";
import type { Deps } from "../app.tsx";
import { canonicalUsername } from "../auth/username.ts";
import { mayUse } from "../discover.ts";
import type { Visitor } from "../session.ts";
import { listPeople } from "../store/people-list.ts";
import { userRoutes } from "../web.tsx";

const LONGEST_SEARCH = 64;
/** Who wants more of them goes to the list of people. */
const MOST_PEOPLE = 8;

const PAGES: readonly PaletteEntry[] = [
  { title: "Dashboard", href: "/", kind: "Page" },
  { title: "Account", href: "/account", kind: "Page" },
  { title: "Customise the dashboard", href: "/customise", kind: "Page" },
];
const ADMIN_PAGES: readonly PaletteEntry[] = [
  { title: "People", href: "/admin/users", kind: "Page" },
  { title: "Import people", href: "/admin/users/import", kind: "Page" },
  { title: "Audit log", href: "/admin/audit", kind: "Page" },
];

/** Where one can go, by a part of its name: only what the menu would show, and people for admins alone. */
export const palette = (deps: Deps) =>
  userRoutes().get("/", async (c) => {
    const { user } = c.var.visitor;
    const typed = (c.req.query("q") ?? "").slice(0, LONGEST_SEARCH).trim();
    const entries = [...placesFor(deps, user), ...(user.role === "admin" ? ADMIN_PAGES : [])].filter(({ title }) =>
      title.toLowerCase().includes(typed.toLowerCase()),
    );
    const people = user.role === "admin" ? await peopleNamed(deps, typed) : [];
    return c.render(<PaletteEntries q={typed} entries={[...entries, ...people]} />, { title: "Go to" });
  });

function placesFor({ fragments }: Deps, user: Visitor["user"]): PaletteEntry[] {
  const own = fragments.usable.filter(({ fragment }) => mayUse(fragment, user));
  return [
    ...PAGES,
    ...own.map(({ name, fragment }) => ({ title: fragment.title, href: `/fragments/${name}`, kind: "Panel" })),
  ];
}

/** The list's own search: it looks through a bounded number of names. */
async function peopleNamed({ db, clock }: Deps, typed: string): Promise<PaletteEntry[]> {
  const q = canonicalUsername(typed) ?? "";
  if (q === "") return [];
  const wanted = { q, role: null, status: null, authenticator: null, sort: "name" } as const;
  const { people } = await listPeople(db, wanted, null, clock());
  return people
    .slice(0, MOST_PEOPLE)
    .map(({ id, username }) => ({ title: username, href: `/admin/users/${id}`, kind: "Person" }));
}
