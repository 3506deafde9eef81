import { mkdir, rmdir } from "node:fs/promises";
import type { LayerDigest } from "../../core/turns/index.ts";
import type { LayerFolders } from "./layer-folders.ts";

/** Layers that this process keeps although it does not use them yet. The caller of `add` and `delete` excludes other calls for the layer. */
export class LayerHolds {
  readonly #folders: LayerFolders;
  readonly #holders = new Map<LayerDigest, number>();

  constructor(folders: LayerFolders) {
    this.#folders = folders;
  }

  async add(digest: LayerDigest): Promise<void> {
    // The folder shows other processes that the layer is held.
    await mkdir(this.#folders.holdMark(digest), { recursive: true });
    this.#holders.set(digest, (this.#holders.get(digest) ?? 0) + 1);
  }

  async delete(digest: LayerDigest): Promise<void> {
    const left = this.#holders.get(digest)! - 1;
    if (left > 0) {
      this.#holders.set(digest, left);
      return;
    }
    this.#holders.delete(digest);
    await rmdir(this.#folders.holdMark(digest)).catch(() => {});
  }

  /** True if this or another running process holds the layer. */
  async has(digest: LayerDigest): Promise<boolean> {
    return this.#holders.has(digest) || (await this.#folders.isHeldElsewhere(digest));
  }
}
