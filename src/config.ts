import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { trustedProxies } from "./auth/address.ts";
import { isReadable, logoKind } from "./brand.ts";

/** One variable of the environment: how it is documented, checked, and what it is when nobody sets it. */
type Variable = { readonly schema: z.ZodType<unknown, string | undefined>; readonly example: string };

const OWN_FRAGMENTS = "src/fragments";
const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1", "[::1]"]);

const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .default(String(fallback))
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);

const oneOf = <const T extends readonly [string, ...string[]]>(choices: T, fallback: T[number]) =>
  z.enum(choices, { error: `must be one of ${choices.join(", ")}` }).default(fallback as never);

const text = (max: number) => z.string().max(max, { error: `must have at most ${max} characters` });

const publicUrl = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: "must be an http or https address",
  })
  .refine((value) => !URL.canParse(value) || new URL(value).pathname === "/", { error: "must not have a path" })
  .transform((value) => new URL(value).origin)
  .optional();

const cidrList = z
  .string()
  .default("")
  .transform((value) => value.split(/[\s,]+/).filter(Boolean))
  .superRefine((entries, context) => {
    try {
      trustedProxies(entries);
    } catch {
      const message = "must be a list of addresses or networks (CIDR), and not everybody";
      context.addIssue({ code: "custom", message });
    }
  });

/** Apart by spaces or commas, which a secret therefore cannot contain. */
const secretList = z
  .string()
  .default("")
  .transform((value) => value.split(/[\s,]+/).filter(Boolean));

const colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, { error: "must be a colour as #rrggbb", abort: true })
  .refine(isReadable, { error: "must be darker: text in this colour could not be read on the light pages (4.5 : 1)" })
  .optional();

const picture = z
  .string()
  .refine((path) => logoKind(path) !== null, { error: "must be the path of an SVG or PNG file of at most 64 KB" })
  .optional();

/** Every variable the program knows, in the order they are documented. A test keeps README and .env.example in step. */
export const VARIABLES = {
  DB_HOST: { schema: text(255).optional(), example: "db.example.org" },
  DB_PORT: { schema: whole(1, 65535, 3306), example: "3306" },
  DB_USER: { schema: text(80).optional(), example: "gatehouse" },
  DB_PASSWORD: { schema: text(1024).default(""), example: "(from a file: DB_PASSWORD_FILE=/run/secrets/db)" },
  DB_DATABASE: { schema: text(64).optional(), example: "gatehouse" },
  DB_SSL: { schema: text(1024).optional(), example: "on" },
  DB_POOL: { schema: whole(1, 500, 16), example: "16" },
  DATA_DIR: { schema: text(1024).default("./data"), example: "./data" },
  HOST: { schema: text(255).default("127.0.0.1"), example: "0.0.0.0" },
  PORT: { schema: whole(1, 65535, 3000), example: "3000" },
  PROCESSES: { schema: whole(1, 64, 1), example: "4" },
  PUBLIC_URL: { schema: publicUrl, example: "https://tools.example.org" },
  APP_NAME: { schema: text(60).default("Gatehouse"), example: "Gatehouse" },
  APP_ACCENT: { schema: colour, example: "#1d4ed8" },
  APP_LOGO: { schema: picture, example: "./logo.svg" },
  APP_SECRET: {
    schema: text(1024)
      .min(32, { error: "must have at least 32 characters" })
      .regex(/^[^\s,]*$/, { error: "must not contain spaces or commas" })
      .optional(),
    example: "$(openssl rand -base64 48)",
  },
  APP_SECRET_PREVIOUS: { schema: secretList, example: "(what APP_SECRET was before, newest first)" },
  SESSION_TIMEOUT: { schema: whole(60, 86_400, 1800), example: "1800" },
  SESSION_LIFETIME: { schema: whole(60, 2_592_000, 43_200), example: "43200" },
  BCRYPT_ROUNDS: { schema: whole(10, 16, 12), example: "12" },
  MFA_POLICY: { schema: oneOf(["required", "admins", "optional"], "required"), example: "required" },
  RESET_PROOF: { schema: oneOf(["totp+recovery", "totp"], "totp+recovery"), example: "totp+recovery" },
  TRUSTED_PROXIES: { schema: cidrList, example: "127.0.0.1, 10.0.0.0/8" },
  AUDIT_DAYS: { schema: whole(0, 36_500, 365), example: "365" },
  LOG_LEVEL: { schema: oneOf(["trace", "debug", "info", "warn", "error", "silent"], "info"), example: "info" },
  FRAGMENTS_DIR: { schema: text(1024).default(OWN_FRAGMENTS), example: "../our-panels" },
} as const satisfies Record<string, Variable>;

