/**
 * Writes sbom.cdx.json: what runs in production, as npm reads it from the lock file (CycloneDX 1.5).
 *
 *   npm run sbom
 *
 * What would differ at every run or on every machine is left out, so that the file changes only when packages do.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, read } from "./files.ts";

type Component = { name: string; version: string; "bom-ref": string; licenses?: unknown };
type Bom = {
  serialNumber?: string;
  metadata: { timestamp?: string; component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
};

const command = ["npm", "sbom", "--package-lock-only", "--sbom-format=cyclonedx", "--sbom-type=application"];
const { stdout, stderr, exitCode } = Bun.spawnSync(command, { cwd: ROOT });
if (exitCode !== 0) throw new Error(stderr.toString());
const bom = JSON.parse(stdout.toString()) as Bom;

delete bom.serialNumber;
delete bom.metadata.timestamp;
// npm takes the folder's name.
bom.metadata.component.name = "gatehouse";
const production = productionPackages();
bom.components = bom.components.filter(({ name, version }) => production.has(`${name}@${version}`));
const refs = new Set([bom.metadata.component, ...bom.components].map((component) => component["bom-ref"]));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn?.filter((needed) => refs.has(needed)) ?? [] }));
for (const component of bom.components) component.licenses ??= await licencesOf(component.name);
writeFileSync(join(ROOT, "sbom.cdx.json"), `${JSON.stringify(withoutEmpty(bom), null, 1)}\n`);

/** `npm sbom --omit=dev` would also leave out what both a tool and the program need. */
function productionPackages(): Set<string> {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { version: string; dev?: boolean }>;
  };
  const entries = Object.entries(packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  return new Set(entries.map(([path, { version }]) => `${path.split("node_modules/").at(-1)}@${version}`));
}

/** The lock file leaves out what the registry's short form leaves out; the package itself has it. */
async function licencesOf(name: string): Promise<unknown> {
  const { license } = await Bun.file(join(ROOT, "node_modules", name, "package.json")).json();
  // The one package that does not use the list's name of its licence.
  return [{ license: { id: license === "BSD-0-Clause" ? "0BSD" : license } }];
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([, part]) => !Array.isArray(part) || part.length > 0);
  return Object.fromEntries(kept.map(([key, part]) => [key, withoutEmpty(part)]));
}
