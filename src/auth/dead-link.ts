import { HTTPException } from "hono/http-exception";

/**
 * A one-time address that opens nothing: used, expired, replaced, or never made. It is the same answer for all of them, so
 * that nobody learns which addresses there have been.
 */
export class DeadLink extends HTTPException {
  constructor(readonly purpose: "invite" | "reset" | "setup") {
    super(404, { message: `${purpose} link opens nothing` });
  }
}
