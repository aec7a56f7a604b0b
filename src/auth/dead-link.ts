/**
 * Thrown for a one-time address that opens nothing: used, expired, replaced, or never made. Answered alike for all of them,
 * with 404, so that nobody learns which addresses there have been.
 */
export class DeadLink extends Error {
  override name = "DeadLink";

  constructor(readonly purpose: "invite" | "reset" | "setup") {
    super(`${purpose} link opens nothing`);
  }
}
