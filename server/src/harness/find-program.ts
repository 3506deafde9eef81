import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/** As a sandbox has them, which shows these folders of the machine. */
const folders = ["/usr/local/bin", "/usr/bin", "/bin"];

/** The real path of a program on this machine, by an absolute path or by its name in the usual folders; null when there is none. */
export function findProgram(program: string): string | null {
  const places = isAbsolute(program) ? [program] : folders.map((folder) => join(folder, program));
  for (const place of places) {
    try {
      accessSync(place, constants.X_OK);
      if (statSync(place).isFile()) return realpathSync(place);
    } catch {
      // Not there, or not for us to run: the next place may have it.
    }
  }
  return null;
}
