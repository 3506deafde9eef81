import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";

const systemFolders = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin"];

/** Returns the absolute path of runsc. Throws `sandbox_unavailable` with the fix if runsc is not installed. */
export function getRunsc(folders: readonly string[] = systemFolders): string {
  const found = folders.map((folder) => join(folder, "runsc")).find(isExecutable);
  if (found !== undefined) return found;
  throw new AppError(
    "sandbox_unavailable",
    "The program runsc (gVisor) is missing. Install it (apt-get install runsc, or see https://gvisor.dev/docs/user_guide/install), or unset TEMBO_SANDBOX.",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
