import { describe, expect, test } from "bun:test";
import { AUDIT_EVENTS } from "#src/store/audit-log.ts";
import { AuditSentence, auditSentence, type ToldEntry } from "#views/audit.tsx";
import { en } from "#views/words/en.ts";
import { LANGUAGES } from "#views/words.tsx";

const ANN = { actorId: 1, actorName: "ann" };
const BOB = { targetId: 2, targetName: "bob" };
const NOBODY = { actorId: null, actorName: null, targetId: null, targetName: null };

const entry = (event: string, rest: Partial<ToldEntry> = {}): ToldEntry => ({
  ...NOBODY,
  detail: null,
  event,
  ...rest,
});
const html = async (props: Parameters<typeof AuditSentence>[0]) =>
  String(await (<AuditSentence {...props} />).toString());

describe("every event is a sentence", () => {
  for (const event of AUDIT_EVENTS) {
    for (const [whose, people] of Object.entries({
      "ann and bob": { ...ANN, ...BOB },
      ann: ANN,
      bob: BOB,
      nobody: {},
    })) {
      test.each([...LANGUAGES.values()])(`${event} with ${whose}, in $name`, ({ words }) => {
        for (const reader of [undefined, 1, 2]) {
          const text = auditSentence(words, entry(event, people), { reader });
          expect(text).toMatch(/^[A-Za-z0-9“][^_]*[a-zäöü”“0-9]\.$/);
          expect(text).not.toMatch(/undefined|null|\[object| {2}/);
          expect(text).not.toContain(event);
        }
      });
    }
  }
});

test("the reader is called you", () => {
  expect(auditSentence(en, entry("session.started", { ...ANN, detail: { factors: "password, authenticator" } }))).toBe(
    "ann signed in with password and authenticator.",
  );
  expect(auditSentence(en, entry("session.ended", ANN), { reader: 1 })).toBe("You signed out.");
  expect(auditSentence(en, entry("password.changed", ANN), { reader: 1 })).toBe("You changed your own password.");
  expect(auditSentence(en, entry("user.sessions_ended", { ...ANN, ...BOB }), { reader: 2 })).toBe(
    "ann ended all of your sessions.",
  );
  expect(auditSentence(en, entry("user.sessions_ended", { ...ANN, ...BOB }))).toBe("ann ended all of bob’s sessions.");
});

test("the operator at the command line is named as such", () => {
  expect(auditSentence(en, entry("user.disabled", { ...BOB, detail: { by: "command line" } }))).toBe(
    "The operator at the command line disabled bob.",
  );
});

test("an event nobody knows is shown by its name", () => {
  expect(auditSentence(en, entry("moon.landed", ANN))).toBe("ann: moon.landed.");
  expect(auditSentence(en, entry("constructor", ANN))).toBe("ann: constructor.");
});

test("names are marked up, and stay text", async () => {
  const hostile = entry("user.disabled", { ...ANN, targetId: 2, targetName: "<img src=x>" });
  expect(await html({ entry: hostile })).toBe(
    '<strong class="name">ann</strong> disabled <strong class="name">&lt;img src=x&gt;</strong>.',
  );
});
