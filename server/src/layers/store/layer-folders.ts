import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, realpath, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../core/base/index.ts";
import type { LayerDigest } from "../../core/turns/index.ts";
import { type FileLockOptions, lockFile } from "../../file-lock/file-lock.ts";
import { ProcessNames } from "../../file-lock/process-names.ts";

export interface Leftovers {
  /** Folders in `new`, which may contain mounts and incomplete layers. */
  readonly temporary: readonly string[];
  /** Folders in `mounts`, which contain mount points only. */
  readonly mounts: readonly string[];
}

const folderNames = ["store", "new", "mounts", "users", "locks"] as const;
type Paths = Readonly<Record<(typeof folderNames)[number], string>>;

const processesLock = "processes";
/** Another process may verify a large layer, or remove what a dead one left behind. */
const maxWaitMs = 600_000;

/**
 * Folders of the layers in the data folder. Only the server's user can enter them. Several processes, also of other containers, can use them
 * at the same time. Each has a random name:
 * - `store/HEX/`: a complete layer, with its record.
 * - `new/NAME-RANDOM/`: a layer that is being created or removed.
 * - `mounts/NAME/HEX/`: a layer that a process uses.
 * - `mounts/NAME/held-HEX/`: a layer that a process keeps, such as one of a running build.
 * - `users/NAME`: the file of `ProcessNames`, which shows that the process runs.
 * - `locks/`: locks for the layers, and for the start and the end of a process.
 */
export class LayerFolders {
  readonly #paths: Paths;
  readonly #names: ProcessNames;

  private constructor(paths: Paths, names: ProcessNames) {
    this.#paths = paths;
    this.#names = names;
  }

  /** Creates the folders, and gives this process a name. Resolves links, because the kernel lists mounts by their real paths. */
  static async open(dataDir: string): Promise<LayerFolders> {
    const root = join(dataDir, "layers");
    const found: [string, string][] = [];
    for (const name of ["", ...folderNames]) {
      const folder = join(root, name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      found.push([name, await realpath(folder)]);
    }
    const paths = Object.fromEntries(found) as Paths;
    return await runLocked(
      join(paths.locks, processesLock),
      { kind: "exclusive", waitMs: maxWaitMs },
      async () => {
        const names = await ProcessNames.open(paths.users);
        await mkdir(join(paths.mounts, names.own), { mode: 0o700 });
        return new LayerFolders(paths, names);
      },
    );
  }

  get mounts(): string {
    return this.#paths.mounts;
  }

  /** Folder with the mount points of this process. */
  get ownMounts(): string {
    return join(this.#paths.mounts, this.#names.own);
  }

  layer(digest: LayerDigest): string {
    return join(this.#paths.store, hexOf(digest));
  }

  mountPoint(digest: LayerDigest): string {
    return join(this.ownMounts, hexOf(digest));
  }

  /** Path of the empty folder that shows that this process keeps the layer. */
  holdMark(digest: LayerDigest): string {
    return join(this.ownMounts, heldName(digest));
  }

  /** True if some process mounted the layer at the path. */
  isMountPointOf(digest: LayerDigest, path: string): boolean {
    return path.startsWith(`${this.mounts}/`) && path.endsWith(`/${hexOf(digest)}`);
  }

  /** Returns the path of a new folder that the next start removes if this process dies. */
  temporary(): string {
    return join(this.#paths.new, `${this.#names.own}-${randomBytes(8).toString("hex")}`);
  }

  async listStored(): Promise<readonly LayerDigest[]> {
    const names = await readdir(this.#paths.store);
    return names.filter((name) => /^[0-9a-f]{64}$/.test(name)).map((hex): LayerDigest => `sha256:${hex}`);
  }

  /** Runs work while no other process starts, ends or removes leftovers. */
  whileProcessesStay<T>(work: () => Promise<T>): Promise<T> {
    return runLocked(join(this.#paths.locks, processesLock), { kind: "exclusive", waitMs: maxWaitMs }, work);
  }

  /**
   * Runs work while holding the lock of a layer. A process that starts to use a layer holds a shared lock, and one that replaces or removes
   * it an exclusive one. Throws `unavailable` if others hold the lock for too long.
   */
  withLayer<T>(
    digest: LayerDigest,
    options: Partial<FileLockOptions> & Pick<FileLockOptions, "kind">,
    work: () => Promise<T>,
  ): Promise<T> {
    return runLocked(this.#lockOf(digest), { waitMs: maxWaitMs, ...options }, work);
  }

  /** Runs work while holding the exclusive lock of a layer. Returns null without running it if another process holds the lock. */
  async withFreeLayer<T>(digest: LayerDigest, work: () => Promise<T>): Promise<T | null> {
    await using lock = await lockFile(this.#lockOf(digest), { kind: "exclusive", waitMs: 0 });
    return lock === null ? null : await work();
  }

  /** Layers share 256 locks, because a lock file that nothing uses cannot be removed safely. */
  #lockOf(digest: LayerDigest): string {
    return join(this.#paths.locks, hexOf(digest).slice(0, 2));
  }

  /** Returns the folders that dead processes left behind. The caller holds the lock of `whileProcessesStay`. */
  async listLeftovers(): Promise<Leftovers> {
    const running = new Map<string, boolean>();
    const deadIn = async (folder: string) => {
      const dead: string[] = [];
      for (const entry of await readdir(folder)) {
        const name = entry.split("-")[0]!;
        const isRunning = running.get(name) ?? (await this.#names.isRunning(name));
        running.set(name, isRunning);
        if (!isRunning) dead.push(join(folder, entry));
      }
      return dead;
    };
    return { temporary: await deadIn(this.#paths.new), mounts: await deadIn(this.#paths.mounts) };
  }

  /** True if another running process uses the layer. */
  isUsedElsewhere(digest: LayerDigest): Promise<boolean> {
    return this.#isElsewhere(hexOf(digest));
  }

  /** True if another running process keeps the layer. */
  isHeldElsewhere(digest: LayerDigest): Promise<boolean> {
    return this.#isElsewhere(heldName(digest));
  }

  /** True if another process runs, even if it uses no layer. */
  async hasOtherProcesses(): Promise<boolean> {
    for (const name of await readdir(this.mounts))
      if (name !== this.#names.own && (await this.#names.isRunning(name))) return true;
    return false;
  }

  /** Ends the use of the folders by this process. A layer that is still mounted becomes a leftover. */
  async close(): Promise<void> {
    await rmdir(this.ownMounts).catch(() => {});
    await this.#names.close();
  }

  /** True if another running process has an entry with this name in its folder. */
  async #isElsewhere(entry: string): Promise<boolean> {
    for (const name of await readdir(this.mounts)) {
      if (name === this.#names.own) continue;
      const entries: readonly string[] = await readdir(join(this.mounts, name)).catch(() => []);
      if (entries.includes(entry) && (await this.#names.isRunning(name))) return true;
    }
    return false;
  }
}

async function runLocked<T>(path: string, options: FileLockOptions, work: () => Promise<T>): Promise<T> {
  await using lock = await lockFile(path, options);
  if (lock !== null) return await work();
  throw new AppError("unavailable", "Another process of Tembo still works on the layers. Try again.");
}

const heldName = (digest: LayerDigest) => `held-${hexOf(digest)}`;

const hexOf = (digest: LayerDigest) => digest.slice("sha256:".length);
