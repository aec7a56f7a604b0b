import type { Context } from "hono";
import type { Deps } from "../../app.tsx";
import { findUser, type User } from "../../store/users.ts";
import type { UserEnv } from "../../web.tsx";

/** The visitor's own row, as it is now. */
export async function self(c: Context<UserEnv>, { db }: Deps): Promise<User> {
  const user = await findUser(db, c.var.visitor.user.id);
  if (user === null) throw new Error("the visitor was deleted a moment ago");
  return user;
}
