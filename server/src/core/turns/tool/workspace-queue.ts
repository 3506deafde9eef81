import { Semaphore } from "../../../runtime/semaphore.ts";
import { AppError } from "../../base/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** Serializes the tools that access the workspace. */
export interface WorkspaceQueue {
  /**
   * Runs the work while every program in the sandbox is paused, so that host git cannot race with hostile programs.
   * Throws `conflict` if a program cannot be paused.
   */
  still<T>(work: () => Promise<T>): Promise<T>;
  /** Runs the work without pausing the sandbox, for work that starts a program inside it. */
  moving<T>(work: () => Promise<T>): Promise<T>;
}

export function createWorkspaceQueue(sandbox: Pick<Sandbox, "pause" | "resume">): WorkspaceQueue {
  const mutex = new Semaphore(1);
  return {
    still: (work) =>
      mutex.run(async () => {
        try {
          if (await sandbox.pause()) return await work();
          throw new AppError(
            "conflict",
            "A program in the sandbox could not be paused. Stop the programs that run in the background, then call the tool again.",
          );
        } finally {
          await sandbox.resume();
        }
      }),
    moving: (work) => mutex.run(work),
  };
}
