import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LayerDigest } from "../../core/turns/index.ts";
import { isNameOfRunning, nameOfProcess } from "./process-name.ts";

/**
 * Folders of the layers in the data folder. Only the server's user can enter them:
 * - `store/HEX/`: a complete layer, with its record.
 * - `new/PROCESS-RANDOM/`: a layer that is being created or removed.
 * - `mounts/PROCESS/HEX/`: a layer that this process uses.
 */
export class LayerFolders {
  readonly mounts: string;
  readonly #root: string;
  readonly #process: string;

  constructor(dataDir: string) {
    this.#root = join(dataDir, "layers");
    this.mounts = join(this.#root, "mounts");
    this.#process = nameOfProcess(process.pid)!;
  }

  async prepare(): Promise<void> {
    for (const folder of [this.#root, this.storeFolder, this.#newFolder, this.mounts, this.#ownMounts]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
    }
  }

  get storeFolder(): string {
    return join(this.#root, "store");
  }

  layer(digest: LayerDigest): string {
    return join(this.storeFolder, hexOf(digest));
  }

  mountPoint(digest: LayerDigest): string {
    return join(this.#ownMounts, hexOf(digest));
  }

  /** Returns the path of a new folder that the next start removes if this process dies. */
  temporary(): string {
    return join(this.#newFolder, `${this.#process}-${randomBytes(8).toString("hex")}`);
  }

  async listStored(): Promise<readonly LayerDigest[]> {
    const names = await readdir(this.storeFolder);
    return names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map((hex): LayerDigest => `sha256:${hex}`);
  }

  /** Returns the temporary folders and the folders of mounts that dead processes left behind. */
  async listLeftovers(): Promise<{
    readonly temporary: readonly string[];
    readonly mounts: readonly string[];
  }> {
    const deadIn = async (folder: string) =>
      (await readdir(folder)).filter((name) => !isNameOfRunning(name)).map((name) => join(folder, name));
    return { temporary: await deadIn(this.#newFolder), mounts: await deadIn(this.mounts) };
  }

  /** True if another running process uses the layer. */
  async isUsedElsewhere(digest: LayerDigest): Promise<boolean> {
    for (const name of await readdir(this.mounts)) {
      if (name === this.#process || !isNameOfRunning(name)) continue;
      const used: readonly string[] = await readdir(join(this.mounts, name)).catch(() => []);
      if (used.includes(hexOf(digest))) return true;
    }
    return false;
  }

  async removeOwnMounts(): Promise<void> {
    await rm(this.#ownMounts, { recursive: true, force: true });
  }

  get #newFolder(): string {
    return join(this.#root, "new");
  }

  get #ownMounts(): string {
    return join(this.mounts, this.#process);
  }
}

const hexOf = (digest: LayerDigest) => digest.slice("sha256:".length);
