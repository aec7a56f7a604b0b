import { openDatabase, pendingMigrations } from "#src/db/open.ts";
import { quiet } from "./database.ts";

/** Opens the database named by the JSON in the first argument, as a process of its own; a second argument is the SQL folder. */
const [target, folder] = process.argv.slice(2);
const db = await openDatabase(JSON.parse(target!), { log: quiet, tries: 1, ...(folder ? { folder } : {}) });
console.log(JSON.stringify(await pendingMigrations(db, folder)));
await db.close();
