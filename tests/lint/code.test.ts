import { describe, expect, test } from "bun:test";
import { type Found, search, searchIn, sourceFiles } from "./search.ts";

/*
 * What must not be written, wherever it is written. Each ban names what it is good for, the places that are allowed and
 * why, and a sample that proves that the search would find it.
 */
type Ban = {
  readonly pattern: string;
  readonly sample: string;
  /** Kept only when this says so; a pattern cannot count or calculate. */
  readonly unless?: (found: Found) => boolean;
  /** Allowed files, each with the reason. */
  readonly allowed?: Readonly<Record<string, string>>;
};

/** Statement texts are made of constants: names in capitals, whole numbers, a fixed count of question marks. */
const CONSTANT_PART = /^[A-Z][A-Z_]*(\.\w+| [+-] 1|\.map\(\(\) => "\?"\)\.join\(", "\))?$/;
/** Parts that look like data and are none, by file. */
const FIXED_PARTS: Readonly<Record<string, { readonly parts: readonly string[]; readonly why: string }>> = {
  "src/store/audit-pages.ts": { parts: ["by", "rows", "most"], why: "chosen from a table of texts; numbers of ours" },
  "src/store/audit-log.ts": {
    parts: ['recent("ip = ? AND event = ?", BOUND.fromAddress)', 'recent("event = ?", BOUND.inAll)'],
    why: "two fixed conditions",
  },
  "src/store/people-list.ts": {
    parts: [
      ...["columns", "index", "condition", "order", 'FACETS.map((n) => piece + n).join(" UNION ALL ")'],
      'order.replaceAll(/\\b(id|username_key|signed_in_at)\\b/g, "u.$1")',
    ],
    why: "put together once at start, for each order and direction there is",
  },
  "src/store/session-gatherer.ts": { parts: ["placeholders(size)"], why: "question marks, for a few fixed sizes" },
  "src/db/mysql-connection.ts": { parts: ["setting"], why: "settings of ours, without parameters in MySQL" },
};

/** Attributes with fixed names, put together a few lines above their element. */
const FIXED_ATTRIBUTES = /^\.\.\.(aria|fetching|to\(number\)|linkTo\(context, .*\))$/s;
const spreadsOf = (element: string): string[] =>
  [...element.matchAll(/\{(\.\.\.(?:[^{}]|\{[^{}]*\})*)\}/g)].map(([, spread = ""]) => spread.trim());

const SECRET_NAME = /(secret|token|hash|digest|password|code|hmac|tag|signature)s?$/i;
const HARMLESS = /^(null|undefined|""|''|typeof .*|-?\d+|true|false|"[A-Z_]+")$/;

