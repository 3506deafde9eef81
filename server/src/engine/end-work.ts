import type { Ports } from "../core/ports.ts";
import type { RunningWork } from "./running-work.ts";

export interface EndedParts {
  readonly ports: Pick<Ports, "warmSandboxes" | "log">;
  /** Turns, jobs and builds. */
  readonly running: readonly Pick<RunningWork, "handBack" | "abandon">[];
}

/**
 * Ends all work of this process, because other workers continue it. Then terminates the programs of turns that did not end
 * in time.
 */
export async function endWork({ ports, running }: EndedParts, how: "handBack" | "abandon"): Promise<void> {
  await Promise.all(running.map((work) => work[how](ports.log)));
  await ports.warmSandboxes.endUsed();
}
