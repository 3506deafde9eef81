import { mkdir, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError, type Logger, withReason } from "../core/base/index.ts";
import type {
  FolderOwner,
  FoundText,
  Layer,
  LayerDigest,
  LayerSource,
  Layers,
  MountedLayers,
  WrittenFolder,
} from "../core/turns/index.ts";
import { KeyedMutex } from "../runtime/keyed-mutex.ts";
import { Semaphore } from "../runtime/semaphore.ts";
import type { AssembleLimits } from "./assemble.ts";
import type { LayerOwner } from "./confine/start-confined.ts";
import { createLayer, publish } from "./create-layer.ts";
import { decideEvictions } from "./decide-evictions.ts";
import { findText } from "./find-text.ts";
import type { LayerFormat } from "./formats/format.ts";
import { listMounts, makePrivate, mount, unmount } from "./mounts/mount.ts";
import { readFolder } from "./read-folder.ts";
import type { LayerFolders } from "./store/layer-folders.ts";
import { touchRecord } from "./store/layer-record.ts";
import { StoredLayers, stateOf, type UsableLayer } from "./store/stored-layers.ts";

export interface DiskLayersOptions {
  readonly folders: LayerFolders;
  readonly owner: LayerOwner | null;
  /** Formats that work on this machine. New layers use the first. */
  readonly formats: readonly [LayerFormat, ...LayerFormat[]];
  readonly reason: string;
  /** Maximum disk space of all layers together. Layers in use may exceed it. */
  readonly maxBytes: number;
  readonly limits: AssembleLimits;
  readonly log: Logger;
}

/** A layer that this process uses. */
interface Use {
  users: number;
  readonly path: string;
  readonly firstId: number | null;
  readonly isMounted: boolean;
}

/** Creating a layer uses about two processors. */
const maxCreations = 2;

/** Layers in folders of this machine, in one of the formats. */
export class DiskLayers implements Layers {
  readonly format: Layers["format"];
  readonly #options: DiskLayersOptions;
  readonly #uses = new Map<LayerDigest, Use>();
  readonly #stored: StoredLayers;
  readonly #locks = new KeyedMutex();
  readonly #creations = new Semaphore(maxCreations);

  private constructor(options: DiskLayersOptions) {
    this.#options = options;
    this.#stored = new StoredLayers(options.folders, options.formats, options.log);
    this.format = { name: options.formats[0].name, reason: options.reason };
  }

  /** Opens the layers of a data folder. Removes what dead processes left behind. Throws the errors of the file system. */
  static async open(options: DiskLayersOptions): Promise<DiskLayers> {
    const layers = new DiskLayers(options);
    const { folders, formats } = options;
    await folders.prepare();
    if (formats.some(({ mountArguments }) => mountArguments !== null)) await makePrivate(folders.mounts);
    await layers.#removeLeftovers();
    return layers;
  }

  async add(source: LayerSource, signal: AbortSignal): Promise<Layer> {
    const layer = await this.#creations.run(() => this.#create(source, signal), signal);
    await this.evict(layer.digest);
    return layer;
  }

  async find(digest: LayerDigest): Promise<Layer | null> {
    const found = await this.#stored.find(digest);
    return found === null ? null : { digest, bytes: found.record.bytes };
  }

