import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/**
 * Returns a Markdown document with the licenses of the packages whose modules are in the site, in the format of Vite's list for the dashboard.
 * Most licenses require that their text accompanies the code. `modules` are the paths of the modules.
 */
export function listLicenses(modules: Iterable<string>): string {
  const folders = new Set<string>();
  for (const module of modules) {
    const folder = packageFolder(module);
    if (folder !== null) folders.add(folder);
  }
  const packages = [...folders].map(readPackage).sort((a, b) => a.name.localeCompare(b.name));
  const parts = packages.map(
    ({ name, version, license, text }) => `## ${name} - ${version} (${license})\n\n${text.trim()}\n`,
  );
  return `# Licenses\n\nThe pages contain code of these packages:\n\n${parts.join("\n")}`;
}

/** Returns the folder of a package below node_modules that contains the module, or null for a module of this repository. */
function packageFolder(module: string): string | null {
  const path = module.replace(/^\0/, "").replace(/\?.*/, "");
  const [, folder] = /^(\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return folder ?? null;
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^license/i.test(entry));
  const text =
    file === undefined
      ? "The package contains no text of its license."
      : readFileSync(join(folder, file), "utf8");
  return { name, version, license, text };
}