const BANS: Record<string, Ban> = {
  "HTML that is not escaped": {
    pattern:
      'or { `raw($...)`, `dangerouslySetInnerHTML`, JsxAttribute() as $a where { $a <: r"dangerouslySetInnerHTML.*" } }',
    sample: "export const v = <p dangerouslySetInnerHTML={{ __html: x }}>{raw(x)}</p>;",
    allowed: { "src/routes/fragments/run.tsx": "puts into the page what JSX has just rendered, escaped already" },
  },
  "HTML written by scripts": {
    pattern: or(
      ...["`$_.innerHTML = $_`", "`$_.outerHTML = $_`", "`$_.insertAdjacentHTML($...)`", "`document.write($...)`"],
      ...["`$_.setHTMLUnsafe($...)`", "`$_.createContextualFragment($...)`", "`$_.parseFromString($...)`"],
      ...["`$_.srcdoc = $_`", "`createPolicy($...)`", "`$_.createPolicy($...)`"],
    ),
    sample: "el.innerHTML = x; el.insertAdjacentHTML('beforeend', x); trustedTypes.createPolicy('p', {});",
  },
  "attributes from data": {
    // A component takes what its props allow; an element takes every attribute, event handlers and hx-on included.
    pattern: "or { JsxOpeningElement(), JsxSelfClosingElement() }",
    sample: "export const v = <div {...props}>x</div>;",
    unless: ({ text }) =>
      !/^<[a-z][a-z0-9-]*[\s/>]/.test(text) || spreadsOf(text).every((spread) => FIXED_ATTRIBUTES.test(spread)),
  },
  "chance that can be foretold": {
    pattern: or("`Math.random`", "`crypto.pseudoRandomBytes($...)`"),
    sample: "const id = Math.random();",
    allowed: { "src/db/mysql-pool.ts": "spreads out retries after a conflict" },
  },
  "UUIDs, which are no secrets": {
    pattern: "or { `randomUUID($...)`, `crypto.randomUUID($...)` }",
    sample: "const token = crypto.randomUUID();",
    allowed: {
      "src/identify.ts": "numbers requests",
      "src/serve.ts": "tells one start from the next while developing",
    },
  },
  "code from text": {
    pattern: or(
      "`eval($...)`",
      "`new Function($...)`",
      "`Function($...)`",
      "`vm.$_($...)`",
      "`new AsyncFunction($...)`",
    ),
    sample: "eval(x); new Function(x)();",
  },
  "timers that read code from text": {
    pattern: "or { `setTimeout($code, $...)`, `setInterval($code, $...)` } ",
    sample: "setTimeout('go()', 1); setTimeout(`x`, 1);",
    unless: ({ text }) => !/^set(Timeout|Interval)\(\s*["'`]/.test(text),
  },
  "other programs": {
    pattern: or(
      ...["`Bun.spawn($...)`", "`Bun.spawnSync($...)`", "`exec($...)`", "`execFile($...)`", "`spawn($...)`"],
      'JsModuleSource() as $m where { $m <: r".*child_process.*|.*node:vm.*|.*bun:ffi.*" }',
    ),
    sample: 'import { exec } from "node:child_process"; Bun.spawn(["ls"]);',
    allowed: {
      "src/dev.ts": "starts the server again after a change, while developing; no request gets here",
      "src/processes.ts": "starts this program several times, with its own arguments; no request gets here",
    },
  },
  "logging past the log": {
    pattern: or("`console.$_($...)`"),
    sample: "console.log(password);",
  },
  "SQL with data in its text": {
    pattern: "JsTemplateExpression()",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the very thing to be found
    sample: "db.run(`delete from users where id = ${id}`); const s = `SELECT a FROM b ORDER BY ${column}`;",
    unless: ({ file, text }) => !isSql(text) || partsOf(text).every((part) => isFixed(file, part)),
  },
  "SQL put together with +": {
    pattern: "JsBinaryExpression()",
    sample: 'db.run("SELECT a FROM b WHERE c = " + name);',
    unless: ({ text }) => !/^["'`]\s*(SELECT|INSERT|UPDATE|DELETE)\b[^"'`]*["'`]\s*\+/i.test(text),
  },
  "secrets compared character by character": {
    pattern: or("`$a === $b`", "`$a !== $b`", "`$a == $b`", "`$a != $b`"),
    sample: "if (user.passwordHash === given.hash) go(); if (token != stored) stop();",
    unless: ({ text }) => !comparesSecrets(text),
    allowed: {
      "src/factors.ts": "the two new passwords the same person typed into one form",
      "src/routes/account/password.tsx": "the old and the new password, both typed into one form",
      "src/db/migrate.ts": "checksums of our own migrations",
    },
  },
  "otplib's verdict as true or false": {
    // It answers an object, which is true even when the code is wrong.
    pattern: "or { `verifySync($...)`, `verify($...)`, `authenticator.check($...)`, `totp.verify($...)` }",
    sample: "if (verifySync({ secret, token: code })) signIn();",
    allowed: { "src/auth/totp.ts": "the one place, which reads `valid`: see tests/auth/totp.test.ts" },
  },
  "weak hashes and ciphers": {
    pattern: or(
      "`createHash($how)`",
      "`createHmac($how, $_)`",
      "`createCipheriv($how, $...)`",
      "`createDecipheriv($how, $...)`",
    ),
    sample: 'createHash("md5"); createCipheriv("aes-256-ecb", key, null);',
    unless: ({ text }) => /^create(Hash|Hmac)\(\s*"sha256"|^create(C|Dec)ipheriv\(\s*"aes-256-gcm"/.test(text),
  },
  "ciphers outside the one box": {
    pattern: "or { `createCipheriv($...)`, `createDecipheriv($...)`, `crypto.subtle.$_($...)` }",
    sample: 'createCipheriv("aes-256-gcm", key, nonce);',
    allowed: { "src/auth/secret-box.ts": "the box" },
  },
  "what the browser keeps": {
    pattern: "or { `localStorage`, `sessionStorage`, `indexedDB`, `caches` }",
    sample: "localStorage.setItem('token', token);",
  },
  "cookies read by scripts": {
    pattern: "`document.cookie`",
    sample: "const all = document.cookie;",
  },
  "messages between windows": {
    pattern: or("`$_.postMessage($...)`", "`postMessage($...)`"),
    sample: "window.parent.postMessage(x, '*');",
    allowed: {
      "src/auth/hash-pool.ts": "to the program's own threads",
      "src/auth/bcrypt-worker.ts": "from the program's own threads",
    },
  },
  "requests to elsewhere": {
    pattern: or("`fetch($...)`", "`new WebSocket($...)`", "`new XMLHttpRequest($...)`", "`navigator.sendBeacon($...)`"),
    sample: "fetch('https://example.org');",
    allowed: { "static/session-end.ts": "asks this server how long the session still lasts" },
  },
};

function or(...patterns: string[]): string {
  return `or { ${patterns.join(", ")} }`;
}

function isSql(text: string): boolean {
  return (
    /^`\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|SET|WHERE|ORDER BY|AND|UNION)\b/.test(text) ||
    /^`\s*(select\b.*\bfrom|insert\s+into|update\b.*\bset|delete\s+from)\b/is.test(text)
  );
}

/** What stands between `${` and its `}`. */
function partsOf(template: string): string[] {
  const parts: string[] = [];
  for (let from = template.indexOf("${"); from >= 0; from = template.indexOf("${", from)) {
    let depth = 1;
    let end = from + 2;
    for (; depth > 0 && end < template.length; end++) depth += { "{": 1, "}": -1 }[template[end]!] ?? 0;
    parts.push(template.slice(from + 2, end - 1));
    from = end;
  }
  return parts;
}

const isFixed = (file: string, part: string): boolean =>
  CONSTANT_PART.test(part) || (FIXED_PARTS[file]?.parts.includes(part) ?? false);

function comparesSecrets(text: string): boolean {
  const [left = "", right = ""] = text.split(/\s*[!=]==?\s*/);
  return [left, right].some((side) => SECRET_NAME.test(side)) && ![left, right].some((side) => HARMLESS.test(side));
}

const patterns = Object.fromEntries(Object.entries(BANS).map(([name, { pattern }]) => [name, pattern]));
const everything = search(patterns, sourceFiles());
const hits = (name: string, found: readonly Found[]) =>
  found.filter((place) => place.rule === name && !BANS[name]!.unless?.(place));

describe("nowhere in the code is", () => {
  for (const [name, { allowed = {} }] of Object.entries(BANS)) {
    test(name, () => {
      const places = hits(name, everything).filter(({ file }) => !(file in allowed));
      expect(places.map(({ file, line, text }) => `${file}:${line} ${text.slice(0, 200)}`)).toEqual([]);
    });
  }
});

describe("it would be found:", () => {
  const samples = Object.values(BANS).map(({ sample }, i) => [`src/sample-${i}.tsx`, sample] as const);
  const planted = searchIn(patterns, Object.fromEntries(samples));
  for (const [i, name] of Object.keys(BANS).entries()) {
    test(name, () => {
      const statements = BANS[name]!.sample.split(";").filter((part) => part.trim() !== "").length;
      const found = hits(name, planted).filter(({ file }) => file === `src/sample-${i}.tsx`);
      expect(found.length).toBeGreaterThanOrEqual(Math.min(statements, 2));
    });
  }
});

test("every exception is still needed", () => {
  const stale = Object.entries(BANS).flatMap(([name, { allowed = {} }]) => {
    const files = new Set(hits(name, everything).map(({ file }) => file));
    return Object.keys(allowed).filter((file) => !files.has(file));
  });
  expect(stale).toEqual([]);
  const parts = everything.filter(({ rule }) => rule === "SQL with data in its text");
  const unused = Object.entries(FIXED_PARTS).flatMap(([file, fixed]) => {
    const used = new Set(parts.filter((place) => place.file === file).flatMap(({ text }) => partsOf(text)));
    return fixed.parts.filter((part) => !used.has(part)).map((part) => `${file}: ${part}`);
  });
  expect(unused).toEqual([]);
});
