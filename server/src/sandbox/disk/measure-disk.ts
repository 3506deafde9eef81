import { stat } from "node:fs/promises";
import { AppError, reason } from "../../core/base/index.ts";
import type { SandboxLimits } from "../../core/turns/index.ts";
import { runFind } from "./run-find.ts";

export type Bounds = Pick<SandboxLimits, "diskBytes" | "files">;

export interface Usage {
  /** Allocated size, not file length. A file with several hard links in the measured folders counts only once. */
  readonly bytes: number;
  /** Number of files, folders and other entries that use an inode. */
  readonly files: number;
  /** True if the numbers are a lower bound, because the measurement exceeded the bounds, timed out or was aborted. */
  readonly isPartial: boolean;
}

export interface MeasureInput {
  readonly paths: readonly string[];
  /** Processes that may have deleted files open. */
  readonly pids: readonly number[];
  /** Values above which the measurement stops early. */
  readonly bounds: Bounds;
  readonly signal: AbortSignal;
}

/** Block size of find(1) and stat(2), independent of the file system's own block size. */
const blockBytes = 512;
const maxMs = 120_000;

/**
 * Measures hostile folders with find(1), and deleted files on the same file systems that the processes have open. find walks by file
 * descriptors, so it never follows a link that replaces a folder. It supports paths of any length and does not leave the file system. Returns an
 * error if the usage cannot be measured. Files that appear or disappear during the measurement do not cause an error.
 */
export async function measureDisk({ paths, pids, bounds, signal }: MeasureInput): Promise<Usage | Error> {
  const sum = { blocks: 0, files: 0, isOver: false };
  const add = (blocks: number, files: number) => {
    sum.blocks += blocks;
    sum.files += files;
    sum.isOver = sum.blocks * blockBytes > bounds.diskBytes || sum.files > bounds.files;
    return !sum.isOver;
  };
  const usage = (isComplete: boolean) => ({
    bytes: Math.round(sum.blocks * blockBytes),
    files: Math.round(sum.files),
    isPartial: !isComplete,
  });

  // Each hard link counts as a fraction of its file. The fractions add up to 1, so the function need not remember a million files.
  const tree = await runFind({
    args: ["-P", ...paths, "-xdev", "-type", "d", "-printf", "1 %b\\n", "-o", "-printf", "%n %b\\n"],
    onLine: ([names, blocks]) => add(Number(blocks) / Number(names), 1 / Number(names)),
    maxMs,
    signal,
  });
  if (tree instanceof Error) return tree;
  if (tree === "ended_early" || pids.length === 0) return usage(tree === "complete");

  // A deleted file uses space while a process has it open or mapped, but find does not see it in the folders.
  const devices = await devicesOf(paths);
  if (devices instanceof Error) return devices;
  const seen = new Set<string>();
  const deleted = await runFind({
    args: [
      ...["-L", ...pids.flatMap((pid) => [`/proc/${pid}/fd`, `/proc/${pid}/map_files`]), "-maxdepth", "1"],
      ...["-type", "f", "-links", "0", "-printf", "%D %i %b\\n"],
    ],
    onLine: ([device, inode, blocks]) => {
      const file = `${device} ${inode}`;
      // Shared memory also has no name, but it counts toward the memory limit.
      if (!devices.has(device!) || seen.has(file)) return true;
      seen.add(file);
      return add(Number(blocks), 1);
    },
    maxMs,
    signal,
    mayBeEmpty: true,
  });
  return deleted instanceof Error ? deleted : usage(deleted === "complete");
}

/** Returns the device numbers of the paths in the format of find(1). */
async function devicesOf(paths: readonly string[]): Promise<ReadonlySet<string> | Error> {
  try {
    return new Set(await Promise.all(paths.map(async (path) => String((await stat(path)).dev))));
  } catch (cause) {
    return new AppError("sandbox_unavailable", reason(cause), { cause });
  }
}
