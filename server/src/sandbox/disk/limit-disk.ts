import type { SandboxSpec } from "../../core/ports/sandbox.ts";
import { pidsOfUser } from "./pids-of-user.ts";
import { type DiskWatchOptions, watchDisk } from "./watch-disk.ts";

/**
 * The disk limits of one sandbox, from its creation to its end. `endPrograms` is called once, when one is reached, and
 * `limitReached` tells the sentence from then on, also after the end.
 */
export function limitDisk(
  spec: Pick<SandboxSpec, "workspacePath" | "homePath" | "limits">,
  uid: number,
  endPrograms: () => void,
  options: Pick<DiskWatchOptions, "pids" | "lookEveryMs" | "measureEveryMs" | "reservedBytes"> = {},
): { limitReached(): string | null; end(): Promise<void> } {
  let sentence: string | null = null;
  const watching = watchDisk({
    paths: [spec.workspacePath, spec.homePath],
    limits: spec.limits,
    // Not root: the sandbox's user is our own, whose open files are not the sandbox's.
    ...(process.getuid?.() === 0 && { pids: () => pidsOfUser(uid) }),
    ...options,
    onExceeded: (reached) => {
      sentence = reached;
      endPrograms();
    },
  });
  return { limitReached: () => sentence, end: () => watching.stop() };
}
