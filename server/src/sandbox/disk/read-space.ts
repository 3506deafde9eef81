import type { StatsFs } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import type { Space } from "./decide.ts";

/** File system, with one of the paths in it. */
export interface FileSystem {
  readonly device: number;
  readonly path: string;
}

/** Returns each file system that contains one of the paths. Throws the error of stat(2) if a path is missing. */
export async function findFileSystems(paths: readonly string[]): Promise<readonly FileSystem[]> {
  const byDevice = new Map<number, string>();
  for (const path of paths) byDevice.set((await stat(path)).dev, path);
  return [...byDevice].map(([device, path]) => ({ device, path }));
}

type Reader = (systems: readonly FileSystem[], maxAgeMs: number) => Promise<Space>;

/**
 * Returns a function that reads the space of file systems. Its result may be `maxAgeMs` old, so that the sandboxes on a file system share one
 * reading.
 */
export function shareReadings({
  read = (path) => statfs(path),
  nowMs = () => performance.now(),
}: {
  readonly read?: (path: string) => Promise<Pick<StatsFs, "bsize" | "blocks" | "bavail" | "files" | "ffree">>;
  readonly nowMs?: () => number;
} = {}): Reader {
  const last = new Map<number, { readonly atMs: number; readonly reading: Promise<Space[number]> }>();
  const readAgain = ({ device, path }: FileSystem) => {
    const reading = read(path).then(({ bsize, blocks, bavail, files, ffree }) => ({
      totalBytes: blocks * bsize,
      freeBytes: bavail * bsize,
      totalFiles: files,
      freeFiles: ffree,
    }));
    last.set(device, { atMs: nowMs(), reading });
    reading.catch(() => last.delete(device));
    return reading;
  };
  const readOne = (system: FileSystem, maxAgeMs: number) => {
    const known = last.get(system.device);
    if (known === undefined || nowMs() - known.atMs > maxAgeMs) return readAgain(system);
    // The reading fails if the folder of the other sandbox is gone.
    return known.reading.catch(() => readAgain(system));
  };
  return (systems, maxAgeMs) => Promise.all(systems.map((system) => readOne(system, maxAgeMs)));
}

export const readSpace = shareReadings();
