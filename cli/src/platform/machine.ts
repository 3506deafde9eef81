import { homedir } from "node:os";

/** The properties of this machine on which the client part of the command depends. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** The user's home folder, or null if the user has none. */
  readonly home: string | null;
}

export function thisMachine(): Machine {
  return { platform: process.platform, home: homeFolder() };
}

function homeFolder(): string | null {
  try {
    return homedir() || null;
  } catch {
    // A user ID without an account, as in some containers, has no home folder.
    return null;
  }
}
