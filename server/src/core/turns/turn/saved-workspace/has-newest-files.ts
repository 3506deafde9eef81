import type { TurnsPorts } from "../../ports.ts";

/** True unless another machine is recorded as the one that has the session's newest files. */
export async function hasNewestFiles(
  { store, settings }: Pick<TurnsPorts, "store" | "settings">,
  sessionId: string,
): Promise<boolean> {
  const known = await store.savedWorkspaces.find(sessionId);
  return known === null || known.machineId === settings.machineId;
}
