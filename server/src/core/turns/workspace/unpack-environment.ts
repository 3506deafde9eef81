import type { Environment } from "../../sessions/index.ts";
import { setupLayerOf } from "../environment/environment-system.ts";
import { layerFolders } from "../environment/layer-folders.ts";
import type { Layers } from "../layer/layers.ts";
import type { TurnsPorts } from "../ports.ts";
import { type UnpackPlace, unpackFolders } from "./unpack-folders.ts";

/** Unpacks an environment's workspace and HOME. Throws the errors of `Layers.readFolder` and of `unpackFolders`. */
export async function unpackEnvironment(
  ports: Pick<TurnsPorts, "sandboxes"> & { readonly layers: () => Promise<Pick<Layers, "readFolder">> },
  environment: Pick<Environment, "layers">,
  place: UnpackPlace,
  signal: AbortSignal,
): Promise<void> {
  const digest = setupLayerOf(environment);
  const stored = await ports.layers();
  await unpackFolders(
    ports,
    (folder) => stored.readFolder(digest, layerFolders[folder], signal),
    place,
    signal,
  );
}
