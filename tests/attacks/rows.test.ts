import { expect, test } from "bun:test";
import { ROWS } from "./rows.ts";

const KNOWN_ATTACKS = 68;

test("every known attack has its proof", () => {
  const missing = Array.from({ length: KNOWN_ATTACKS }, (_, i) => i + 1).filter((row) => !ROWS[row]?.proofs.length);
  expect(missing).toEqual([]);
  expect(Object.keys(ROWS)).toHaveLength(KNOWN_ATTACKS);
});

test("every proof is a test that is there", async () => {
  for (const [row, { proofs }] of Object.entries(ROWS)) {
    for (const [file, name] of proofs) {
      const code = await Bun.file(`${import.meta.dirname}/../${file}`).text();
      const found = [`"${name}"`, `\`${name}\``, `'${name}'`].some((literal) => code.includes(literal));
      expect(`row ${row}: ${file}: ${name}: ${found}`).toBe(`row ${row}: ${file}: ${name}: true`);
    }
  }
});
