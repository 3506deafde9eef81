import type { LayerDigest } from "../layer/layers.ts";
import type { LoadedBase } from "./base.ts";
import type { BuildContext } from "./build-context.ts";

/**
 * Returns the base that an earlier build of the project used, or of any project if `projectId` is null. Returns null if
 * its layer is not on this machine.
 */
export async function findKnownBase(
  { ports, layers }: Pick<BuildContext, "layers" | "ports">,
  { identity, projectId }: { readonly identity: string; readonly projectId: string | null },
  signal: AbortSignal,
): Promise<LoadedBase | null> {
  const snapshot = await ports.store.projectSnapshots.findByBase(identity, projectId);
  const digest = snapshot?.layers[0] as LayerDigest | undefined;
  if (digest === undefined || !snapshot?.base) return null;
  if ((await layers.find(digest, signal)) === null) return null;
  return { layers: [digest], env: snapshot.base.env };
}
