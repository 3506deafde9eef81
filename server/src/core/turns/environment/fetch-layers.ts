import { AppError, asSentence, withReason } from "../../base/index.ts";
import type { ProjectSnapshot, Session } from "../../sessions/index.ts";
import type { LayerDigest, Layers } from "../layer/layers.ts";
import type { TurnsPorts } from "../ports.ts";
import { ownLayersOf } from "./environment-system.ts";
import { findRegistryCredential } from "./registry-credential.ts";

type Ports = Pick<TurnsPorts, "store" | "vault" | "images" | "blobs"> & {
  readonly layers: () => Promise<Pick<Layers, "find" | "add">>;
};

/** Errors after which a saved layer cannot be used again. */
const unusable: ReadonlySet<string> = new Set(["not_found", "layer_broken"]);

/**
 * Fetches the layers of an environment that this machine lacks, or has damaged: the base from its registry, and the others
 * from the blob store. Returns true if a layer is here afterward and was not before. Throws the errors of `Images.resolve`,
 * `Layers.add` and `Blobs.get`.
 */
export async function fetchLayers(
  ports: Ports,
  organizationId: string,
  snapshot: ProjectSnapshot,
  signal: AbortSignal,
): Promise<boolean> {
  const hasBase = await fetchBase(ports, organizationId, snapshot, signal);
  let hasOwn = false;
  for (const digest of ownLayersOf(snapshot))
    if (await fetchSaved(ports, organizationId, digest, signal)) hasOwn = true;
  return hasBase || hasOwn;
}

/**
 * Does what `fetchLayers` does, after a session could not use an environment on this machine. Throws an error with the code of
 * that problem if the layers cannot be fetched, because this code decides what follows.
 */
export async function fetchAgain(
  ports: Ports,
  {
    session,
    snapshot,
    problem,
  }: {
    readonly session: Pick<Session, "organizationId">;
    readonly snapshot: ProjectSnapshot;
    readonly problem: AppError;
  },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return await fetchLayers(ports, session.organizationId, snapshot, signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof AppError)) throw cause;
    const sentence = `${asSentence(problem)} ${withReason("Its layers could not be fetched", cause)}`;
    throw new AppError(problem.code, sentence, { cause: problem });
  }
}

async function fetchBase(
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

async function fetchSaved(
  { store, blobs, layers: open }: Ports,
  organizationId: string,
  digest: LayerDigest,
  signal: AbortSignal,
): Promise<boolean> {
  const layers = await open();
  if ((await layers.find(digest)) !== null) return false;
  const blobId = await store.savedLayers.find(organizationId, digest);
  if (blobId === null) return false;
  try {
    // The archive stays compressed, because the confined program that reads it decompresses it.
    const archive = blobs.get(organizationId, blobId, signal);
    const layer = await layers.add({ kind: "layer", archive }, signal);
    if (layer.digest === digest) return true;
    throw new AppError(
      "layer_broken",
      "The saved layer of the environment differs from the layer that was built. Build the environment again.",
    );
  } catch (cause) {
    if (cause instanceof AppError && unusable.has(cause.code))
      await store.savedLayers.delete(organizationId, digest, blobId);
    throw cause;
  }
}
