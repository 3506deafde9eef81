import { stat } from "node:fs/promises";
import { AppError, reason } from "../../core/base/index.ts";
import type { SandboxLimits } from "../../core/turns/index.ts";
import { runFind } from "./run-find.ts";

export type Bounds = Pick<SandboxLimits, "diskBytes" | "files">;

export interface Usage {
  /** Blocks that are taken, not lengths; a file with several names counts once. */
  readonly bytes: number;
  /** Files, folders and all else that takes an inode. */
  readonly files: number;
  /** At least this is held: the measuring ended when it was over the bounds, or out of time. */
  readonly isPartial: boolean;
}

export interface MeasureInput {
  readonly paths: readonly string[];
  /** Processes that may hold deleted files open. */
  readonly pids: readonly number[];
  /** Measuring ends early above them. */
  readonly bounds: Bounds;
  readonly signal: AbortSignal;
}

/** In what find(1) and stat(2) count blocks, whatever the file system's own are. */
const blockBytes = 512;
const maxMs = 120_000;

/**
 * Measures folders that are hostile, by find(1): it walks by descriptors, so that a folder swapped for a link leads nowhere, goes
 * deeper than the longest path, and stays on its file system. An error says why nothing was measured; files that come and go
 * meanwhile are none.
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

  // A part for each name: that makes a whole, and nothing has to be remembered of a million files.
  const tree = await runFind({
    args: ["-P", ...paths, "-xdev", "-type", "d", "-printf", "1 %b\\n", "-o", "-printf", "%n %b\\n"],
    onLine: ([names, blocks]) => add(Number(blocks) / Number(names), 1 / Number(names)),
    maxMs,
    signal,
  });
  if (tree instanceof Error) return tree;
  if (tree === "ended_early" || pids.length === 0) return usage(tree === "complete");

  // Deleted files live on while a process has them open or mapped, and no walk finds them.
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
      // Shared memory has no name either; it counts as memory.
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

/** As find(1) prints them. */
async function devicesOf(paths: readonly string[]): Promise<ReadonlySet<string> | Error> {
  try {
    return new Set(await Promise.all(paths.map(async (path) => String((await stat(path)).dev))));
  } catch (cause) {
    return new AppError("sandbox_unavailable", reason(cause), { cause });
  }
}
