import { describe, expect, test } from "bun:test";
import { DEVIATIONS, type Level, OPEN, REQUIREMENTS, tally } from "./asvs.ts";
import { ROWS } from "./attacks/rows.ts";
import { read } from "./support/files.ts";

/** What applies to a system like this one, without uploads, federation, tokens of its own, e-mail and WebRTC. */
const APPLICABLE: Readonly<Record<Level, readonly string[]>> = {
  1: [
    ...[
      "1.2.1",
      "1.2.2",
      "1.2.3",
      "1.2.4",
      "1.2.5",
      "1.3.2",
      "2.1.1",
      "2.2.1",
      "2.2.2",
      "2.3.1",
      "3.2.1",
      "3.2.2",
      "3.3.1",
      "3.4.1",
    ],
    ...[
      "3.4.2",
      "3.5.1",
      "3.5.2",
      "3.5.3",
      "4.1.1",
      "5.3.2",
      "6.1.1",
      "6.2.1",
      "6.2.2",
      "6.2.3",
      "6.2.4",
      "6.2.5",
      "6.2.6",
      "6.2.7",
    ],
    ...[
      "6.2.8",
      "6.3.1",
      "6.3.2",
      "6.4.1",
      "6.4.2",
      "7.2.1",
      "7.2.2",
      "7.2.3",
      "7.2.4",
      "7.4.1",
      "7.4.2",
      "8.1.1",
      "8.2.1",
      "8.2.2",
    ],
    ...[
      "8.3.1",
      "11.3.1",
      "11.3.2",
      "11.4.1",
      "12.1.1",
      "12.2.1",
      "12.2.2",
      "13.4.1",
      "14.2.1",
      "14.3.1",
      "15.1.1",
      "15.2.1",
      "15.3.1",
    ],
  ],
  2: [
    ...[
      "1.1.1",
      "1.1.2",
      "1.2.9",
      "1.3.3",
      "1.3.7",
      "1.3.10",
      "1.4.2",
      "1.4.3",
      "1.5.2",
      "2.1.2",
      "2.1.3",
      "2.2.3",
      "2.3.2",
      "2.3.3",
    ],
    ...[
      "2.3.4",
      "2.4.1",
      "3.3.2",
      "3.3.3",
      "3.3.4",
      "3.4.3",
      "3.4.4",
      "3.4.5",
      "3.4.6",
      "3.5.4",
      "3.7.1",
      "3.7.2",
      "4.1.2",
      "4.1.3",
    ],
    ...[
      "4.2.1",
      "5.4.1",
      "5.4.2",
      "6.1.2",
      "6.1.3",
      "6.2.9",
      "6.2.10",
      "6.2.11",
      "6.2.12",
      "6.3.3",
      "6.3.4",
      "6.4.3",
      "6.4.4",
      "6.5.1",
    ],
    ...[
      "6.5.2",
      "6.5.3",
      "6.5.4",
      "6.5.5",
      "7.1.1",
      "7.1.2",
      "7.3.1",
      "7.3.2",
      "7.4.3",
      "7.4.4",
      "7.4.5",
      "7.5.1",
      "7.5.2",
      "7.6.2",
    ],
    ...[
      "8.1.2",
      "8.2.3",
      "11.1.1",
      "11.1.2",
      "11.2.1",
      "11.2.2",
      "11.2.3",
      "11.3.3",
      "11.4.2",
      "11.4.3",
      "11.5.1",
      "12.1.2",
      "12.3.1",
      "12.3.2",
    ],
    ...[
      "12.3.3",
      "12.3.4",
      "13.1.1",
      "13.2.1",
      "13.2.2",
      "13.2.3",
      "13.2.4",
      "13.2.5",
      "13.3.1",
      "13.3.2",
      "13.4.2",
      "13.4.3",
      "13.4.4",
      "13.4.5",
    ],
    ...[
      "14.1.1",
      "14.1.2",
      "14.2.2",
      "14.2.3",
      "14.2.4",
      "14.3.2",
      "14.3.3",
      "15.1.2",
      "15.1.3",
      "15.2.2",
      "15.2.3",
      "15.3.3",
      "15.3.4",
      "15.3.5",
    ],
    ...[
      "15.3.6",
      "15.3.7",
      "16.1.1",
      "16.2.1",
      "16.2.2",
      "16.2.3",
      "16.2.4",
      "16.2.5",
      "16.3.1",
      "16.3.2",
      "16.3.3",
      "16.3.4",
      "16.4.1",
      "16.4.2",
    ],
    ...["16.4.3", "16.5.1", "16.5.2", "16.5.3"],
  ],
  3: [
    ...[
      "1.2.10",
      "1.3.12",
      "1.5.3",
      "2.4.2",
      "3.1.1",
      "3.2.3",
      "3.3.5",
      "3.4.7",
      "3.4.8",
      "3.5.6",
      "3.5.7",
      "3.5.8",
      "3.6.1",
      "3.7.5",
    ],
    ...[
      "4.1.4",
      "4.2.2",
      "4.2.5",
      "6.3.5",
      "6.3.6",
      "6.3.7",
      "6.3.8",
      "6.4.5",
      "6.4.6",
      "6.5.6",
      "6.5.8",
      "7.5.3",
      "8.1.3",
      "8.1.4",
    ],
    ...[
      "8.2.4",
      "8.3.2",
      "8.4.2",
      "11.1.3",
      "11.1.4",
      "11.2.4",
      "11.2.5",
      "11.3.4",
      "11.5.2",
      "11.7.2",
      "13.1.2",
      "13.1.3",
      "13.1.4",
      "13.2.6",
    ],
    ...[
      "13.3.4",
      "13.4.6",
      "13.4.7",
      "14.2.5",
      "14.2.6",
      "14.2.7",
      "15.1.4",
      "15.1.5",
      "15.2.4",
      "15.2.5",
      "15.4.1",
      "15.4.2",
      "15.4.3",
      "15.4.4",
    ],
    ...["16.5.4"],
  ],
};

