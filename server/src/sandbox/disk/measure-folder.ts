import { AppError } from "../../core/base/index.ts";
import { measureDisk } from "./measure-disk.ts";

const unbounded = { diskBytes: Number.POSITIVE_INFINITY, files: Number.POSITIVE_INFINITY };

/**
 * Returns the allocated size of a hostile folder that no program uses. Throws `sandbox_unavailable` if it cannot be
 * measured completely.
 */
export async function measureFolder(path: string, signal: AbortSignal): Promise<number> {
  const usage = await measureDisk({ paths: [path], pids: [], bounds: unbounded, signal });
  signal.throwIfAborted();
  if (usage instanceof Error) throw usage;
  if (!usage.isPartial) return usage.bytes;
  throw new AppError(
    "sandbox_unavailable",
    `Measuring ${path} took longer than two minutes. Check the load of the disk.`,
  );
}
