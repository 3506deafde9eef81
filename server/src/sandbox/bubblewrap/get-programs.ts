import { AppError } from "../../core/base/index.ts";
import { findProgram } from "../processes/find-program.ts";

/** Absolute paths of the host programs that start a sandbox. `setpriv` is null if the server is not root. */
export interface Programs {
  readonly bwrap: string;
  readonly setpriv: string | null;
}

/** Returns the programs. Throws `sandbox_unavailable`, with the name of the package to install, if a program is missing. */
export function getPrograms(folders?: readonly string[]): Programs {
  return {
    bwrap: getProgram("bwrap", "bubblewrap", folders),
    setpriv: process.getuid?.() === 0 ? getProgram("setpriv", "util-linux", folders) : null,
  };
}

function getProgram(name: string, packageName: string, folders: readonly string[] | undefined): string {
  const found = findProgram(name, folders);
  if (found !== null) return found;
  throw new AppError(
    "sandbox_unavailable",
    `The program ${name} is missing. Install it with "apt-get install ${packageName}".`,
  );
}
