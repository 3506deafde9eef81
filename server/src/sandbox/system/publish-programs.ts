import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publish } from "../inside/session-files.ts";

/**
 * Writes the programs of profile `root` to a folder that every user can read. Returns the folder. Setuid programs have no effect in a sandbox,
 * so `sudo` only runs its command, if necessary as another user.
 */
export function publishPrograms(folder: string): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  publish(join(folder, "sudo"), readFileSync(new URL("sudo.sh", import.meta.url)), 0o755);
  return folder;
}
