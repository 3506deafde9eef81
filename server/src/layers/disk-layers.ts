import { mkdir, rename, rmdir } from "node:fs/promises";
import { AppError, type Logger, reason, withReason } from "../core/base/index.ts";
import type {
  FoundText,
  HeldLayers,
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
import { problemOf } from "./choose-format.ts";
import type { LayerOwner } from "./confine/start-confined.ts";
import { createLayer, publish } from "./create-layer.ts";
import { decideEvictions } from "./decide-evictions.ts";
import { findText } from "./find-text.ts";
import type { LayerFormat } from "./formats/format.ts";
import { listMounts, makePrivate, mount, unmount } from "./mounts/mount.ts";
import { ownerOfFolder, packLayer } from "./pack-folders.ts";
import { readFolder } from "./read-folder.ts";
import type { LayerFolders } from "./store/layer-folders.ts";
import { LayerHolds } from "./store/layer-holds.ts";
import { touchRecord } from "./store/layer-record.ts";
import { removeLeftovers, removeMountPoints, removeTree } from "./store/remove-leftovers.ts";
import { StoredLayers, type UsableLayer } from "./store/stored-layers.ts";

export interface DiskLayersOptions {
  readonly folders: LayerFolders;
  readonly owner: LayerOwner | null;
  /** Formats that work on this machine. New layers use the first. */
  readonly formats: readonly [LayerFormat, ...LayerFormat[]];
  readonly reason: string;
  /** Maximum disk space of all complete layers together. Layers in use may exceed it, and layers that are being created do not count. */
  readonly maxBytes: number;
  /** Returns the digests of layers that are not removed even if they exceed the limit. */
  readonly usedLayers?: (() => Promise<readonly string[]>) | undefined;
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
  readonly #holds: LayerHolds;
  readonly #stored: StoredLayers;
  readonly #locks = new KeyedMutex();
  readonly #creations = new Semaphore(maxCreations);

  private constructor(options: DiskLayersOptions) {
    this.#options = options;
    this.#holds = new LayerHolds(options.folders);
    this.#stored = new StoredLayers(options.folders, options.formats, options.log);
    this.format = { name: options.formats[0].name, reason: options.reason };
  }

  /** Opens the layers of a data folder. Removes what dead processes left behind. Throws the errors of the file system. */
  static async open(options: DiskLayersOptions): Promise<DiskLayers> {
    const layers = new DiskLayers(options);
    const { folders, formats } = options;
    await folders.whileProcessesStay(async () => {
      if (formats.some(({ mountArguments }) => mountArguments !== null)) await makePrivate(folders.mounts);
      await removeLeftovers(options);
    });
    return layers;
  }

  add(source: LayerSource, signal: AbortSignal): Promise<Layer> {
    return this.#add(source, signal, async () => {});
  }

  hold(): HeldLayers {
    const held = new Set<LayerDigest>();
    const keep = async (digest: LayerDigest) => {
      if (held.has(digest)) return;
      await this.#holds.add(digest);
      held.add(digest);
    };
    return {
      add: (source, signal) => this.#add(source, signal, keep),
      find: (digest, signal) => this.#findAnd(keep, digest, signal),
      release: async () => {
        for (const digest of held) await this.#locks.run(digest, () => this.#holds.delete(digest));
        held.clear();
      },
    };
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

  async *export(digest: LayerDigest, signal: AbortSignal): AsyncIterable<Buffer> {
    const mounted = await this.mount([digest], signal);
    try {
      yield* packLayer(mounted.folders[0]!, signal);
    } finally {
      await mounted.release();
    }
  }

  async findText(
    folders: readonly WrittenFolder[],
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<FoundText | null> {
    for (const folder of folders) {
      const found = await findText(ownerOfFolder(this.#options.owner, folder), { folder, texts }, signal);
      if (found !== null) return found;
    }
    return null;
  }

  async remove(digest: LayerDigest): Promise<boolean> {
    const removeUnlessHeld = async () => !(await this.#holds.has(digest)) && (await this.#remove(digest));
    const isRemoved = await this.#locks.run(digest, () =>
      this.#options.folders.withFreeLayer(digest, removeUnlessHeld),
    );
    return isRemoved ?? false;
  }

  async evict(kept: LayerDigest | null = null): Promise<readonly LayerDigest[]> {
    const removed: LayerDigest[] = [];
    const used = new Set<string>(await this.#options.usedLayers?.());
    const stored = await this.#stored.list(
      async (digest) =>
        digest === kept ||
        used.has(digest) ||
        (await this.#holds.has(digest)) ||
        (await this.#isInUse(digest)),
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
    await folders.whileProcessesStay(async () => {
      // A mount that something still uses stays until the next start.
      await removeMountPoints(folders.ownMounts).catch(() => {});
      await folders.close();
      // The mount that hides layers from other namespaces belongs to all processes.
      if (await folders.hasOtherProcesses()) return;
      if ((await listMounts()).includes(folders.mounts)) await unmount(folders.mounts);
    });
  }

  /** Adds a layer. Calls `keep` while no process can remove it. */
  async #add(
    source: LayerSource,
    signal: AbortSignal,
    keep: (digest: LayerDigest) => Promise<void>,
  ): Promise<Layer> {
    const layer = await this.#creations.run(() => this.#create(source, signal, keep), signal);
    await this.evict(layer.digest).catch((cause: unknown) =>
      this.#options.log.warn({ reason: reason(cause) }, "layers beyond the limit could not be removed"),
    );
    return layer;
  }

  /** Finds a layer. Calls `keep` while no process can remove it. */
  #findAnd(
    keep: (digest: LayerDigest) => Promise<void>,
    digest: LayerDigest,
    signal: AbortSignal,
  ): Promise<Layer | null> {
    const findAndKeep = async () => {
      const found = await this.find(digest);
      if (found !== null) await keep(digest);
      return found;
    };
    const lock = { kind: "shared", signal } as const;
    return this.#locks.run(digest, () => this.#options.folders.withLayer(digest, lock, findAndKeep), signal);
  }

  async #create(
    source: LayerSource,
    signal: AbortSignal,
    keep: (digest: LayerDigest) => Promise<void>,
  ): Promise<Layer> {
    const { folders, owner, formats, limits } = this.#options;
    const folder = folders.temporary();
    const format = formats[0];
    try {
      const { digest, record } = await createLayer({ owner, format, limits }, source, folder, signal);
      const publishOnce = async () => {
        const existing = await this.#stored.find(digest);
        if (existing !== null) {
          await touchRecord(folders.layer(digest));
          await keep(digest);
          return { digest, bytes: existing.record.bytes };
        }
        if (!(await this.#remove(digest)))
          throw new AppError(
            "unavailable",
            "A damaged layer is still in use. Try again when its sessions have ended.",
          );
        await publish(folder, folders.layer(digest));
        await this.#stored.noteVerified(digest);
        await keep(digest);
        return { digest, bytes: record.bytes };
      };
      const lock = { kind: "exclusive", signal } as const;
      return await this.#locks.run(digest, () => folders.withLayer(digest, lock, publishOnce), signal);
    } finally {
      await removeTree(this.#options.formats, folder);
    }
  }

  #use(digest: LayerDigest, signal: AbortSignal): Promise<Use> {
    const { folders } = this.#options;
    const start = async () => {
      const mountPoint = folders.mountPoint(digest);
      // The folder shows other processes that the layer is in use.
      await mkdir(mountPoint, { recursive: true });
      try {
        const found = await this.#getUsable(digest, signal);
        return await this.#begin(digest, found, signal);
      } catch (cause) {
        await rmdir(mountPoint).catch(() => {});
        throw cause;
      }
    };
    return this.#locks.run(
      digest,
      async () => {
        const existing = this.#uses.get(digest);
        if (existing === undefined) return await folders.withLayer(digest, { kind: "shared", signal }, start);
        await this.#getUsable(digest, signal);
        existing.users += 1;
        return existing;
      },
      signal,
    );
  }

  async #getUsable(digest: LayerDigest, signal: AbortSignal): Promise<UsableLayer> {
    const found = await this.#stored.getVerified(digest, signal);
    await touchRecord(this.#options.folders.layer(digest));
    return found;
  }

  /** Starts the first use of a layer whose bytes are verified. */
  async #begin(digest: LayerDigest, found: UsableLayer, signal: AbortSignal): Promise<Use> {
    const { format, path } = found;
    const mountPoint = this.#options.folders.mountPoint(digest);
    const isMounted = format.mountArguments !== null;
    // A failed unmount may have left the mount of an earlier use.
    if (isMounted && !(await listMounts()).includes(mountPoint))
      await this.#mount(digest, found, mountPoint, signal);
    const use = { users: 1, path: isMounted ? mountPoint : path, firstId: format.firstId, isMounted };
    this.#uses.set(digest, use);
    return use;
  }

  /**
   * Mounts a layer whose bytes are verified. A failure has its reason in the machine, such as a lack of memory or loop devices, unless the
   * machine can mount another layer at the same time.
   */
  async #mount(
    digest: LayerDigest,
    { record, format, path }: UsableLayer,
    mountPoint: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { folders, owner } = this.#options;
    const tryOnce = () => mount(format.mountArguments!, path, mountPoint);
    try {
      await tryOnce();
    } catch (first) {
      const problem = await problemOf(format, owner, folders.temporary());
      signal.throwIfAborted();
      if (problem !== null)
        throw new AppError(
          "unavailable",
          `${withReason(`The machine cannot mount the layer ${digest.slice(0, 19)}`, first)} Try again.`,
          { cause: first },
        );
      await tryOnce().catch(async (cause: unknown) => {
        throw await this.#stored.markBroken(digest, record, withReason("it cannot be mounted", cause));
      });
    }
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

  /**
   * Removes a layer unless it is in use, even if it is held, because the layer that replaces it has the same content. The caller holds its
   * exclusive lock, so that no process starts to use it.
   */
  async #remove(digest: LayerDigest): Promise<boolean> {
    const { folders } = this.#options;
    if (await this.#isInUse(digest)) return false;
    const removed = folders.temporary();
    try {
      await rename(folders.layer(digest), removed);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return true;
      throw cause;
    }
    this.#stored.forget(digest);
    await removeTree(this.#options.formats, removed);
    return true;
  }

  async #isInUse(digest: LayerDigest): Promise<boolean> {
    const { folders } = this.#options;
    if (this.#uses.has(digest) || (await folders.isUsedElsewhere(digest))) return true;
    // A mount that could not be ended is still in use, even if its process is dead.
    return (await listMounts()).some((path) => folders.isMountPointOf(digest, path));
  }
}