/** Files of tests that were read already. */
const files = new Map<string, string>();
function contents(file: string): string {
  if (!files.has(file)) files.set(file, read(file));
  return files.get(file)!;
}

/** Why a proof is none, or null. */
function fault(proof: string): string | null {
  const [file = "", name = ""] = proof.split(/ > (.*)/s);
  try {
    if (file.endsWith(".md")) return contents(file).includes(`\n## ${name}\n`) ? null : "no such section";
    // A test is named by a text in quotes, as it stands in the code; names from a table are keys of objects, too.
    const literals = [`"${name}"`, `\`${name}\``, `'${name}'`];
    return literals.some((literal) => contents(`tests/${file}`).includes(literal)) ? null : "no such test";
  } catch {
    return "no such file";
  }
}

describe("every requirement that applies", () => {
  for (const level of [1, 2, 3] as const) {
    test(`of level ${level} is proven, or listed as open`, () => {
      const listed = [...REQUIREMENTS, ...OPEN]
        .filter((requirement) => requirement.level === level)
        .map(({ id }) => id);
      expect(listed.sort()).toEqual([...APPLICABLE[level]].sort());
    });
  }

  test("of levels 1 and 2 is proven", () => {
    expect(OPEN.filter(({ level }) => level < 3)).toEqual([]);
  });

  test("has proofs that are there", () => {
    const faults = REQUIREMENTS.flatMap(({ id, proof }) =>
      proof.length === 0
        ? [`${id}: none`]
        : proof.flatMap((one) => (fault(one) === null ? [] : `${id}: ${fault(one)}: ${one}`)),
    );
    expect(faults).toEqual([]);
  });
});

test("a proof that is gone is noticed", () => {
  expect(fault("asvs.test.ts > a proof that is gone is noticed")).toBeNull();
  expect(fault("asvs.test.ts > a proof that was never there".replace("never", "not"))).toBe("no such test");
  expect(fault("nowhere.test.ts > anything")).toBe("no such file");
  expect(fault("SECURITY.md > Fairy tales")).toBe("no such section");
});

test("every deviation is a requirement here and has its reason in SECURITY.md", () => {
  const ids = new Set(REQUIREMENTS.map(({ id }) => id));
  expect(Object.keys(DEVIATIONS).filter((id) => !ids.has(id))).toEqual([]);
});

test("README.md says how much is proven", () => {
  const { 1: one, 2: two, 3: three } = tally();
  const applicable = three.proven + three.open;
  const said = /[^.]*requirements of level 1[^.]*\./.exec(read("README.md"))?.[0].replaceAll(/\s+/g, " ") ?? "";
  expect(said).toContain(
    `all ${one.proven} requirements of level 1, all ${two.proven} of level 2 and ${three.proven} of the ${applicable} of level 3`,
  );
});

test("and how many attacks are tried", () => {
  const proofs = Object.values(ROWS).flatMap((row) => row.proofs);
  const said = /[^.]*known attacks[^.]*\./.exec(read("README.md"))?.[0].replaceAll(/\s+/g, " ") ?? "";
  expect(said).toContain(`${Object.keys(ROWS).length} known attacks`);
  expect(proofs.length).toBeGreaterThan(Object.keys(ROWS).length);
});
