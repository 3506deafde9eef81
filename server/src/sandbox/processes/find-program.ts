import { accessSync, constants } from "node:fs";
import { join } from "node:path";

const systemFolders = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/** Returns the absolute path of a program, or null if no folder has it. */
export function findProgram(name: string, folders: readonly string[] = systemFolders): string | null {
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
