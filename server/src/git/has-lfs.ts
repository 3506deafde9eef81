import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Folders on this machine in which sandboxes search for programs. */
const folders = ["/usr/local/bin", "/usr/bin", "/bin"];

/** Returns true if Git LFS is installed. Checks on each call, because an operator can install it while the server is running. */
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
