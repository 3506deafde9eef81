import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** Host folders that a sandbox mounts. */
const folders = ["/usr/local/bin", "/usr/bin", "/bin"];

/**
 * Returns a program's real path on this machine, or null if the program is not found. `program` is an absolute path or a name in the standard
 * folders.
 */
export function findProgram(program: string): string | null {
  const places = isAbsolute(program) ? [program] : folders.map((folder) => join(folder, program));
  for (const place of places) {
    try {
      accessSync(place, constants.X_OK);
      if (statSync(place).isFile()) return realpathSync(place);
    } catch {
      // The program is missing here or not executable for this user. The next folder may contain it.
    }
  }
  return null;
}
