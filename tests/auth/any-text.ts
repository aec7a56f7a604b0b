import fc from "fast-check";

/**
 * Text as an attacker sends it: everything UTF-16 can hold, lone surrogates, controls and invisible characters included.
 * (fast-check's own "binary" and "grapheme" strings take half a second to set up.)
 */
export const anyText = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.integer({ min: 0x200b, max: 0x2069 }), fc.nat(0x10ffff)), {
    maxLength: 40,
  })
  .map((codes) => String.fromCodePoint(...codes));
