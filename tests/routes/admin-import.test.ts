import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { parseCsv } from "#src/routes/admin/csv.ts";
import { type Browser, openApp, PASSWORD, type TestApp } from "../support/app.ts";

const ADDRESS = "/admin/users/import";

let t: TestApp;
let admin: Browser;
beforeEach(async () => {
  t = await openApp();
  admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
});
afterEach(() => t.close());

const names = async () =>
  (await t.db.all<{ n: string }>("SELECT username AS n FROM users ORDER BY id")).map(({ n }) => n);
const check = (csv: string) => admin.post(`${ADDRESS}/check`, { csv });
const load = (good: string) => admin.post(ADDRESS, { good });
const fieldIn = (html: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
const textOf = (html: string) => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const upload = (file: File) => {
  const body = new FormData();
  body.set("csv", "");
  body.set("file", file);
  return admin.send(`${ADDRESS}/check`, { method: "POST", body, headers: { Origin: "http://localhost:3000" } });
};

describe("checking a list", () => {
  test("says of each row what would happen, and writes nothing", async () => {
    const answer = await check(
      "Username,Role\nbob,user\nAnn,user\ncarol,ADMIN\nbob,admin\nx,user\ncarol2,boss\ncarol3\n",
    );
    expect(answer.status).toBe(200);
    const html = await answer.text();
    const text = textOf(html);
    expect(text).toContain("3 of 7 rows are good");
    expect(text).toContain("3 ann user Taken");
    expect(text).toContain("5 bob admin Twice The same name is in line 2.");
    expect(text).toContain("6 x user Not valid");
    expect(text).toContain("7 carol2 boss Not valid The role is user or admin.");
    expect(fieldIn(html, "good")).toBe("bob,user\ncarol,admin\ncarol3,user");
    expect(await names()).toEqual(["ann"]);
  });

  test("takes a file, in any order of columns", async () => {
    const html = await (await upload(new File(["role;username\r\nadmin;bob\r\n"], "people.csv"))).text();
    expect(fieldIn(html, "good")).toBe("bob,admin");
    expect(html).toStartWith("<!DOCTYPE html>");
  });

  test("takes up to 1 MiB, which no other form does", async () => {
    const long = `bob,user\n${" ".repeat(900_000)}`;
    expect((await upload(new File([long], "people.csv"))).status).toBe(200);
    expect((await upload(new File([long + long], "people.csv"))).status).toBe(413);
    expect((await admin.post("/admin/users", { username: "x".repeat(100_000) })).status).toBe(413);
    expect((await admin.post("/admin/users/importer", { x: "x".repeat(100_000) })).status).toBe(413);
  });

  test("refuses what is no list, with what was typed still there", async () => {
    for (const csv of ["", "\n\n", "username,role", 'bob,"user']) {
      const answer = await check(csv);
      expect([csv, answer.status]).toEqual([csv, 422]);
    }
    expect(await (await check('bob,"user</textarea>')).text()).toContain("bob,&quot;user&lt;/textarea&gt;");
    const many = Array.from({ length: 5001 }, (_, i) => `p${i}00`).join("\n");
    expect(textOf(await (await check(many)).text())).toContain("at most 5000");
    expect((await upload(new File([new Uint8Array([0x62, 0xff, 0x62])], "latin.csv"))).status).toBe(422);
  });

  test("shows hostile cells as text", async () => {
    const html = await (await check('"<img src=x onerror=alert(1)>",user\nbob,"<b>"')).text();
    expect(html).not.toContain("<img");
    expect(html).not.toContain("<b>");
  });
});

describe("importing", () => {
  test("registers the good rows, each in the audit log under its person", async () => {
    const answer = await load("bob,user\ncarol,admin\nann,user\nx,user");
    expect(answer.status).toBe(201);
    const text = textOf(await answer.text());
    expect(text).toContain("2 people registered");
    expect(text).toContain("3 ann user Taken");
    expect(await names()).toEqual(["ann", "bob", "carol"]);
    const entries = await t.db.all(
      "SELECT l.target_name AS name, l.detail, u.role FROM audit_log l JOIN users u ON u.id = l.target_id WHERE event = 'user.imported' ORDER BY l.id",
    );
    expect(entries).toEqual([
      { name: "bob", detail: '{"role":"user"}', role: "user" },
      { name: "carol", detail: '{"role":"admin"}', role: "admin" },
    ]);
  });

  test("twice at the same moment registers everybody once, and no row stops the others", async () => {
    const list = (from: number) => Array.from({ length: 120 }, (_, i) => `p${from + i}`).join("\n");
    const answers = await Promise.all([load(list(100)), load(list(160))]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect((await names()).length).toBe(1 + 180);
    expect((await t.db.all("SELECT id FROM audit_log WHERE event = 'user.imported'")).length).toBe(180);
  });

  test("of nobody says so", async () => {
    expect((await load("ann,user")).status).toBe(409);
    expect((await load("")).status).toBe(422);
  });
});

describe("the invitations", () => {
  const download = (ids: string) => admin.plainPost(`${ADDRESS}/invitations.csv`, { ids });
  const idsOf = async (good: string) => fieldIn(await (await load(good)).text(), "ids");

  test("come as a file with one address for each person, which works once", async () => {
    const answer = await download(await idsOf("bob,user\ncarol,admin"));
    expect(answer.headers.get("Content-Disposition")).toBe('attachment; filename="invitations.csv"');
    expect(answer.headers.get("Content-Type")).toStartWith("text/csv");
    const rows = parseCsv(await answer.text())!.map(({ cells }) => cells);
    expect(rows.map(([name]) => name)).toEqual(["username", "bob", "carol"]);
    const path = new URL(rows[1]![1]!).pathname;
    const bob = t.browser();
    const chosen = { new_password: `${PASSWORD} too`, confirm_password: `${PASSWORD} too` };
    expect((await bob.post(path, chosen)).status).toBe(204);
    expect((await bob.get(path)).status).toBe(404);
  });

  test("downloaded again replace the old ones, and leave out who has accepted", async () => {
    const ids = await idsOf("bob,user\ncarol,user");
    const paths = async () =>
      parseCsv(await (await download(ids)).text())!
        .slice(1)
        .map(({ cells }) => new URL(cells[1]!).pathname);
    const [, first] = await paths();
    await t.db.run("UPDATE users SET password_hash = 'x' WHERE username = 'bob'");
    const [second, ...others] = await paths();
    expect(others).toEqual([]);
    expect((await t.browser().get(first!)).status).toBe(404);
    expect((await t.browser().get(second!)).status).toBe(200);
  });

  test("let no name calculate in a spreadsheet", async () => {
    const text = await (await download(await idsOf("@bob,user\n-cmd,user"))).text();
    expect(text).toContain('"\'@bob"');
    expect(text).toContain('"\'-cmd"');
  });

  test("are for ids, and of people who exist", async () => {
    for (const ids of ["", "x", "1;2", "1-", "0", "1-'"])
      expect([ids, (await download(ids)).status]).toEqual([ids, 422]);
    expect(await (await download("999")).text()).toBe('"username","invitation"\r\n');
  });

  test("of an admin who was demoted meanwhile are none", async () => {
    const ids = await idsOf("bob,user");
    await t.db.run("UPDATE users SET role = 'user' WHERE username = 'ann'");
    expect((await download(ids)).status).toBe(403);
  });
});
