import { PaletteEntries, type PaletteEntry } from "#views/keyboard.tsx";
import type { Language } from "#views/words.tsx";
import type { Deps } from "../app.tsx";
import { canonicalUsername } from "../auth/username.ts";
import { mayUse } from "../discover.ts";
import { textIn } from "../fragment.ts";
import { languageOf } from "../language.ts";
import type { Visitor } from "../session.ts";
import { listPeople } from "../store/people-list.ts";
import { userRoutes } from "../web.tsx";

const LONGEST_SEARCH = 64;
/** Who wants more of them goes to the list of people. */
const MOST_PEOPLE = 8;

/** Where one can go, by a part of its name: only what the menu would show, and people for admins alone. */
export const palette = (deps: Deps) =>
  userRoutes().get("/", async (c) => {
    const { user } = c.var.visitor;
    const typed = (c.req.query("q") ?? "").slice(0, LONGEST_SEARCH).trim();
    const language = languageOf(c);
    const { palette } = language.words.dashboard;
    const entries = placesFor(deps, user, language).filter(({ title }) =>
      title.toLowerCase().includes(typed.toLowerCase()),
    );
    const people = user.role === "admin" ? await peopleNamed(deps, typed, palette.person) : [];
    return c.render(<PaletteEntries q={typed} entries={[...entries, ...people]} />, { title: palette.title });
  });

function placesFor({ fragments }: Deps, user: Visitor["user"], { code, words }: Language): PaletteEntry[] {
  const { title, arrange, menu, palette } = words.dashboard;
  const own = fragments.usable.filter(({ fragment }) => mayUse(fragment, user));
  const page = (title: string, href: string) => ({ title, href, kind: palette.page });
  return [
    page(title, "/"),
    page(menu.account, "/account"),
    page(arrange.title, "/customise"),
    ...own.map(({ name, fragment }) => ({
      title: textIn(fragment.title, code),
      href: `/fragments/${name}`,
      kind: palette.panel,
    })),
    ...(user.role === "admin" ? ADMIN_PAGES.map(([name, href]) => page(menu[name], href)) : []),
  ];
}

const ADMIN_PAGES = [
  ["people", "/admin/users"],
  ["importPeople", "/admin/users/import"],
  ["auditLog", "/admin/audit"],
] as const;

/** The list's own search: it looks through a bounded number of names. */
async function peopleNamed({ db, clock }: Deps, typed: string, kind: string): Promise<PaletteEntry[]> {
  const q = canonicalUsername(typed) ?? "";
  if (q === "") return [];
  const wanted = { q, role: null, status: null, authenticator: null, sort: "name" } as const;
  const { people } = await listPeople(db, wanted, null, clock());
  return people
    .slice(0, MOST_PEOPLE)
    .map(({ id, username }) => ({ title: username, href: `/admin/users/${id}`, kind }));
}