  async mount(digests: readonly LayerDigest[], signal: AbortSignal): Promise<MountedLayers> {
    const taken: LayerDigest[] = [];
    const uses: Use[] = [];
    let isReleased = false;
    const release = async () => {
      if (isReleased) return;
      isReleased = true;
      for (const digest of taken) await this.#leave(digest);
    };
    try {
      for (const digest of digests) {
        uses.push(await this.#use(digest, signal));
        taken.push(digest);
      }
    } catch (cause) {
      await release();
      throw cause;
    }
    return { folders: uses.map(({ path, firstId }) => ({ path, firstId })), release };
  }

  async *readFolder(digest: LayerDigest, path: string, signal: AbortSignal): AsyncIterable<Buffer> {
    const mounted = await this.mount([digest], signal);
    try {
      yield* readFolder(mounted.folders[0]!, path, signal);
    } finally {
      await mounted.release();
    }
  }

  findText(
    folders: readonly WrittenFolder[],
    { texts, owner }: { readonly texts: readonly string[]; readonly owner: FolderOwner | null },
    signal: AbortSignal,
  ): Promise<FoundText | null> {
    return findText(this.#options.owner === null ? null : owner, { folders, texts }, signal);
  }

  remove(digest: LayerDigest): Promise<boolean> {
    return this.#locks.run(digest, () => this.#remove(digest));
  }

  async evict(kept: LayerDigest | null = null): Promise<readonly LayerDigest[]> {
    const removed: LayerDigest[] = [];
    const stored = await this.#stored.list(
      async (digest) => digest === kept || (await this.#isInUse(digest)),
    );
    for (const digest of decideEvictions(stored, this.#options.maxBytes))
      if (await this.remove(digest)) removed.push(digest);
    if (removed.length > 0)
      this.#options.log.info({ layers: removed.length }, "removed layers that were not used");
    return removed;
  }

  async close(): Promise<void> {
    for (const digest of [...this.#uses.keys()])
      await this.#locks.run(digest, async () => {
        const use = this.#uses.get(digest);
        if (use !== undefined) await this.#end(digest, use);
      });
    const { folders } = this.#options;
    await folders.removeOwnMounts().catch(() => {});
    if ((await listMounts()).includes(folders.mounts)) await unmount(folders.mounts);
  }

  async #create(source: LayerSource, signal: AbortSignal): Promise<Layer> {
    const { folders, owner, formats, limits } = this.#options;
    const folder = folders.temporary();
    const format = formats[0];
    try {
      const { digest, record } = await createLayer({ owner, format, limits }, source, folder, signal);
      return await this.#locks.run(digest, async () => {
        const existing = await this.#stored.find(digest);
        if (existing !== null) {
          await touchRecord(folders.layer(digest));
          return { digest, bytes: existing.record.bytes };
        }
        if (!(await this.#remove(digest)))
          throw new AppError(
            "unavailable",
            "A damaged layer is still in use. Try again when its sessions have ended.",
          );
        await publish(folder, folders.layer(digest));
        await this.#stored.noteVerified(digest);
        return { digest, bytes: record.bytes };
      });
    } finally {
      await this.#removeTree(folder);
    }
  }

  #use(digest: LayerDigest, signal: AbortSignal): Promise<Use> {
    const { folders } = this.#options;
    return this.#locks.run(
      digest,
      async () => {
        const layer = folders.layer(digest);
        const existing = this.#uses.get(digest);
        const mountPoint = folders.mountPoint(digest);
        // The folder shows other processes that the layer is in use, so it must exist before the layer is read.
        if (existing === undefined) await mkdir(mountPoint, { recursive: true });
        try {
          const found = await this.#stored.getVerified(digest, signal);
          await touchRecord(layer);
          const use = existing ?? (await this.#begin(digest, found));
          use.users += 1;
          return use;
        } catch (cause) {
          if (existing === undefined) await rmdir(mountPoint).catch(() => {});
          throw cause;
        }
      },
      signal,
    );
  }

  async #begin(digest: LayerDigest, { record, format, path }: UsableLayer): Promise<Use> {
    const mountPoint = this.#options.folders.mountPoint(digest);
    const isMounted = format.mountArguments !== null;
    if (format.mountArguments !== null) {
      try {
        // A failed unmount may have left the mount of an earlier use.
        if (!(await listMounts()).includes(mountPoint)) await mount(format.mountArguments, path, mountPoint);
      } catch (cause) {
        throw await this.#stored.markBroken(digest, record, withReason("it cannot be mounted", cause));
      }
    }
    const use = { users: 0, path: isMounted ? mountPoint : path, firstId: format.firstId, isMounted };
    this.#uses.set(digest, use);
    return use;
  }

  #leave(digest: LayerDigest): Promise<void> {
    return this.#locks.run(digest, async () => {
      const use = this.#uses.get(digest);
      if (use === undefined) return;
      use.users -= 1;
      if (use.users === 0) await this.#end(digest, use);
    });
  }

  /** Ends the last use. A mount that something still uses stays until the next use or start. */
  async #end(digest: LayerDigest, use: Use): Promise<void> {
    this.#uses.delete(digest);
    const mountPoint = this.#options.folders.mountPoint(digest);
    if (!use.isMounted || (await unmount(mountPoint))) await rmdir(mountPoint).catch(() => {});
  }

  /** Removes a layer unless it is in use. The caller holds its lock. */
  async #remove(digest: LayerDigest): Promise<boolean> {
    const { folders } = this.#options;
    if (await this.#isInUse(digest)) return false;
    const place = folders.layer(digest);
    const removed = folders.temporary();
    try {
      await rename(place, removed);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return true;
      throw cause;
    }
    // Another process may have started to use the layer before the rename.
    if (await this.#isInUse(digest)) {
      await rename(removed, place);
      return false;
    }
    this.#stored.forget(digest);
    await this.#removeTree(removed);
    return true;
  }

  async #isInUse(digest: LayerDigest): Promise<boolean> {
    const { folders } = this.#options;
    if (this.#uses.has(digest) || (await folders.isUsedElsewhere(digest))) return true;
    // A mount that could not be ended is still in use.
    return (await listMounts()).includes(folders.mountPoint(digest));
  }

  async #removeLeftovers(): Promise<void> {
    const { folders } = this.#options;
    const { temporary, mounts } = await folders.listLeftovers();
    const mounted = await listMounts();
    for (const folder of mounts) {
      for (const path of mounted.filter((one) => one.startsWith(`${folder}/`)))
        await unmount(path).catch(() => false);
      const isFree = !(await listMounts()).some((one) => one.startsWith(`${folder}/`));
      if (isFree) await rm(folder, { recursive: true, force: true });
    }
    for (const folder of temporary) await this.#removeTree(folder);
  }

  /** Removes a folder with a layer, which may be incomplete. */
  async #removeTree(folder: string): Promise<void> {
    for (const { entryName, remove } of this.#options.formats)
      for (const parent of [folder, join(folder, "out")])
        if ((await stateOf(join(parent, entryName))) !== null) await remove(join(parent, entryName));
    await rm(folder, { recursive: true, force: true });
  }
}
