import type { Environment } from "../../sessions/index.ts";
import type { LayerDigest, Layers } from "../layer/layers.ts";
import type { TurnsPorts } from "../ports.ts";
import { ownLayersOf } from "./environment-system.ts";

/** Maximum size of a layer in the blob store, after compression. */
const maxSavedBytes = 8 * 1024 ** 3;

type Ports = Pick<TurnsPorts, "store" | "blobs" | "compression" | "settings" | "clock"> & {
  readonly layers: () => Promise<Pick<Layers, "export">>;
};

/**
 * Saves the layers of an environment that only this machine has, so that others can use it. Does nothing if the machines
 * share no blob store. Throws the errors of `Layers.export` and `Blobs.put`.
 */
export async function saveLayers(
  { store, blobs, compression, settings, clock, layers }: Ports,
  organizationId: string,
  environment: Pick<Environment, "base" | "layers">,
  signal: AbortSignal,
): Promise<void> {
  if (!settings.savesWorkspaces) return;
  for (const digest of ownLayersOf(environment)) {
    if (await store.savedLayers.renew(organizationId, digest, clock.now())) continue;
    const archive = compression.compress((await layers()).export(digest as LayerDigest, signal));
    const options = { maxBytes: maxSavedBytes, signal };
    const blob = await blobs.put({ organizationId, kind: "layer" }, archive, options);
    await store.savedLayers.insert({ organizationId, digest, blobId: blob.id, savedAt: clock.now() });
  }
}
