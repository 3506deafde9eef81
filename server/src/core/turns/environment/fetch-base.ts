import type { ProjectSnapshot } from "../../sessions/index.ts";
import type { LayerDigest } from "../layer/layers.ts";
import type { TurnsPorts } from "../ports.ts";
import { findRegistryCredential } from "./registry-credential.ts";

type Ports = Pick<TurnsPorts, "store" | "vault" | "layers" | "images">;

/**
 * Fetches the base layer of an environment again if this machine lacks it, or has a damaged one. Returns true if the
 * layer is here afterward and was not before. Throws the errors of `Images.resolve` and `Layers.add`.
 */
export async function fetchBase(
  ports: Ports,
  organizationId: string,
  { base, layers: digests, recipe }: ProjectSnapshot,
  signal: AbortSignal,
): Promise<boolean> {
  const [digest] = digests as readonly LayerDigest[];
  if (!base?.pinned || digest === undefined) return false;
  const layers = await ports.layers();
  if ((await layers.find(digest)) !== null) return false;
  const credential = await findRegistryCredential(ports, organizationId, recipe.source);
  const image = await ports.images.resolve({ reference: base.pinned, credential }, signal);
  const layer = await layers.add({ kind: "image", layers: image.download(signal), needsGlibc: true }, signal);
  return layer.digest === digest;
}
