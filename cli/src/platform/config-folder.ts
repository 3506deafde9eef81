import { posix, win32 } from "node:path";
import type { Machine } from "./machine.ts";

/**
 * Returns the user's configuration folder, or null if it is unknown. An absolute `XDG_CONFIG_HOME` has precedence. The
 * default is `%APPDATA%` on Windows, and `~/.config` on Linux and macOS.
 */
export function configFolder(env: NodeJS.ProcessEnv, { platform, home }: Machine): string | null {
  const isWindows = platform === "win32";
  const { isAbsolute, join } = isWindows ? win32 : posix;
  // The XDG Base Directory Specification requires ignoring relative paths.
  const configured = [env.XDG_CONFIG_HOME, isWindows ? env.APPDATA : undefined].find(
    (folder) => folder !== undefined && isAbsolute(folder),
  );
  if (configured !== undefined) return configured;
  if (home === null) return null;
  return isWindows ? join(home, "AppData", "Roaming") : join(home, ".config");
}
