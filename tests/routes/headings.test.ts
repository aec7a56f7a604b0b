import { expect, test } from "bun:test";
import { openApp } from "../support/app.ts";

test("every page that answers a form without scripts has one heading that says what it is about", async () => {
  const t = await openApp();
  try {
    const admin = await t.signIn(await t.addUser("ann", { role: "admin" }));
    await t.addUser("bob");
    const forms = new Set(t.app.routes.filter(({ method }) => method === "POST").map(({ path }) => path));
    const wrong: string[] = [];
    for (const path of forms) {
      // The one signs out, the other answers a script alone.
      if (path === "/logout" || path === "/account/password/strength") continue;
      const address = path.replace(/:\w+(\{[^}]*\})?/g, "2").replace("*", "x");
      for (const fields of [{}, { current_password: "x", new_password: "y", confirm_password: "z" }]) {
        const answer = await admin.plainPost(address, fields);
        if (!answer.headers.get("Content-Type")?.startsWith("text/html")) continue;
        const html = await answer.text();
        const headings = html.match(/<h1[ >]/g)?.length ?? 0;
        if (html !== "" && headings !== 1) wrong.push(`${path}: ${answer.status}, ${headings} headings`);
      }
    }
    expect([...new Set(wrong)]).toEqual([]);
  } finally {
    await t.close();
  }
});
