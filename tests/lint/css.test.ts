import { expect, test } from "bun:test";
import { SHEETS } from "#src/assets.ts";
import { read } from "../support/files.ts";

/** What says left or right: a page from right to left would keep it where it is. `start` and `end` turn with the text. */
const ONE_SIDED = [
  /(?:^|[{;\s])(left|right)\s*:/,
  /(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)/,
  /border-(top|bottom)-(left|right)-radius/,
  /(text-align|float|clear|justify-\w+|transform-origin|background-position)\s*:[^;]*\b(left|right)\b/,
  /\btranslateX\b/,
  // Four values are top, right, bottom, left.
  /\b(inset|margin|padding|border-radius)\s*:\s*[^\s;]+(\s+[^\s;]+){3};/,
];

const oneSided = (css: string): string[] =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .split("\n")
    .filter((line) => ONE_SIDED.some((pattern) => pattern.test(line)));

test("the style sheet knows start and end, not left and right", () => {
  expect(SHEETS.inside.flatMap((file) => oneSided(read(file)))).toEqual([]);
});

test("what it would find", () => {
  const css = [
    "left: 0;",
    "a { right: 1px }",
    "margin-left: 1em;",
    "text-align: right;",
    "float: left;",
    "inset: 0 auto auto 0;",
  ];
  expect(oneSided(css.join("\n"))).toEqual(css);
  expect(oneSided("/* on the left: a */\ninset-inline-start: 0;\ntext-align: end;\nborder-top: 0;")).toEqual([]);
});
