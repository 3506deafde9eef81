import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Returns the executable files with this name on the PATH, in PATH order. */
export function onPath(name: string): string[] {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .filter(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
