import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxSystem } from "../../core/turns/index.ts";

/** Returns the folder of all systems of a session. */
export const systemsIn = (ownPath: string): string => join(ownPath, "system");

/**
 * Returns the folder of a session's system. Changes belong to the layers below them. With other layers or owners, files would appear that
 * no program wrote.
 */
export function systemIn(
  ownPath: string,
  { layers, profile }: Pick<SandboxSystem, "layers" | "profile">,
): string {
  const name = createHash("sha256").update(JSON.stringify([layers, profile]));
  return join(systemsIn(ownPath), name.digest("hex").slice(0, 16));
}

/**
 * Returns the folder in which an overlay stores the changes of a system, that for its temporary files, and that of the images of containers.
 * The latter is outside the overlay, because an overlay cannot store its changes in another one.
 */
export const changesIn = (system: string) => ({
  upper: join(system, "changes", "upper"),
  work: join(system, "changes", "work"),
  containers: join(system, "changes", "containers"),
});

/**
 * Returns the folders of the changes and the images of a session's systems, which count toward its disk limit. Includes those that the
 * current sandbox does not use: the session keeps its images if its project no longer allows containers, and its changes if it runs without
 * its environment.
 */
export async function listChanges(ownPath: string): Promise<readonly string[]> {
  const systems = systemsIn(ownPath);
  if (!existsSync(systems)) return [];
  const folders = (await readdir(systems)).flatMap((name) => {
    const { upper, containers } = changesIn(join(systems, name));
    return [upper, containers];
  });
  return folders.filter((folder) => existsSync(folder));
}
