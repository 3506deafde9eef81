import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { publish } from "../inside/session-files.ts";

/**
 * Writes the programs of profile `root` to a folder that every user can read. Returns the folder. Setuid programs have no effect in a sandbox,
 * so `sudo` only runs its command, if necessary as another user. With containers, `podman` adapts the options of
 * containers to the network of the sandbox, and `docker` and `docker-compose` run podman if the system does not contain them.
 */
export function publishPrograms(folder: string, allowsContainers: boolean): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  for (const [name, file] of Object.entries({ ...programs, ...containerPrograms })) {
    const path = join(folder, name);
    if (allowsContainers || name in programs)
      publish(path, readFileSync(new URL(file, import.meta.url)), 0o755);
    else rmSync(path, { force: true });
  }
  return folder;
}

const programs = { sudo: "sudo.sh" };
const containerPrograms = { podman: "podman.sh", docker: "docker.sh", "docker-compose": "docker.sh" };
