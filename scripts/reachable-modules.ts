import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const imported =
  /^\s*(?:import|export)\s(?!type\b)[^;]*?from\s+"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;
const packages = ["contract", "server", "sdk", "cli", "e2e"];

/**
 * Returns a function that returns every module that a file loads when it runs, including modules in workspace packages.
 * File paths are relative to `root`. Packages and Node modules have the names in the imports.
 */
export function reachableModules(root: string): (file: string) => ReadonlySet<string> {
  const known = new Map<string, readonly string[]>();
  const exported = new Map(packages.flatMap((folder) => exportsOf(root, folder)));
  const importsOf = (file: string): readonly string[] => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const path = join(root, file);
    const text = /\.tsx?$/.test(file) && existsSync(path) ? readFileSync(path, "utf8") : "";
    const found = [...text.matchAll(imported)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic!);
    const modules = found.map((name) =>
      name.startsWith(".") ? normalize(join(dirname(file), name)) : (exported.get(name) ?? name),
    );
    known.set(file, modules);
    return modules;
  };
  return (file) => {
    const seen = new Set<string>();
    const waiting = [file];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      for (const module of importsOf(next))
        if (!seen.has(module)) {
          seen.add(module);
          waiting.push(module);
        }
    return seen;
  };
}

/** Returns the names of a package's exports, with their files. */
function exportsOf(root: string, folder: string): [name: string, file: string][] {
  const path = join(root, folder, "package.json");
  if (!existsSync(path)) return [];
  const { name, exports = {} } = JSON.parse(readFileSync(path, "utf8"));
  return Object.entries(exports as Record<string, string>).map(([key, file]) => [
    `${name}${key.slice(1)}`,
    normalize(join(folder, file)),
  ]);
}
