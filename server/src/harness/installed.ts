import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LaunchSpec } from "./launch-spec.ts";

export function isInstalled(dir: string, { entry }: LaunchSpec): boolean {
  return existsSync(join(dir, entry));
}

/**
 * True if the harness was installed from the pinned lock file. Compares the pinned file with the copy in the installation, because the lock
 * file can change without the version, for example when an indirect dependency changes.
 */
export function isCurrent(dir: string, spec: LaunchSpec): boolean {
  if (spec.source.type !== "npm" || !isInstalled(dir, spec)) return false;
  return checksumOf(dir) === checksumOf(spec.source.lockDir);
}

interface Known {
  readonly stamp: string;
  readonly checksum: string;
}

/**
 * Checksums by path, with two entries per harness. They are cached, because every request that refers to a harness lists all harnesses, and
 * reading lock files is slow.
 */
const known = new Map<string, Known>();

/** Returns the checksum of the lock file, or null if the file is missing. */
function checksumOf(folder: string): string | null {
  const path = join(folder, "package-lock.json");
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const stamp = `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
  const earlier = known.get(path);
  if (earlier?.stamp === stamp) return earlier.checksum;
  const checksum = createHash("sha256").update(readFileSync(path)).digest("hex");
  known.set(path, { stamp, checksum });
  return checksum;
}
