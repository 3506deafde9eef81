import { Semaphore } from "../../../runtime/semaphore.ts";
import { AppError } from "../../base/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** Who touches the workspace from a tool does it alone, one after the other. */
export interface WorkspaceQueue {
  /**
   * While nothing in the sandbox moves: host git on files must not race with programs that may be hostile. Throws `conflict` when one
   * does not stand still.
   */
  still<T>(work: () => Promise<T>): Promise<T>;
  /** While the sandbox goes on, as a program that is started in it must not be one that the others wait for. */
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
            "A program in the sandbox does not stand still. End what runs in the background, then call again.",
          );
        } finally {
          await sandbox.resume();
        }
      }),
    moving: (work) => mutex.run(work),
  };
}
