import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inside } from "./inside.ts";

/** Host paths of the small files that a sandbox gets in place of the host's. */
export interface IdentityFiles {
  readonly passwd: string;
  readonly group: string;
  readonly hosts: string;
  readonly launcher: string;
}

/** Writes them to a folder that the sandbox's user can pass through but not list. */
export function writeIdentityFiles(input: {
  readonly folder: string;
  readonly uid: number;
  readonly gid: number;
  /** Text of the launcher: its own file may lie where the sandbox's user cannot go. */
  readonly launcher: string;
}): IdentityFiles {
  const { folder, uid, gid, launcher } = input;
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  chmodSync(folder, 0o711);
  const user = inside.user;
  return {
    passwd: publish(join(folder, "passwd"), `${user}:x:${uid}:${gid}:${user}:${inside.homePath}:/bin/sh\n`),
    group: publish(join(folder, "group"), `${user}:x:${gid}:\n`),
    hosts: publish(join(folder, "hosts"), `127.0.0.1 localhost ${user}\n::1 localhost\n`),
    launcher: publish(join(folder, "launcher.cjs"), launcher),
  };
}

/** Replaced as a whole: a sandbox that starts meanwhile reads the old or the new text. */
function publish(path: string, text: string): string {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  chmodSync(temporary, 0o644);
  renameSync(temporary, path);
  return path;
}
