import type { Machine } from "./machine.ts";

/**
 * Excludes the working directory from the search for programs. Windows otherwise searches it first, so a checkout with
 * a file `git.exe` would replace git. Node.js and its child processes read the variable. `env` is the process's own.
 */
export function restrictProgramSearch(env: NodeJS.ProcessEnv, { platform }: Pick<Machine, "platform">): void {
  if (platform === "win32") env.NoDefaultCurrentDirectoryInExePath = "1";
}
