import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly workspaces?: readonly string[];
}

/** Throws if a workspace has another version than the root. The packages get the root's version, and their files the one of a workspace. */
export function requireSameVersions(root: string): void {
  const read = (folder: string): Manifest =>
    JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const { version, workspaces = [] } = read("");
  const others = workspaces.map(read).filter((manifest) => manifest.version !== version);
  if (others.length === 0) return;
  const listed = others.map((manifest) => `${manifest.name}@${manifest.version}`).join(", ");
  throw new Error(`These workspaces do not have the version ${version} of package.json: ${listed}.`);
}
