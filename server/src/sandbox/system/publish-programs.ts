import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { publishFile } from "../inside/publish-file.ts";

/**
 * Writes the programs of profile `root` to a folder that every user can read. Returns the folder. Setuid programs have no effect in a sandbox,
 * so `sudo` only runs its command, if necessary as another user. With containers, `podman` adapts the options of
 * containers to the network of the sandbox, and `docker` and `docker-compose` run podman if the system does not contain them.
 */
export async function publishPrograms(folder: string, allowsContainers: boolean): Promise<string> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  for (const [name, file] of Object.entries({ ...programs, ...containerPrograms })) {
    const path = join(folder, name);
    if (allowsContainers || name in programs)
      await publishFile(path, await readFile(new URL(file, import.meta.url)), 0o755);
    else await rm(path, { force: true });
  }
  return folder;
}

const programs = { sudo: "sudo.sh" };
const containerPrograms = { podman: "podman.sh", docker: "docker.sh", "docker-compose": "docker.sh" };
