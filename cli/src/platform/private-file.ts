import { randomBytes } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Machine } from "./machine.ts";

/**
 * Returns true if other users can read the file. Always returns false on Windows, where files have no mode, and where
 * the access list of the user's folders excludes other users. Throws if the file does not exist.
 */
export function isReadableByOthers(file: string, { platform }: Pick<Machine, "platform">): boolean {
  return platform !== "win32" && (lstatSync(file).mode & 0o077) !== 0;
}

/** Replaces the file atomically, and creates its folder. Other users can never read it. */
export function writePrivateFile(file: string, text: string, { platform }: Pick<Machine, "platform">): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: "wx" });
    // Restores permissions that the umask may have removed.
    if (platform !== "win32") chmodSync(temporary, 0o600);
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
}
