import type { SandboxSpec } from "../../core/turns/index.ts";
import type { LimitWatch } from "../limit-watch.ts";
import { type DiskWatchOptions, watchDisk } from "./watch-disk.ts";

/**
 * Enforces a sandbox's disk limits on these folders for its whole lifetime. Calls `endPrograms` at most once, when a limit is reached or the usage can no longer
 * be measured. Afterwards, `limitReached` returns the reason as a sentence, even after the sandbox has stopped. `pids` returns the processes
 * that may have the sandbox's files open.
 */
export function limitDisk(
  paths: readonly string[],
  limits: SandboxSpec["limits"],
  endPrograms: () => void,
  options: Pick<DiskWatchOptions, "pids"> = {},
): LimitWatch {
  let sentence: string | null = null;
  const watching = watchDisk({
    ...options,
    paths,
    limits,
    onExceeded: (reached) => {
      sentence = reached;
      endPrograms();
    },
  });
  return {
    limitReached: () => sentence,
    reachedLimits: () => (sentence === null ? [] : ["disk"]),
    end: () => watching.stop(),
  };
}
