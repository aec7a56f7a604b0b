import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { defineFragment } from "#src/fragment.ts";
import { type Browser, openApp, PASSWORD, type TestApp, type TestUser } from "../support/app.ts";
import { projectFiles, read } from "../support/files.ts";

let t: TestApp;
let ann: TestUser;
const outsiders: Record<string, Browser> = {};

/** Only for admins, and it would tell. */
const secret = defineFragment({ title: "Payroll", can: ({ role }) => role === "admin", render: () => "SALARY" });

beforeAll(async () => {
  const fragments = {
    usable: [{ name: "payroll", fragment: secret }],
    faulty: [],
    find: () => secret,
    failures: new Map(),
  };
  t = await openApp({ fragments });
  ann = await t.addUser("ann", { role: "admin" });
  outsiders.user = await t.signIn(await t.addUser("bob"));
  outsiders.stranger = t.browser();
  await t.addUser("carol", { role: "admin" });
  outsiders["half signed in"] = t.browser();
  await outsiders["half signed in"].post("/login", { username: "carol", password: PASSWORD });
});
afterAll(() => t.close());

const ADMINS_ONLY = () => [
  "/admin/users",
  `/admin/users/${ann.id}`,
  "/admin/audit",
  "/admin/audit.csv",
  "/fragments/payroll",
];
const refused = (answer: Response) => [303, 401, 403, 404].includes(answer.status);

describe("what only admins may see is not shown to others", () => {
  test("whatever the request says about itself", async () => {
    const claims: Record<string, string>[] = [
      { "HX-Request": "true" },
      { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main#main", "HX-Source": "a#people" },
      { "HX-Current-URL": "http://localhost:3000/admin/users", "HX-Boosted": "true", "HX-Request": "true" },
      { "HX-History-Restore-Request": "true" },
      {
        Referer: "http://localhost:3000/admin/users",
        Origin: "http://localhost:3000",
        "Sec-Fetch-Site": "same-origin",
      },
      { "X-Forwarded-User": "ann", "X-Remote-User": "ann", "Remote-User": "ann", "X-User": "ann", "X-Role": "admin" },
      { Authorization: `Basic ${btoa(`ann:${PASSWORD}`)}` },
      { "X-Original-URL": "/login", "X-Rewrite-URL": "/login", "X-HTTP-Method-Override": "GET" },
      { "X-Forwarded-For": "127.0.0.1", "X-Polling": "1" },
    ];
    for (const path of ADMINS_ONLY()) {
      for (const [who, browser] of Object.entries(outsiders)) {
        for (const headers of claims) {
          const answer = await browser.get(path, headers);
          const page = await answer.text();
          expect([path, who, headers, refused(answer)]).toEqual([path, who, headers, true]);
          expect(page).not.toContain("SALARY");
          expect(page).not.toContain("carol");
        }
      }
    }
  });

  test("however the address is spelled", async () => {
    const spellings = (path: string) => [
      ...[
        `${path}/`,
        `/${path}`,
        path.toUpperCase(),
        `/${path.slice(1).replaceAll("/", "%2f")}`,
        path.replace("/", "/%2e/"),
        `/.${path}`,
      ],
      ...[
        `${path};x=1`,
        `${path}%00`,
        `${path}%20`,
        `${path}%0a`,
        `${path}?x`,
        `${path}#x`,
        `${path}.json`,
        `/static/..${path}`,
      ],
      ...[
        `/login/..${path}`,
        `/login/%2e%2e${path}`,
        `/fragments/..${path}`,
        path.replace("a", "%61"),
        path.replace("/", "/\\"),
      ],
      ...[`/login/code/../..${path}`, `/healthz${path}`, `//localhost${path}`, path.replace("s", "%73"), `${path}/.`],
    ];
    for (const path of ADMINS_ONLY()) {
      for (const spelling of spellings(path)) {
        for (const [who, browser] of Object.entries(outsiders)) {
          const answer = await browser.get(spelling);
          const page = await answer.text();
          expect([spelling, who, page.includes("SALARY") || page.includes("carol")]).toEqual([spelling, who, false]);
          expect([spelling, who, answer.status < 500]).toEqual([spelling, who, true]);
        }
      }
    }
  });

  test("and no name of a panel stands in the menu or on the dashboard", async () => {
    const page = await (await outsiders.user!.get("/")).text();
    expect(page).not.toContain("Payroll");
    expect(page).not.toContain("payroll");
  });
});

describe("a route", () => {
  const code = projectFiles()
    .filter((file) => /^src\/.*\.tsx?$/.test(file))
    .map((file) => [file, read(file)] as const);

  test("is made by one of the three builders, which bring the guard along", () => {
    const makers = code.filter(([, text]) => /new Hono\b/.test(text)).map(([file]) => file);
    // One puts them together, one hands everything on to it, and the builders themselves.
    expect(makers).toEqual(["src/app.tsx", "src/embed.ts", "src/web.tsx"]);
  });

  test("names its method: one for all of them would pass by the check of the origin", () => {
    const broad = code.filter(([, text]) => /^\s*\.(all|on)\(\s*["'`[]/m.test(text)).map(([file]) => file);
    expect(broad).toEqual([]);
    const methods = new Set(t.app.routes.map(({ method }) => method));
    expect([...methods].sort()).toEqual(["ALL", "GET", "POST"]);
  });
});
