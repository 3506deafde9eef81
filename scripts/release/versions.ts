import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * Throws if a workspace has another version than the root, or requires another version of a workspace. The packages get
 * the root's version, and their files the one of a workspace. npm fetches a workspace from the registry if its version
 * differs from the required one, and the name of the SDK belongs to others there.
 */
export function requireSameVersions(root: string): void {
  const read = (folder: string): Manifest =>
    JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const { version, workspaces = [] } = read("");
  const manifests = workspaces.map(read);
  const names = new Set(manifests.map(({ name }) => name));
  const others = manifests.flatMap(({ name, version: own, dependencies, devDependencies }) => [
    ...(own === version ? [] : [`${name}@${own}`]),
    ...Object.entries({ ...dependencies, ...devDependencies })
      .filter(([dependency, required]) => names.has(dependency) && required !== version)
      .map(([dependency, required]) => `${dependency}@${required} in ${name}`),
  ]);
  if (others.length === 0) return;
  throw new Error(
    `These workspaces do not have the version ${version} of package.json: ${others.join(", ")}.`,
  );
}
