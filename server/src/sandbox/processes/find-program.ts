import { accessSync, constants } from "node:fs";
import { join } from "node:path";

/** Folders with the programs of the operating system. The PATH of the server does not change them. */
export const systemFolders: readonly string[] = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/** Returns the absolute path of a program, or null if no folder has it. */
export function findProgram(name: string, folders = systemFolders): string | null {
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
