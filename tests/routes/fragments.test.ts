import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Fragment } from "#src/fragment.ts";
import { type Browser, openApp, type TestApp } from "../support/app.ts";
import { PARTIAL, writeFragments } from "../support/fragments.ts";

/*
 * One gate: for every fragment there is, `can` alone decides about menu entry, card, page, whatever is below the page
 * and the live stream. The house's own fragments and a folder of samples; a new file is walked without being named here.
 */
const SAMPLES = {
  everybody: `export default defineFragment({ title: "For everybody", render: () => "content", live: once, routes });`,
  admins: `export default defineFragment({
    title: "For admins", can: (user) => user.role === "admin", render: () => "content", live: once, routes });`,
  nobody: `export default defineFragment({ title: "For nobody", can: () => false, render: () => "content", live: once, routes });`,
  "can-throws": `export default defineFragment({
    title: "Throws", can: () => { throw new Error("no") }, render: () => "content", live: once, routes });`,
  "can-is-truthy": `export default defineFragment({
    title: "Truthy", can: () => "yes" as never, render: () => "content", live: once, routes });`,
  "can-is-async": `export default defineFragment({
    title: "Async", can: (async () => true) as never, render: () => "content", live: once, routes });`,
};
const BEFORE_EACH = `
  const once = async function* () { yield "content"; };
  const routes = (r) => {
    r.get("/below/:id", () => "below");
    r.post("/", form(z.object({})), () => "posted");
    r.post("/below", form(z.object({})), () => "posted");
  };`;

const samples = await writeFragments(SAMPLES, BEFORE_EACH);

for (const [whose, folder] of [
  ["the house", undefined],
  ["the samples", samples],
] as const) {
  describe(`every fragment of ${whose}`, () => {
    let t: TestApp;
    let visitors: Record<"stranger" | "user" | "admin", Browser>;

    beforeAll(async () => {
      t = await openApp(folder ? { fragmentsDir: folder } : {});
      visitors = {
        stranger: t.browser(),
        user: await t.signIn(await t.addUser("bob")),
        admin: await t.signIn(await t.addUser("ann", { role: "admin" })),
      };
    });
    afterAll(() => t.close());

    test("was found", () => {
      expect(t.deps.fragments.faulty).toEqual([]);
      expect(t.deps.fragments.usable.length).toBeGreaterThan(1);
    });

    for (const who of ["stranger", "user", "admin"] as const) {
      test(`gives one verdict everywhere: ${who}`, async () => {
        const visitor = visitors[who];
        const dashboard = await (await visitor.get("/")).text();
        for (const { name, fragment } of t.deps.fragments.usable) {
          const allowed = who !== "stranger" && allows(fragment, who);
          const expected = allowed ? "in" : who === "stranger" ? "sign in" : "forbidden";
          const told: Record<string, unknown> = {
            menu: dashboard.includes(`<li><a href="/fragments/${name}"`),
            card: dashboard.includes(`id="fragment-${name}"`),
            stream: new RegExp(`hx-sse:connect="[^"]*of=${name}\\b`).test(dashboard),
          };
          for (const path of addressesOf(name, fragment)) {
            told[`GET ${path}`] = await verdictOf(await visitor.get(path));
            told[`GET ${path} by htmx`] = await verdictOf(await visitor.get(path, PARTIAL));
          }
          for (const { path } of fragment.routes.filter(({ method }) => method === "POST"))
            for (const send of ["post", "plainPost"] as const)
              told[`${send} ${path}`] = await verdictOf(await visitor[send](below(name, path)));
          const { menu, card, stream, ...answers } = told;
          expect({ name, menu, card, stream }).toEqual({
            ...{ name, menu: allowed, card: allowed, stream: allowed && fragment.live !== undefined },
          });
          expect({ name, verdicts: answers }).toEqual({
            ...{ name, verdicts: Object.fromEntries(Object.keys(answers).map((what) => [what, expected])) },
          });
        }
      });
    }
  });
}

test("a role that changes holds from the next request on", async () => {
  const t = await openApp({ fragmentsDir: samples });
  const bob = await t.addUser("bob");
  const browser = await t.signIn(bob);
  const verdict = async () => verdictOf(await browser.get("/fragments/admins/below/1"));
  expect(await verdict()).toBe("forbidden");
  await t.db.run("UPDATE users SET role = 'admin' WHERE id = ?", [bob.id]);
  expect(await verdict()).toBe("in");
  await t.db.run("UPDATE users SET role = 'user' WHERE id = ?", [bob.id]);
  expect(await verdict()).toBe("forbidden");
  await t.close();
});

const below = (name: string, path: string) => `/fragments/${name}${path === "/" ? "" : path.replace(/:\w+/g, "1")}`;

/** All that can be asked for with GET, as page and as part, the stream included. */
function addressesOf(name: string, fragment: Fragment) {
  const pages = fragment.routes.filter(({ method }) => method === "GET").map(({ path }) => below(name, path));
  const paths = [`/fragments/${name}`, `/fragments/${name}?t-sort=x`, ...pages];
  return [...paths, ...(fragment.live ? [`/live?of=${name}`] : [])];
}

function allows({ can }: Fragment, role: "user" | "admin"): boolean {
  try {
    return can({ id: 1, username: "x", role }) === true;
  } catch {
    return false;
  }
}

/** Whether somebody got in; what a form then says about its fields is its own affair. */
async function verdictOf(answer: Response): Promise<string> {
  const to = answer.headers.get("Location") ?? answer.headers.get("HX-Redirect");
  await answer.body?.cancel();
  if ((answer.status === 303 || answer.status === 401) && to?.startsWith("/login")) return "sign in";
  if (answer.status === 403) return "forbidden";
  return answer.status < 500 ? "in" : String(answer.status);
}