type Env = Readonly<Record<string, string | undefined>>;

export type VariableName = keyof typeof VARIABLES;
type Values = { [Name in VariableName]: z.output<(typeof VARIABLES)[Name]["schema"]> };

export type DatabaseTarget =
  | { readonly kind: "sqlite"; readonly file: string }
  | {
      readonly kind: "mysql";
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
      /** `off`, `on` (verified against the system's authorities) or the path of the authority's certificate. */
      readonly ssl: string;
      readonly pool: number;
    };

export type Config = Readonly<{
  database: DatabaseTarget;
  dataDir: string;
  host: string;
  port: number;
  /** Servers that share the port. */
  processes: number;
  /** Origin people use, such as `https://tools.example.org`; null: any loopback name on plain http. */
  publicOrigin: string | null;
  appName: string;
  /** Colour and picture of the installation; null: the house's own. */
  brand: { readonly accent: string | null; readonly logo: string | null };
  /** Null: made once and kept in `dataDir`. */
  appSecret: string | null;
  /** What it was before, newest first: stored data may still need these. */
  appSecretPrevious: readonly string[];
  sessionIdleMs: number;
  sessionLifetimeMs: number;
  bcryptRounds: number;
  mfaPolicy: "required" | "admins" | "optional";
  resetProof: "totp+recovery" | "totp";
  trustedProxies: readonly string[];
  /** How long entries stay in the audit log; 0: for ever. */
  auditDays: number;
  logLevel: "trace" | "debug" | "info" | "warn" | "error" | "silent";
  fragmentsDir: string;
}>;

/** The environment cannot be used; `mistakes` holds one line for each, naming the variable, the fault and an example. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join("\n"));
  }
}

/**
 * Reads and checks the environment. Values are never repeated in a mistake: they may be secrets.
 *
 * @param env one text per variable; `NAME_FILE` names a file that holds the value of `NAME`; empty means not set.
 * @param instead values that come before those of the environment.
 * @throws ConfigError with every mistake found.
 */
export function loadConfig(env: Env = process.env, instead: Partial<Record<VariableName, string>> = {}): Config {
  const mistakes: string[] = [];
  const complain = (name: string, fault: string, example: string = VARIABLES[name as VariableName].example) =>
    mistakes.push(`${name} ${fault}, for example ${name}=${example}`);

  const values = {} as Record<VariableName, unknown>;
  for (const name of Object.keys(VARIABLES) as VariableName[]) {
    const given = readVariable(name in instead ? instead : env, name);
    if ("fault" in given) {
      complain(name, given.fault);
      continue;
    }
    const parsed = VARIABLES[name].schema.safeParse(given.value);
    if (parsed.success) values[name] = parsed.data;
    else complain(name, parsed.error.issues[0]?.message ?? "is wrong");
  }
  if (mistakes.length === 0) checkTogether(values as Values, complain);
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.freeze(toConfig(values as Values));
}

/** Where each variable's value comes from, and what it is; secrets only whether they are set. */
export type VariableState = {
  readonly name: VariableName;
  readonly source: "default" | "environment" | "file";
  /** Null: not set, and there is no default. */
  readonly value: string | null;
};

const SECRET: ReadonlySet<VariableName> = new Set(["APP_SECRET", "APP_SECRET_PREVIOUS", "DB_PASSWORD"]);

/** For the operator to look at; wrong values are shown as "(wrong)". */
export function describeVariables(env: Readonly<Record<string, string | undefined>> = process.env): VariableState[] {
  return (Object.keys(VARIABLES) as VariableName[]).map((name) => {
    const given = readVariable(env, name);
    const source = env[`${name}_FILE`] ? "file" : env[name] ? "environment" : "default";
    const parsed = VARIABLES[name].schema.safeParse("fault" in given ? undefined : given.value);
    const wrong = "fault" in given || !parsed.success;
    return { name, source, value: wrong ? "(wrong)" : shown(name, parsed.data) };
  });
}

