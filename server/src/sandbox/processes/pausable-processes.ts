import type { Sandbox } from "../../core/turns/index.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { goOn, residentBytes, standStill } from "./stand-still.ts";

/** Part of a sandbox that pauses its programs. */
export type Pausing = Pick<Sandbox, "pause" | "resume" | "memoryBytes">;

/** Pauses the processes that `list` returns from the host, which they cannot prevent. */
export function pausableProcesses(list: () => readonly ProcessIdentity[]): Pausing {
  const stopped = new Map<number, ProcessIdentity>();
  return {
    pause: () => standStill(list, stopped),
    resume: async () => goOn(stopped),
    memoryBytes: async () => residentBytes(list()),
  };
}
