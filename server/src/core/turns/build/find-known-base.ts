import type { LayerDigest } from "../layer/layers.ts";
import type { LoadedBase } from "./base.ts";
import type { BuildContext } from "./build-context.ts";

/**
 * Returns the base that an earlier build of the project used, or of any project if `projectId` is null. Returns null if
 * its layer is not on this machine.
 */
export async function findKnownBase(
  { ports }: Pick<BuildContext, "ports">,
  identity: string,
  projectId: string | null,
): Promise<LoadedBase | null> {
  const snapshot = await ports.store.projectSnapshots.findByBase(identity, projectId);
  const digest = snapshot?.layers[0] as LayerDigest | undefined;
  if (digest === undefined || !snapshot?.base) return null;
  if ((await (await ports.layers()).find(digest)) === null) return null;
  return { layers: [digest], env: snapshot.base.env };
}
