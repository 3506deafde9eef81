import type { LocalSpec } from "../folders/session-folders.ts";
import type { LimitWatch } from "../limit-watch.ts";
import { type DiskWatchOptions, watchDisk } from "./watch-disk.ts";

/**
 * Enforces the disk limits of one sandbox, from its creation to its end. `endPrograms` is called once when a limit is
 * reached. From then on, `limitReached` returns the message, even after the end. `pids` returns the processes that hold
 * the sandbox's files open.
 */
export function limitDisk(
  spec: Pick<LocalSpec, "workspacePath" | "homePath" | "limits">,
  endPrograms: () => void,
  options: Pick<DiskWatchOptions, "pids"> = {},
): LimitWatch {
  let sentence: string | null = null;
  const watching = watchDisk({
    ...options,
    paths: [spec.workspacePath, spec.homePath],
    limits: spec.limits,
    onExceeded: (reached) => {
      sentence = reached;
      endPrograms();
    },
  });
  return { limitReached: () => sentence, end: () => watching.stop() };
}
