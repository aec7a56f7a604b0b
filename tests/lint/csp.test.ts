import { afterAll, expect, test } from "bun:test";
import { CspEvaluator, STRICTCSP_CHECKS } from "csp_evaluator";
import { Severity } from "csp_evaluator/dist/finding.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import { openApp } from "../support/app.ts";

/*
 * Google's CSP Evaluator reads the policy as an attacker would. https://csp-evaluator.withgoogle.com
 */
const t = await openApp();
afterAll(() => t.close());

const policyOf = async (path: string) => (await t.browser().get(path)).headers.get("Content-Security-Policy") ?? "";

/** Everything the evaluator thinks an attacker could use; its hints about old browsers and style are not among them. */
function weaknesses(policy: string): string[] {
  const { csp } = new CspParser(policy);
  const findings = new CspEvaluator(csp).evaluate();
  const serious = findings.filter(({ severity }) => severity <= Severity.MEDIUM_MAYBE);
  return serious.map(({ directive, value, description }) => `${directive} ${value ?? ""}: ${description}`);
}

/**
 * "'self' can be problematic if you host JSONP, AngularJS or user uploaded files": we host three files of our own, and
 * every other address answers HTML or nothing, with nosniff (tests/headers.test.ts, tests/assets.test.ts).
 */
const KNOWN = /^script-src 'self': 'self' can be problematic/;

test.each(["/", "/login", "/reset", "/nowhere", "/healthz"])("the policy of %s has no weakness", async (path) => {
  const policy = await policyOf(path);
  expect(policy).not.toBe("");
  expect(weaknesses(policy).filter((weakness) => !KNOWN.test(weakness))).toEqual([]);
});

test("the policy asks for Trusted Types, which stop script in text that becomes HTML", async () => {
  const { csp } = new CspParser(await policyOf("/login"));
  expect(csp.directives["require-trusted-types-for"]).toEqual(["'script'"]);
  const missing = new CspEvaluator(csp).evaluate([], STRICTCSP_CHECKS).map(({ directive }) => directive);
  expect(missing).not.toContain("require-trusted-types-for");
});

test.each([
  "script-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'",
  "script-src 'self' https:; object-src 'none'; base-uri 'none'",
  "script-src 'self' data:; object-src 'none'; base-uri 'none'",
  "default-src 'self'; base-uri 'none'; script-src 'self' 'unsafe-eval' 'nonce-abc'",
  "script-src 'nonce-abc'; object-src 'none'",
  "script-src 'self'; base-uri 'none'",
])("a weak policy is found: %s", (policy) => {
  expect(weaknesses(policy).filter((weakness) => !KNOWN.test(weakness))).not.toEqual([]);
});
