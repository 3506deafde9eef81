import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inside } from "./arguments.ts";

/** Host paths of the small files that a sandbox gets in place of the host's. */
export interface IdentityFiles {
  readonly passwd: string;
  readonly group: string;
  readonly hosts: string;
  readonly launcher: string;
}

/** Writes them to a folder that the sandbox's user can pass through but not list. */
export async function writeIdentityFiles(input: {
  readonly folder: string;
  readonly uid: number;
  readonly gid: number;
  /** Text of the launcher: its own file may lie where the sandbox's user cannot go. */
  readonly launcher: string;
}): Promise<IdentityFiles> {
  const { folder, uid, gid, launcher } = input;
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await chmod(folder, 0o711);
  const user = inside.user;
  const [passwd, group, hosts, launcherPath] = await Promise.all([
    publish(join(folder, "passwd"), `${user}:x:${uid}:${gid}:${user}:${inside.homePath}:/bin/sh\n`),
    publish(join(folder, "group"), `${user}:x:${gid}:\n`),
    publish(join(folder, "hosts"), `127.0.0.1 localhost ${user}\n::1 localhost\n`),
    publish(join(folder, "launcher.cjs"), launcher),
  ]);
  return { passwd, group, hosts, launcher: launcherPath };
}

/** Replaced as a whole: a sandbox that starts meanwhile reads the old or the new text. */
async function publish(path: string, text: string): Promise<string> {
  const temporary = `${path}.${process.pid}-${process.hrtime.bigint()}`;
  await writeFile(temporary, text);
  await chmod(temporary, 0o644);
  await rename(temporary, path);
  return path;
}
