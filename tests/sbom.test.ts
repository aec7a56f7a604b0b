import { describe, expect, test } from "bun:test";
import { read } from "./support/files.ts";

type Locked = {
  version: string;
  integrity?: string;
  resolved?: string;
  license?: string;
  dev?: boolean;
  link?: boolean;
};
type Component = {
  name: string;
  version: string;
  hashes?: { alg: string; content: string }[];
  licenses?: { license: { id: string } }[];
};

const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
const bom = JSON.parse(read("sbom.cdx.json")) as { components: Component[]; specVersion: string };

/** Name and entry of every package but the project itself; a package may be there in two versions. */
const packages = Object.entries(lock.packages)
  .filter(([path]) => path !== "")
  .map(([path, locked]) => ({ name: path.split("node_modules/").at(-1)!, ...locked }));
const production = packages.filter(({ dev }) => dev !== true);

const sha512 = (integrity = "") => Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
const known = (name: string, version: string, hash: string | undefined) => `${name}@${version} ${hash}`;

describe("sbom.cdx.json", () => {
  test("lists what the lock file installs in production, version and content alike", () => {
    const listed = bom.components.map(({ name, version, hashes }) => known(name, version, hashes?.[0]?.content));
    const locked = production.map(({ name, version, integrity }) => known(name, version, sha512(integrity)));
    const message = "not fresh: npm run sbom";
    expect([message, [...new Set(listed)].sort()]).toEqual([message, [...new Set(locked)].sort()]);
  });

  test("names a licence for each, one that lets anybody use and change it", () => {
    const free = new Set(["MIT", "ISC", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"]);
    const others = bom.components.filter(({ licenses }) => !licenses?.every(({ license }) => free.has(license.id)));
    expect(others.map(({ name, licenses }) => `${name}: ${JSON.stringify(licenses)}`)).toEqual([]);
    expect(bom.components.filter(({ licenses }) => licenses === undefined)).toEqual([]);
  });
});

describe("the lock file", () => {
  test("knows every package by its content, never by an address", () => {
    const bad = packages.filter(
      ({ integrity, resolved }) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? "") || resolved,
    );
    expect(bad.map(({ name }) => name)).toEqual([]);
  });

  test.each([
    // Below these are published weaknesses: mysql2 GHSA-3f6p-5ww8-9rcr and -rgwj-5xj2-c3m3, hono CVE-2026-47674 to -47676.
    ["hono", "4.13.5"],
    ["mysql2", "3.23.1"],
    // Before 13 a code's neighbours are counted in steps, later in seconds: the same number would mean another window.
    ["otplib", "13.5.0"],
    ["bun", "1.4.5"],
    ["htmx.org", "4.0.1"],
    ["zod", "4.6.0"],
    ["bcryptjs", "3.0.3"],
  ])("has %s at %s or newer", (name, floor) => {
    const versions = packages.filter((locked) => locked.name === name).map(({ version }) => version);
    expect(versions).not.toEqual([]);
    for (const version of versions) expect([version, Bun.semver.order(version, floor) >= 0]).toEqual([version, true]);
  });

  test("has no package that downloads or builds when installed, but Bun", () => {
    const scripts = packages.filter((locked) => "hasInstallScript" in locked && locked.dev !== true);
    expect([...new Set(scripts.map(({ name }) => name))]).toEqual(["bun"]);
  });
});
