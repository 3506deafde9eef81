import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";

/** Absolute paths of the host programs that start a sandbox. `setpriv` is null if the server is not root. */
export interface Programs {
  readonly bwrap: string;
  readonly setpriv: string | null;
}

const systemFolders = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/** Returns the programs. Throws `sandbox_unavailable`, with the name of the package to install, if a program is missing. */
export function getPrograms(folders: readonly string[] = systemFolders): Programs {
  return {
    bwrap: getProgram("bwrap", "bubblewrap", folders),
    setpriv: process.getuid?.() === 0 ? getProgram("setpriv", "util-linux", folders) : null,
  };
}

function getProgram(name: string, packageName: string, folders: readonly string[]): string {
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found !== undefined) return found;
  throw new AppError(
    "sandbox_unavailable",
    `The program ${name} is missing. Install it with "apt-get install ${packageName}".`,
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
