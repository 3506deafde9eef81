import type { Bounds, Usage } from "./measure-disk.ts";

/** Capacity and free space of each file system. `totalFiles` is 0 if the file system does not count inodes. */
export type Space = readonly {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly totalFiles: number;
  readonly freeFiles: number;
}[];

const gib = 1024 ** 3;
const graceBytes = 64 * 1024 ** 2;
const graceFiles = 1_000;
const maxOverdraft = 1.5;
/** Factor by which the interval of a sandbox grows whose programs write nothing. */
const maxIdleFactor = 6;

/**
 * Returns the effective limits of a sandbox. A sandbox that starts above its limit may still grow slightly, because programs need some
 * space even to delete files. The result is at most 1.5 times the limit, so that repeated restarts do not bypass the limit.
 */
export function boundsFrom(limits: Bounds, first: Usage): Bounds {
  const highest = highestBounds(limits);
  const allow = (limit: number, found: number, grace: number, most: number) =>
    found > limit ? Math.min(found + grace, most) : limit;
  return {
    diskBytes: allow(limits.diskBytes, first.bytes, graceBytes, highest.diskBytes),
    files: allow(limits.files, first.files, graceFiles, highest.files),
  };
}

export function highestBounds({ diskBytes, files }: Bounds): Bounds {
  return { diskBytes: Math.floor(diskBytes * maxOverdraft), files: Math.floor(files * maxOverdraft) };
}

/** Returns a message if the usage exceeds the limits, or null if it does not. */
export function usageVerdict(usage: Usage, allowed: Bounds, limits: Bounds): string | null {
  if (usage.bytes > allowed.diskBytes) {
    return `The disk limit of ${inGb(limits.diskBytes)} for the session's files is reached: they use ${usage.isPartial ? "more than " : ""}${inGb(usage.bytes)}. Delete files that are not needed, or raise TEMBO_SANDBOX_DISK_GB.`;
  }
  if (usage.files > allowed.files) {
    return `The limit of ${limits.files.toLocaleString("en")} files and folders of the session is reached. Delete files that are not needed, or raise TEMBO_SANDBOX_MAX_FILES.`;
  }
  return null;
}

/** Returns a message if a file system has nearly no free space or inodes, regardless of the cause, or null if all have enough. */
export function spaceVerdict(space: Space, reservedBytes?: number): string | null {
  for (const { totalBytes, freeBytes, totalFiles, freeFiles } of space) {
    const reserved = reservedBytes ?? Math.min(gib, totalBytes * 0.02);
    if (freeBytes < reserved) {
      return `The disk of this machine is nearly full: ${inGb(freeBytes)} of ${inGb(totalBytes)} are free. Free space on it, or move TEMBO_DATA_DIR to a larger disk.`;
    }
    if (totalFiles > 0 && freeFiles < Math.min(10_000, totalFiles * 0.02)) {
      return `The disk of this machine has almost no free inodes: ${freeFiles} of ${totalFiles} are left. Delete files on it, or move TEMBO_DATA_DIR to another disk.`;
    }
  }
  return null;
}

/**
 * Returns a message if both of the following conditions are true, or null if not. First, two consecutive measurements found files in flight
 * between programs, which cannot be measured. Second, the file systems have lost more space since `start` than the sandbox may still use. The
 * second condition alone is not sufficient, because other programs may have used that space.
 */
export function hiddenVerdict(start: Space, last: Measurement | null, now: Measurement): string | null {
  const { usage, bounds, space, inFlight } = now;
  const lostBytes = total(start, "freeBytes") - total(space, "freeBytes");
  const staysUnderWay = inFlight > 0 && last !== null && last.inFlight > 0;
  if (!staysUnderWay || lostBytes <= bounds.diskBytes - usage.bytes) return null;
  return `The disk limit for the session's files cannot be enforced: ${inFlight} open files are in transit in sockets, where their size is not visible, while the disk lost ${inGb(lostBytes)}. Receive these files, or close the sockets.`;
}

export interface Measurement {
  readonly usage: Usage;
  readonly bounds: Bounds;
  /** Number of open files in flight between programs. */
  readonly inFlight: number;
  /** Number of measurements before this one that found the same usage without interruption. */
  readonly unchanged: number;
  /** Free space before the measurement. */
  readonly space: Space;
  readonly endedAtMs: number;
  readonly tookMs: number;
}

/**
 * Returns the time at which the next measurement is due, on the same clock as `endedAtMs`. The folders cannot have grown by more than the
 * free space that the file systems lost. A measurement becomes urgent when this loss reaches half of the space that remained below the
 * limit. The other half is a margin for space that other programs freed in the meantime. As long as the usage does not change, the interval
 * doubles, up to six times `measureEveryMs`.
 */
export function whenToMeasure(last: Measurement, now: Space, measureEveryMs: number): number {
  const { usage, bounds, space, endedAtMs, tookMs, unchanged } = last;
  const lostBytes = total(space, "freeBytes") - total(now, "freeBytes");
  const lostFiles = total(space, "freeFiles") - total(now, "freeFiles");
  const isUrgent =
    lostBytes * 2 >= bounds.diskBytes - usage.bytes || lostFiles * 2 >= bounds.files - usage.files;
  const intervalMs = measureEveryMs * Math.min(2 ** unchanged, maxIdleFactor);
  // The pauses prevent the measurement of a large tree from using a whole core.
  return endedAtMs + (isUrgent ? tookMs : Math.max(intervalMs, 10 * tookMs));
}

/** Returns the `unchanged` of a measurement that found this usage. */
export function countUnchanged(last: Measurement | null, { bytes, files }: Usage): number {
  return last !== null && last.usage.bytes === bytes && last.usage.files === files ? last.unchanged + 1 : 0;
}

function total(space: Space, key: "freeBytes" | "freeFiles"): number {
  return space.reduce((sum, system) => sum + system[key], 0);
}

function inGb(bytes: number): string {
  const inUnit = (unit: number) => Number((bytes / unit).toPrecision(3)).toLocaleString("en");
  return bytes >= gib / 10 ? `${inUnit(gib)} GB` : `${inUnit(1024 ** 2)} MB`;
}