function shown(name: VariableName, value: unknown): string | null {
  const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
  if (text === "") return null;
  return SECRET.has(name) ? "(set)" : text;
}

function readVariable(env: Env, name: string): { value: string | undefined } | { fault: string } {
  const value = env[name] || undefined;
  const file = env[`${name}_FILE`] || undefined;
  if (file === undefined) return { value };
  if (value !== undefined) return { fault: `is set twice, also as ${name}_FILE; keep one` };
  try {
    return { value: readFileSync(file, "utf8").replace(/\r?\n$/, "") || undefined };
  } catch {
    return { fault: `cannot be read from the file that ${name}_FILE names` };
  }
}

function checkTogether(values: Values, complain: (name: VariableName, fault: string, example?: string) => void): void {
  if (values.DB_HOST !== undefined) {
    if (values.DB_USER === undefined) complain("DB_USER", "is missing: DB_HOST is set");
    if (values.DB_DATABASE === undefined) complain("DB_DATABASE", "is missing: DB_HOST is set");
    const { DB_SSL } = values;
    if (DB_SSL !== undefined && !["on", "off"].includes(DB_SSL) && !existsSync(DB_SSL))
      complain("DB_SSL", "must be on, off or the path of a certificate file that is there");
  } else {
    // Otherwise a forgotten DB_HOST would quietly start on the embedded database.
    const set = (["DB_USER", "DB_PASSWORD", "DB_DATABASE", "DB_SSL"] as const).find((name) => values[name]);
    if (set !== undefined) complain("DB_HOST", `is missing: ${set} is set`);
  }
  if (values.FRAGMENTS_DIR !== OWN_FRAGMENTS && !isFolder(values.FRAGMENTS_DIR))
    complain("FRAGMENTS_DIR", "names a folder that is not there");
  if (values.APP_SECRET === undefined && values.APP_SECRET_PREVIOUS.length > 0)
    complain("APP_SECRET_PREVIOUS", "is set without APP_SECRET; without both the file in DATA_DIR keeps the old ones");
  if (values.SESSION_LIFETIME < values.SESSION_TIMEOUT)
    complain("SESSION_LIFETIME", "must not be shorter than SESSION_TIMEOUT", String(values.SESSION_TIMEOUT));
  // Without it nobody could tell a form of ours from a form of somebody else's page: every sign-in would be refused.
  if (values.PUBLIC_URL === undefined && !LOOPBACK.has(values.HOST))
    complain("PUBLIC_URL", "is missing: HOST lets other machines in, so say which address people use");
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

function toConfig(values: Values): Config {
  return {
    database: databaseTarget(values),
    dataDir: resolve(values.DATA_DIR),
    host: values.HOST,
    port: values.PORT,
    processes: values.PROCESSES,
    publicOrigin: values.PUBLIC_URL ?? null,
    appName: values.APP_NAME,
    brand: { accent: values.APP_ACCENT ?? null, logo: values.APP_LOGO === undefined ? null : resolve(values.APP_LOGO) },
    appSecret: values.APP_SECRET ?? null,
    appSecretPrevious: values.APP_SECRET_PREVIOUS,
    sessionIdleMs: values.SESSION_TIMEOUT * 1000,
    sessionLifetimeMs: values.SESSION_LIFETIME * 1000,
    bcryptRounds: values.BCRYPT_ROUNDS,
    mfaPolicy: values.MFA_POLICY,
    resetProof: values.RESET_PROOF,
    trustedProxies: values.TRUSTED_PROXIES,
    auditDays: values.AUDIT_DAYS,
    logLevel: values.LOG_LEVEL,
    fragmentsDir: resolve(values.FRAGMENTS_DIR),
  };
}

function databaseTarget(values: Values): DatabaseTarget {
  if (values.DB_HOST === undefined) return { kind: "sqlite", file: resolve(values.DATA_DIR, "gatehouse.db") };
  return {
    kind: "mysql",
    host: values.DB_HOST,
    port: values.DB_PORT,
    user: values.DB_USER ?? "",
    password: values.DB_PASSWORD,
    database: values.DB_DATABASE ?? "",
    // Off this machine the password hashes would cross the network in the clear (ASVS 12.3.1), so TLS is the default.
    ssl: values.DB_SSL ?? (LOOPBACK.has(values.DB_HOST) ? "off" : "on"),
    pool: values.DB_POOL,
  };
}
