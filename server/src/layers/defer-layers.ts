import type { Layers } from "../core/turns/index.ts";
import { createLayers, type LayersOptions, reservedIds } from "./create-layers.ts";
import type { DiskLayers } from "./disk-layers.ts";

/** Layers that are opened on first use. */
export interface DeferredLayers extends Pick<Layers, "mount" | "close"> {
  /** Host ID that owns the files of ID 0 on disk, if the server is root. */
  readonly firstId: number;
  /** Opens the layers, once. Throws the errors of `createLayers`, and tries again on the next call. */
  open(): Promise<DiskLayers>;
}

/** Returns the layers of this machine without opening them, because a server without projects needs no trial of the formats. */
export function deferLayers(options: LayersOptions): DeferredLayers {
  let opened: Promise<DiskLayers> | undefined;
  const open = () => {
    opened ??= createLayers(options).catch((cause: unknown) => {
      opened = undefined;
      throw cause;
    });
    return opened;
  };
  return {
    firstId: reservedIds(options.uidBase),
    open,
    mount: async (digests, signal) => (await open()).mount(digests, signal),
    close: async () => {
      const layers = await opened?.catch(() => null);
      await layers?.close();
    },
  };
}
