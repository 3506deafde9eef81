import { AppError, type Logger } from "../core/base/index.ts";
import { chooseFormat, type FormatChoice, tryFormats } from "./choose-format.ts";
import type { LayerOwner } from "./confine/start-confined.ts";
import { DiskLayers } from "./disk-layers.ts";
import { LayerFolders } from "./store/layer-folders.ts";

export interface LayersOptions {
  readonly dataDir: string;
  readonly uidBase: number;
  /** Maximum disk space of all layers together. */
  readonly maxBytes: number;
  /** Returns the digests of layers that are not removed even if they exceed the limit. */
  readonly usedLayers?: (() => Promise<readonly string[]>) | undefined;
  readonly log: Logger;
}

/** Maximum number of files in one layer. A large system with its packages has a tenth of it. */
const maxEntries = 2_000_000;
const maxNameBytes = 512 * 1024 ** 2;
/** Maximum size of one layer before compression. */
const maxLayerBytes = 64 * 1024 ** 3;

/**
 * Opens the layers of this machine, in the best format that works. Throws `unavailable`, with what to change, if no format works.
 */
export async function createLayers({
  dataDir,
  uidBase,
  maxBytes,
  usedLayers,
  log,
}: LayersOptions): Promise<DiskLayers> {
  const folders = await LayerFolders.open(dataDir);
  try {
    const owner = layerOwner(uidBase);
    const { formats, reason } = await findFormat(owner, folders);
    const [best, ...others] = formats;
    if (best === undefined) throw new AppError("unavailable", reason);
    return await DiskLayers.open({
      folders,
      owner,
      formats: [best, ...others],
      reason,
      maxBytes,
      usedLayers,
      limits: { maxBytes: Math.min(maxLayerBytes, maxBytes), maxEntries, maxNameBytes },
      log,
    });
  } catch (cause) {
    await folders.close();
    throw cause;
  }
}

async function findFormat(owner: LayerOwner | null, folders: LayerFolders): Promise<FormatChoice> {
  return chooseFormat(await tryFormats(owner, folders.temporary()), owner !== null);
}

/** Returns the reserved IDs, which follow the IDs of sessions and of host git. Returns null if the server is not root. */
export function layerOwner(uidBase: number): LayerOwner | null {
  return process.getuid?.() === 0 ? { firstId: reservedIds(uidBase) } : null;
}

/** Returns the first of the reserved IDs. */
export const reservedIds = (uidBase: number): number => uidBase + 200_000;
