import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Where sandboxes look for programs of this machine. */
const folders = ["/usr/local/bin", "/usr/bin", "/bin"];

/** Looks anew each time: an operator installs it while the server runs. */
export function hasLfs(among: readonly string[] = folders): boolean {
  return among.some((folder) => {
    try {
      accessSync(join(folder, "git-lfs"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
