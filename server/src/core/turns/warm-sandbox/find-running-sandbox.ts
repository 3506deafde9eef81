import type { TurnsPorts } from "../ports.ts";
import type { WarmSandbox } from "./warm-sandbox.ts";

/**
 * Reason why no program can start in the session's sandbox here. `paused`: the host works on its files. `elsewhere`: it
 * is not running in this process, but may be running in another one, or may be about to start.
 */
export type SandboxAbsence = "paused" | "elsewhere" | "stopped";

/** Returns the session's sandbox if it is running in this process, or the reason why there is none. */
export async function findRunningSandbox(
  { store, warmSandboxes }: Pick<TurnsPorts, "store" | "warmSandboxes">,
  sessionId: string,
): Promise<WarmSandbox | SandboxAbsence> {
  const warm = warmSandboxes.up(sessionId);
  if (warm === "still") return "paused";
  if (warm !== null) return warm;
  const isElsewhere =
    (await store.warmSandboxRecords.find(sessionId)) !== null ||
    (await store.turns.active(sessionId)) !== null;
  return isElsewhere ? "elsewhere" : "stopped";
}
