import { expect, test } from "bun:test";
import { Window } from "happy-dom";
import { MADE_UP, unmarkedTexts } from "#tests/support/made-up.tsx";
import { Speak } from "#views/words.tsx";
import { HOSTILE, SAMPLES } from "./samples.tsx";

/** The same in every language: events by their names in the log, and an example of a list. */
const NAMES = /^([a-z_]+\.[a-z_]+|bob,user|carol,admin)$/;
/** In the samples every text is hostile, save for series of one letter. */
const isData = (text: string) => NAMES.test(text) || !/\p{L}{2}/u.test(text.replaceAll(HOSTILE, ""));

for (const [name, views] of Object.entries(SAMPLES))
  test(`${name} says nothing that is in no catalogue`, () => {
    for (const view of views) {
      const { document } = new Window();
      document.write(String(<Speak language={MADE_UP}>{view}</Speak>));
      expect(unmarkedTexts(document as unknown as Document, isData)).toEqual([]);
    }
  });
