import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workspaces } from "./contents.ts";
import { type Manifest, runNpm, writePinnedTree } from "./pinned-tree.ts";

/**
 * Returns a CycloneDX document with all packages of the command: those that npm installs with it, and those that the files of the dashboard and of
 * the documentation contain. Uses `scratch` for temporary files.
 */
export function createCommandSbom(root: string, manifest: Manifest, scratch: string): string {
  const web = JSON.parse(readFileSync(join(root, "web/package.json"), "utf8"));
  const isWorkspace = (name: string) => name === "@tembo-io/sdk";
  const bundled = Object.entries(web.dependencies).filter(([name]) => !isWorkspace(name));
  const described = {
    ...manifest,
    dependencies: { ...manifest.dependencies, ...Object.fromEntries(bundled) },
  };
  // npm uses the path of the folder as the name of the package.
  const folder = join(scratch, manifest.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify(described));
  writePinnedTree(root, folder, [...workspaces, "web"]);
  return addComponents(createPackageSbom(folder, "application"), siteComponents(root));
}

interface Component {
  readonly "bom-ref": string;
}

/** Returns the packages in the files of the documentation, from the list of their licenses. */
function siteComponents(root: string): Component[] {
  const licenses = readFileSync(join(root, "site/dist/licenses.md"), "utf8");
  return [...licenses.matchAll(/^## (\S+) - (\S+) \((.+)\)$/gm)].map(([, name, version, id]) => ({
    "bom-ref": `${name}@${version}`,
    type: "library",
    name,
    version,
    purl: `pkg:npm/${name!.replace("@", "%40")}@${version}`,
    licenses: [{ license: { id } }],
  }));
}

/** Adds the components that a CycloneDX document does not have yet. */
function addComponents(text: string, added: readonly Component[]): string {
  const document = JSON.parse(text) as { readonly components: Component[] };
  const known = new Set(document.components.map((component) => component["bom-ref"]));
  document.components.push(...added.filter((component) => !known.has(component["bom-ref"])));
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Returns a CycloneDX document with the packages in the lockfile of a folder. */
export function createPackageSbom(folder: string, type: "application" | "library"): string {
  return runNpm(folder, ["sbom", "--sbom-format=cyclonedx", `--sbom-type=${type}`, "--package-lock-only"]);
}
