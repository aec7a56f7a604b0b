import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, loadConfig, VARIABLES } from "#src/config.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function mistakes(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

test("nothing needs to be set", () => {
  const config = loadConfig({});
  expect(config.database.kind).toBe("sqlite");
  expect([config.host, config.port, config.appName]).toEqual(["127.0.0.1", 3000, "Gatehouse"]);
  expect([config.sessionIdleMs, config.sessionLifetimeMs]).toEqual([1_800_000, 43_200_000]);
  expect(Object.isFrozen(config)).toBe(true);
});

test("four variables point it at MySQL; the others have their defaults", () => {
  const env = { DB_HOST: "localhost", DB_USER: "gatehouse", DB_PASSWORD: "p", DB_DATABASE: "gatehouse" };
  expect(loadConfig(env).database).toEqual({
    kind: "mysql",
    host: "localhost",
    port: 3306,
    user: "gatehouse",
    password: "p",
    database: "gatehouse",
    ssl: "off",
    pool: 16,
  });
  expect(loadConfig({ ...env, DB_HOST: "db.example.org" }).database).toMatchObject({ ssl: "on" });
});

describe("a mistake is one line that names the variable, what is wrong and an example", () => {
  const wrong: [string, string, RegExp][] = [
    ["PORT", "0", /^PORT must be a whole number from 1 to 65535, for example PORT=3000$/],
    ["PORT", "3000.5", /^PORT must be/],
    ["PORT", "1e3", /^PORT must be/],
    ["BCRYPT_ROUNDS", "9", /^BCRYPT_ROUNDS must be a whole number from 10 to 16/],
    ["MFA_POLICY", "never", /^MFA_POLICY must be one of required, admins, optional/],
    ["APP_SECRET", "short", /^APP_SECRET must have at least 32 characters/],
    ["PUBLIC_URL", "tools.example.org", /^PUBLIC_URL must be an http or https address/],
    ["PUBLIC_URL", "https://example.org/tools", /^PUBLIC_URL must not have a path/],
    ["TRUSTED_PROXIES", "0.0.0.0/0", /^TRUSTED_PROXIES must be a list of addresses .* not everybody/],
    ["TRUSTED_PROXIES", "10.0.0.0/33", /^TRUSTED_PROXIES must be a list of addresses/],
    ["DB_HOST", "localhost", /^DB_USER is missing: DB_HOST is set/],
    ["DB_DATABASE", "gatehouse", /^DB_HOST is missing: DB_DATABASE is set/],
    ["DB_SSL", "on", /^DB_HOST is missing: DB_SSL is set/],
    ["FRAGMENTS_DIR", "./nowhere", /^FRAGMENTS_DIR names a folder that is not there/],
    ["FRAGMENTS_DIR", "./package.json", /^FRAGMENTS_DIR names a folder that is not there/],
    ["HOST", "0.0.0.0", /^PUBLIC_URL is missing/],
    ["APP_ACCENT", "red", /^APP_ACCENT must be a colour as #rrggbb, for example APP_ACCENT=#1d4ed8$/],
    ["APP_ACCENT", "#1d4ed8; } body { display: none", /^APP_ACCENT must be a colour/],
    ["APP_ACCENT", "#ffcc00", /^APP_ACCENT must be darker: .* \(4\.5 : 1\), for example/],
    ["APP_LOGO", "/no/such/file.svg", /^APP_LOGO must be the path of an SVG or PNG file of at most 64 KB/],
    ["APP_LOGO", "package.json", /^APP_LOGO must be the path/],
    [
      "SESSION_LIFETIME",
      "600",
      /^SESSION_LIFETIME must not be shorter than SESSION_TIMEOUT, for example SESSION_LIFETIME=1800$/,
    ],
  ];
  for (const [name, value, line] of wrong)
    test(`${name}=${value}`, () => {
      expect(mistakes({ [name]: value })[0]).toMatch(line);
    });

  test("all of them at once, and never with the value", () => {
    const lines = mistakes({ PORT: "canary", APP_SECRET: "canary", MFA_POLICY: "canary" });
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toContain("canary");
  });
});

describe("NAME_FILE", () => {
  test("gives any variable from a file, its last line break left out", () => {
    for (const name of Object.keys(VARIABLES)) {
      const file = join(folder, name);
      writeFileSync(file, "\n");
      expect(mistakes({ [`${name}_FILE`]: file })).toEqual([]);
    }
    const file = join(folder, "secret");
    writeFileSync(file, `${"s3cret".repeat(6)}\n`);
    expect(loadConfig({ APP_SECRET_FILE: file }).appSecret).toBe("s3cret".repeat(6));
  });

  test("is refused beside NAME, and when the file is not there", () => {
    expect(mistakes({ PORT: "3000", PORT_FILE: "/x" })[0]).toStartWith("PORT is set twice");
    expect(mistakes({ PORT_FILE: join(folder, "none") })[0]).toStartWith("PORT cannot be read from the file");
  });
});
